//! `GET /openapi.json`: every HTTP face, from the tables that their routers are made of.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::routing::get;
use axum::{Extension, Router};
use bytes::Bytes;
use http::header;
use jeton_core::Jeton;
use jeton_core::ids::ServiceId;
use jeton_wire::{Face, ServiceRef};
use serde_json::{Map, Value, json};

/// Where the document is.
pub(crate) const PATH: &str = "/openapi.json";

/// The router of the document.
pub(crate) fn router(jeton: Arc<Jeton>, service: ServiceId) -> Router {
    // Made once for each service, and again when its issuer has another URL than it had.
    let made: Arc<Mutex<HashMap<ServiceId, (String, Bytes)>>> = Arc::default();
    let text = move |service: ServiceId| {
        let issuer = jeton.ledger.entities().service(service).map(|s| s.issuer.to_string()).unwrap_or_default();
        let mut made = made.lock().unwrap_or_else(PoisonError::into_inner);
        let (known, text) = made.entry(service).or_default();
        if text.is_empty() || *known != issuer {
            *text = Bytes::from(serde_json::to_vec(&document(&issuer)).unwrap_or_default());
            *known = issuer;
        }
        text.clone()
    };
    let answer = move |named: Option<Extension<ServiceRef>>| async move {
        let service = named.map_or(service, |Extension(ServiceRef(named))| named);
        ([(header::CONTENT_TYPE, "application/json")], text(service))
    };
    Router::new().route(PATH, get(answer))
}

/// What the document needs to know of a route.
struct Operation {
    methods: &'static str,
    path: &'static str,
    summary: &'static str,
    takes: &'static str,
    parameters: Vec<&'static str>,
    tag: &'static str,
    for_administrators: bool,
}

/// Every face.
pub(crate) const FACES: &[Face] = &[
    jeton_face_oauth::FACE,
    jeton_face_uma::FACE,
    jeton_face_management::FACE,
    jeton_face_iam::FACE,
    jeton_face_api_tokens::FACE,
    jeton_face_authlete::FACE,
    jeton_face_vector::FACE,
    jeton_face_admin::FACE,
];

fn operations() -> impl Iterator<Item = Operation> {
    FACES.iter().flat_map(|face| {
        face.routes().map(|route| Operation {
            methods: route.methods,
            path: route.path,
            summary: route.summary,
            takes: route.takes,
            parameters: jeton_face_oauth::parameters_of(route),
            tag: face.name,
            for_administrators: route.path.starts_with("/admin/"),
        })
    })
}

/// The OpenAPI 3.1 document.
fn document(issuer: &str) -> Value {
    let mut paths = Map::new();
    for operation in operations() {
        let item = paths.entry(operation.path).or_insert_with(|| json!({}));
        for method in operation.methods.split(' ') {
            if let Value::Object(item) = item {
                item.insert(method.to_ascii_lowercase(), operation.describe(method));
            }
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Jeton", "version": env!("CARGO_PKG_VERSION"), "summary": "A self-hosted token authority" },
        "servers": [{ "url": issuer }],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "admin": { "type": "http", "scheme": "bearer", "description": "A token with the scope jeton:admin" },
            },
        },
    })
}

impl Operation {
    fn describe(&self, method: &str) -> Value {
        let mut out = json!({
            "tags": [self.tag],
            "summary": self.summary,
            "parameters": self.placed(method),
            "responses": { "default": { "description": "See the documentation" } },
        });
        let Value::Object(members) = &mut out else { return out };
        if self.for_administrators {
            members.insert("security".into(), json!([{ "admin": [] }]));
        }
        let media = match self.takes {
            "form" => "application/x-www-form-urlencoded",
            "json" => "application/json",
            _ => return out,
        };
        if matches!(method, "POST" | "PUT" | "PATCH") {
            let properties: Map<_, _> = self.parameters.iter().map(|name| ((*name).to_owned(), json!({}))).collect();
            let schema = json!({ "type": "object", "properties": properties });
            members.insert("requestBody".into(), json!({ "content": { media: { "schema": schema } } }));
        }
        out
    }

    /// The parameters in the path and in the query.
    fn placed(&self, method: &str) -> Vec<Value> {
        let in_path = self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        let mut all: Vec<_> = in_path
            .map(|name| json!({ "name": name.trim_start_matches('*'), "in": "path", "required": true, "schema": { "type": "string" } }))
            .collect();
        if self.takes == "query" || (self.takes == "form" && method == "GET") {
            all.extend(self.parameters.iter().map(|name| json!({ "name": name, "in": "query", "schema": {} })));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_of_every_face_is_there() {
        let document = document("http://127.0.0.1:8080");
        for operation in operations() {
            for method in operation.methods.split(' ') {
                let path = operation.path.replace('~', "~0").replace('/', "~1");
                let found = document.pointer(&format!("/paths/{path}/{}", method.to_lowercase()));
                assert!(found.is_some(), "{method} {}", operation.path);
            }
        }
    }
}
