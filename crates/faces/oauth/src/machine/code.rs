//! `POST /code`: a confirmation code by message (`docs/contracts/oauth-token-endpoint.md` section 11).

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, header};
use jeton_core::client_auth::Refused;
use jeton_core::confirmation;
use jeton_core::refusal::Refusal;
use serde_json::{Map, Value};

use super::refuse::refuse;
use crate::state::OauthState;
use crate::wire::{Entity, Source, empty_ok};

/// Sends a code. Scripts of other sites have no preflight here: they would spend a visitor's share.
pub(crate) async fn code(
    State(state): State<OauthState>,
    source: Source,
    headers: HeaderMap,
    body: Entity,
) -> Response {
    match run(&state, &source, &headers, &body).await {
        Ok(()) => empty_ok(),
        Err(refused) => refuse(&state, &headers, &refused, "/code", None),
    }
}

async fn run(state: &OauthState, source: &Source, headers: &HeaderMap, body: &Entity) -> Result<(), Refused> {
    let service = state.service()?;
    let document = object(headers, body.bytes()?)?;
    let number = document.get("phone_number").and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
    let number = number.ok_or(Refusal::ParameterMissing("phone_number"))?;
    Ok(confirmation::ask(&state.oauth.people, service.id, number, &source.0).await?)
}

/// A JSON object; anything else is `body_missing`.
fn object(headers: &HeaderMap, body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(Refusal::BodyMissing);
    }
    let document: Map<String, Value> = serde_json::from_slice(body).map_err(|_| Refusal::BodyMissing)?;
    if document.is_empty() { Err(Refusal::BodyMissing) } else { Ok(document) }
}
