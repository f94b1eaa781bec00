//! People, read-only (`docs/contracts/indigo-iam.md` section 6): the part of SCIM (RFC 7643) that the token pages and the
//! sign-in of the web interface need.

use axum::response::Response;
use http::{HeaderValue, header};
use jeton_core::administration::{ADMIN_ROLE, Requirement};
use jeton_core::model::User;
use jeton_core::store::Page;
use jeton_wire::Path;
use serde_json::{Map, Value, json};

use crate::date;
use crate::wire::{HandlerResult, IamRequest, Query, ok};

/// The largest page of people.
const MOST: u32 = 100;

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
const IAM_USER: &str = "urn:indigo-dc:scim:schemas:IndigoUser";

/// A page of people.
pub(crate) async fn list(call: IamRequest, query: Query) -> HandlerResult {
    call.authorization.admit(Requirement::SCIM_READ).await?;
    let (skip, limit) = query.part(MOST)?;
    let listing = call.oauth.administration.users(call.service.id, Page { skip, ..Page::first(limit) }).await?;
    let base = call.base();
    as_scim(ok(json!({
        "schemas": [LIST],
        "totalResults": listing.total,
        "itemsPerPage": listing.items.len(),
        "startIndex": skip + 1,
        "Resources": listing.items.iter().map(|user| document(base, user)).collect::<Vec<_>>(),
    })))
}

/// One person, by `sub`.
pub(crate) async fn show(call: IamRequest, Path(id): Path<String>) -> HandlerResult {
    let reader = call.authorization.admit(Requirement::SCIM_READ).await?;
    let user = call.oauth.administration.person_by_sub(&reader, call.service.id, &id).await?;
    as_scim(ok(document(call.base(), &user)))
}

/// The caller.
pub(crate) async fn me(call: IamRequest) -> HandlerResult {
    let caller = call.authorization.admit(Requirement::IAM_IDENTITY).await?;
    let user = caller.owner()?;
    let mut body = document(call.base(), user);
    for (scope, names) in [("profile", ["displayName", "name"].as_slice()), ("email", &["emails"])] {
        if !caller.opens(scope) {
            names.iter().for_each(|name| drop(body.remove(*name)));
        }
    }
    let roles: &[&str] = if user.has_role(ADMIN_ROLE) { &["ROLE_USER", "ROLE_ADMIN"] } else { &["ROLE_USER"] };
    body.insert("schemas".into(), json!([USER, IAM_USER]));
    body.insert(IAM_USER.into(), json!({ "authorities": roles }));
    as_scim(ok(body))
}

fn document(base: &str, user: &User) -> Map<String, Value> {
    let claim = |name: &str| user.claims.get(name).cloned();
    let mut body = Map::new();
    let mut set = |name: &str, value: Value| body.insert(name.to_owned(), value);
    set("schemas", json!([USER]));
    set("id", json!(user.sub));
    set("userName", json!(user.username));
    set("active", json!(user.enabled));
    if let Some(name) = claim("name") {
        set("displayName", name.clone());
        set("name", json!({ "formatted": name }));
    }
    if let Some(email) = claim("email") {
        set("emails", json!([{ "type": "work", "value": email, "primary": true }]));
    }
    set(
        "meta",
        json!({
            "resourceType": "User",
            "created": date::scim(user.created),
            "lastModified": date::scim(user.updated),
            "location": format!("{base}/scim/Users/{}", user.sub),
        }),
    );
    body
}

fn as_scim(answer: HandlerResult) -> HandlerResult {
    answer.map(|mut response: Response| {
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/scim+json"));
        response
    })
}
