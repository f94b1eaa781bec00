//! A client of the face: calls with the credential of a service or of the organization.

use std::sync::Arc;

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{Request, header};
use jeton_core::Secret;
use jeton_core::backend::access::ServiceCredentials;
use jeton_core::model::TokenFormat;
use jeton_served::{House, Reply};
use jeton_testkit::FaultyStore;
use serde_json::Value;

/// The access token of the service.
pub(crate) const SERVICE_TOKEN: &str = "the access token of the service";
/// Its API secret.
pub(crate) const API_SECRET: &str = "the API secret of the service";
/// The access token of the organization.
pub(crate) const ORGANIZATION_TOKEN: &str = "the access token of the organization";

/// The secret of the clients.
pub(crate) const SECRET: &str = "a secret that nobody guesses";

/// A house whose service and organization have credentials.
pub(crate) async fn house() -> House {
    let house = House::on_the_model().await;
    give_credentials(&house);
    house
}

/// The same on a store that can fail, and counts its reads.
pub(crate) async fn house_that_fails() -> (House, Arc<FaultyStore>) {
    let (house, store) = House::that_fails().await;
    give_credentials(&house);
    (house, store)
}

/// A house whose service is managed over this face, with a client that may do everything.
pub(crate) async fn ready() -> House {
    let house = house().await;
    house
        .set(|settings| {
            settings.by_hash = true;
            settings.access_token_format = TokenFormat::Opaque;
            settings.backend.is_managed = true;
        })
        .await;
    house.client("4711", Some(SECRET), |_| ()).await;
    house
}

/// Gives service and organization their credentials.
pub(crate) fn give_credentials(house: &House) {
    let service = ServiceCredentials {
        service: house.service,
        access_token: Some(Secret::new(SERVICE_TOKEN)),
        api_secret: Some(Secret::new(API_SECRET)),
    };
    house.jeton.backend.credentials.set(Some(&Secret::new(ORGANIZATION_TOKEN)), &[service]);
}

/// Sends a call. `authorization`: the header; empty: none. `body`: JSON, or none.
pub(crate) async fn call(house: &House, authorization: &str, to: (&str, &str), body: Option<Value>) -> Reply {
    let (method, path) = to;
    let mut request = Request::builder().method(method).uri(path);
    if !authorization.is_empty() {
        request = request.header(header::AUTHORIZATION, authorization);
    }
    let body = match body {
        None => Body::empty(),
        Some(value) => {
            request = request.header(header::CONTENT_TYPE, "application/json");
            Body::from(value.to_string())
        }
    };
    let before = house.held();
    let reply = house.send(request.body(body).unwrap()).await;
    if is_refused(&reply) && !may_change(path) {
        assert!(before == house.held(), "{method} {path} was refused, and changed something: {}", reply.text());
    }
    reply
}

/// Whether a call did nothing: an HTTP error, or a code of a class above success.
fn is_refused(reply: &Reply) -> bool {
    let said = serde_json::from_slice::<Value>(&reply.body).unwrap_or_default();
    let class = said["resultCode"].as_str().and_then(|code| code.chars().nth(4));
    reply.status >= 400 || class.is_some_and(|class| class != '0')
}

/// Whether a refusal may change something: the first look at a service's configuration makes its keys, it is what was asked for, the reuse of a code or a refresh token ends what they gave, and a
/// request or an assertion that was used is used up.
fn may_change(path: &str) -> bool {
    let used_up = [
        "/service/configuration",
        "/auth/authorization",
        "/device/authorization",
        "/pushed_auth_req",
        "/auth/revocation",
    ];
    path.ends_with("/fail") || path.ends_with("/auth/token") || used_up.iter().any(|end| path.ends_with(end))
}

/// The header with a bearer token.
pub(crate) fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

/// The header with a key pair.
pub(crate) fn pair(user: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{secret}")))
}

/// A POST below the service's path with its token (version 3).
pub(crate) async fn post(house: &House, path: &str, body: Value) -> Reply {
    let path = format!("/api/{}{path}", house.service);
    call(house, &bearer(SERVICE_TOKEN), ("POST", &path), Some(body)).await
}

/// The answer to a call that is carried out, whatever its action.
pub(crate) async fn said(house: &House, path: &str, body: Value) -> Value {
    let reply = post(house, path, body).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    let said = reply.json();
    assert!(said["resultCode"].as_str().is_some_and(|code| code.starts_with('A')), "{path}: {said}");
    assert!(!said.to_string().contains(":null"), "{path}: {said}");
    said
}

/// A GET below the service's path with its token (version 3).
pub(crate) async fn get(house: &House, path: &str) -> Reply {
    let path = format!("/api/{}{path}", house.service);
    call(house, &bearer(SERVICE_TOKEN), ("GET", &path), None).await
}

/// Any method below the service's path with its token (version 3), with or without a body.
pub(crate) async fn own(house: &House, method: &str, path: &str, body: Option<Value>) -> Reply {
    let path = format!("/api/{}{path}", house.service);
    call(house, &bearer(SERVICE_TOKEN), (method, &path), body).await
}

/// Replaces the document of the service, which this API administers from then on.
pub(crate) async fn set_service(house: &House, document: Value) {
    house.set(|settings| settings.backend.is_managed = true).await;
    let reply = post(house, "/service/update", document).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
}

/// Creates a client; the answer is its document with its secret.
pub(crate) async fn made(house: &House, document: Value) -> Value {
    let reply = post(house, "/client/create", document).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

/// An API token of the service with one right.
pub(crate) async fn with_right(house: &House, right: &str) -> String {
    use jeton_core::ledger::{Plan, TokenPlan};
    use jeton_core::model::{TokenFormat, TokenKind};
    let scope = jeton_core::Scope::parse(&format!("backend:{right}")).unwrap();
    let token = TokenPlan::new(TokenKind::Api, TokenFormat::Opaque, scope, None);
    let plan = Plan { tokens: vec![token], ..Plan::new(house.service(), None) };
    let issued = house.jeton.ledger.mint(plan).await.unwrap();
    issued.tokens[0].text.expose().to_owned()
}

/// The result code and the status of an answer.
pub(crate) fn code(reply: &Reply) -> (u16, String) {
    (reply.status, reply.json()["resultCode"].as_str().unwrap_or_default().to_owned())
}
