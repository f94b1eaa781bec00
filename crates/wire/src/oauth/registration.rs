//! The endpoints of client registration (RFC 7591, RFC 7592): the same at each path that a contract defines.

use axum::extract::FromRef;
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use http::{HeaderMap, StatusCode};
use jeton_core::client_auth::Refused;
use jeton_core::model::{CompatibilityMode, Service};
use jeton_core::refusal::Refusal;
use jeton_core::registration::{self, Registered, registered_document};
use jeton_core::{Dialect, RequestSource};
use serde_json::{Value, json};

use super::refuse::{Words, refuse_in};
use crate::{Addressed, Entity, Issuer, Path, Source, empty, json_body, json_object, own_url, sole_bearer};

/// An endpoint of client registration.
#[derive(Clone, Copy)]
pub struct RegistrationEndpoint {
    /// Its path; the clients' configuration endpoints are below it.
    pub path: &'static str,
    /// Whose rules apply.
    pub dialect: Dialect,
    /// The form of its refusals.
    pub words: Words,
}

/// The caller, and the endpoint.
struct Caller<'a> {
    issuer: &'a Issuer,
    headers: &'a HeaderMap,
    origin: &'a RequestSource,
}

impl RegistrationEndpoint {
    /// `POST` at the path: registers a client.
    pub fn register<S: Clone + Send + Sync + 'static>(self) -> MethodRouter<S>
    where
        Issuer: FromRef<S>,
    {
        let register =
            async move |Addressed(issuer): Addressed<Issuer>, source: Source, headers: HeaderMap, body: Entity| {
                let caller = Caller { issuer: &issuer, headers: &headers, origin: &source.0 };
                self.said(&caller, self.registered(&caller, &body).await)
            };
        post(register)
    }

    /// `GET`, `PUT` and `DELETE` below it: for the holder of a client's registration access token.
    pub fn look_after<S: Clone + Send + Sync + 'static>(self) -> MethodRouter<S>
    where
        Issuer: FromRef<S>,
    {
        let show = async move |Addressed(issuer): Addressed<Issuer>,
                               source: Source,
                               Path(client): Path<String>,
                               headers: HeaderMap| {
            let caller = Caller { issuer: &issuer, headers: &headers, origin: &source.0 };
            self.said(&caller, self.shown(&caller, &client).await)
        };
        let update = async move |Addressed(issuer): Addressed<Issuer>,
                                 source: Source,
                                 Path(client): Path<String>,
                                 headers: HeaderMap,
                                 body: Entity| {
            let caller = Caller { issuer: &issuer, headers: &headers, origin: &source.0 };
            self.said(&caller, self.updated(&caller, &client, &body).await)
        };
        let delete = async move |Addressed(issuer): Addressed<Issuer>,
                                 source: Source,
                                 Path(client): Path<String>,
                                 headers: HeaderMap| {
            let caller = Caller { issuer: &issuer, headers: &headers, origin: &source.0 };
            self.said(&caller, self.deleted(&caller, &client).await)
        };
        get(show).put(update).delete(delete)
    }

    async fn registered(self, caller: &Caller<'_>, body: &Entity) -> Result<Response, Refusal> {
        let service = caller.issuer.service()?;
        let document = json_object(caller.headers, body.bytes()?)?;
        let (oauth, bearer) = (&caller.issuer.oauth, sole_bearer(caller.headers)?);
        let made = registration::register(oauth, &service, bearer, caller.origin, document, self.dialect).await?;
        // SimpleIdServer clients expect 200 and a string (`docs/contracts/oauth-token-endpoint.md` section 13).
        let classic = service.settings.profile == CompatibilityMode::Classic && self.dialect == Dialect::Standard;
        let status = if classic { StatusCode::OK } else { StatusCode::CREATED };
        Ok(json_body(status, self.document_of(&service, &made)))
    }

    async fn shown(self, caller: &Caller<'_>, client: &str) -> Result<Response, Refusal> {
        let service = caller.issuer.service()?;
        let found = registration::show(&caller.issuer.oauth, &service, sole_bearer(caller.headers)?, client).await?;
        Ok(json_body(StatusCode::OK, self.document_of(&service, &found)))
    }

    async fn updated(self, caller: &Caller<'_>, client: &str, body: &Entity) -> Result<Response, Refusal> {
        let service = caller.issuer.service()?;
        let document = json_object(caller.headers, body.bytes()?)?;
        let (oauth, by) = (&caller.issuer.oauth, (sole_bearer(caller.headers)?, caller.origin));
        let done = registration::update(oauth, &service, by, client, document, self.dialect).await?;
        Ok(json_body(StatusCode::OK, self.document_of(&service, &done)))
    }

    async fn deleted(self, caller: &Caller<'_>, client: &str) -> Result<Response, Refusal> {
        let service = caller.issuer.service()?;
        registration::delete(&caller.issuer.oauth, &service, sole_bearer(caller.headers)?, client).await?;
        Ok(empty(StatusCode::NO_CONTENT))
    }

    fn said(self, caller: &Caller<'_>, done: Result<Response, Refusal>) -> Response {
        done.unwrap_or_else(|refusal| {
            refuse_in(self.words, caller.issuer, caller.headers, &Refused::from(refusal), (self.path, None))
        })
    }

    /// The client information response, RFC 7591 section 3.2.1 and RFC 7592 section 3.
    fn document_of(self, service: &Service, registered: &Registered) -> Vec<u8> {
        let Registered { client, secret, access, .. } = registered;
        let mut document = registered_document(client, &service.settings);
        let mut set = |name: &str, value: Value| document.insert(name.to_owned(), value);
        if let Some(secret) = secret {
            set("client_secret", secret.expose().into());
        }
        if let Some(ends) = registered.secret_expires_at() {
            set("client_secret_expires_at", json!(ends));
        }
        if client.profile == CompatibilityMode::Classic {
            set("client_id_issued_at", client.created.seconds().to_string().into());
        }
        let uri = own_url(&service.issuer, &format!("{}/{}", self.path, client.client_id));
        set("registration_client_uri", uri.into());
        set("registration_access_token", access.expose().into());
        serde_json::to_vec(&document).unwrap_or_default()
    }
}
