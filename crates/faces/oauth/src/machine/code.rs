//! `POST /code`: a confirmation code by message (`docs/contracts/oauth-token-endpoint.md` section 11).

use axum::response::Response;
use http::HeaderMap;
use jeton_core::client_auth::Refused;
use jeton_core::confirmation;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{BODY_MISSING, PARAMETER_MISSING};
use jeton_wire::oauth::refuse;
use jeton_wire::{Addressed, Entity, Issuer, Source, empty_ok, media_type};
use serde_json::{Map, Value};

/// Sends a code. Preflights are not answered here, so that scripts of other sites cannot use up a visitor's budget.
pub(crate) async fn code(
    Addressed(issuer): Addressed<Issuer>,
    source: Source,
    headers: HeaderMap,
    body: Entity,
) -> Response {
    match run(&issuer, &source, &headers, &body).await {
        Ok(()) => empty_ok(),
        Err(refused) => refuse(&issuer, &headers, &refused, "/code", None),
    }
}

async fn run(issuer: &Issuer, source: &Source, headers: &HeaderMap, body: &Entity) -> Result<(), Refused> {
    let service = issuer.service()?;
    let document = object(headers, body.bytes()?)?;
    let number = document.get("phone_number").and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
    let number = number.ok_or_else(|| PARAMETER_MISSING.with("phone_number"))?;
    Ok(confirmation::ask(&issuer.oauth.people, service.id, number, &source.0).await?)
}

/// A JSON object; anything else is `body_missing`.
fn object(headers: &HeaderMap, body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    if !media_type(headers).eq_ignore_ascii_case("application/json") {
        return Err(BODY_MISSING);
    }
    let document: Map<String, Value> = serde_json::from_slice(body).map_err(|_| BODY_MISSING)?;
    if document.is_empty() { Err(BODY_MISSING) } else { Ok(document) }
}
