//! `POST /par`, RFC 9126.

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use jeton_core::authorization::push;
use jeton_core::client_auth::Refused;
use serde_json::json;

use super::refuse::refuse;
use crate::state::OauthState;
use crate::wire::{Entity, Source, form, json_ok, presented};

/// Takes an authorization request from the client itself.
pub(crate) async fn par(State(state): State<OauthState>, source: Source, headers: HeaderMap, body: Entity) -> Response {
    let mut client = None;
    match run(&state, source, &headers, &body, &mut client).await {
        Ok(body) => {
            let mut response = json_ok(body);
            *response.status_mut() = StatusCode::CREATED;
            response
        }
        Err(refused) => refuse(&state, &headers, &refused, "/par", client.as_deref()),
    }
}

async fn run(
    state: &OauthState,
    source: Source,
    headers: &HeaderMap,
    body: &Entity,
    client: &mut Option<String>,
) -> Result<Vec<u8>, Refused> {
    let service = state.service()?;
    let params = form(headers, body.bytes()?)?;
    let presented = presented("/par", headers, &params, source);
    let pushed = push(&state.ledger, &service, &presented, &params).await;
    let pushed = pushed.inspect_err(|_| *client = presented.claimed().map(str::to_owned))?;
    let body = json!({ "request_uri": pushed.request_uri, "expires_in": pushed.expires_in });
    Ok(serde_json::to_vec(&body).map_err(jeton_core::Refusal::from)?)
}
