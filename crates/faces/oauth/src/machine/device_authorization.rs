//! `POST /device_authorization`, RFC 8628 section 3.1.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use jeton_core::client_auth::Refused;
use jeton_core::device;
use jeton_core::model::Service;
use jeton_core::refusal::Refusal;
use serde::Serialize;

use super::refuse::refuse;
use crate::state::OauthState;
use crate::wire::{Entity, Source, form, json_ok, presented};

/// Gives a device its codes.
pub(crate) async fn device_authorization(
    State(state): State<OauthState>,
    source: Source,
    headers: HeaderMap,
    body: Entity,
) -> Response {
    let mut client = None;
    match run(&state, source, &headers, &body, &mut client).await {
        Ok(body) => json_ok(body),
        Err(refused) => refuse(&state, &headers, &refused, "/device_authorization", client.as_deref()),
    }
}

/// RFC 8628 section 3.2.
#[derive(Serialize)]
struct Codes<'a> {
    device_code: &'a str,
    user_code: &'a str,
    verification_uri: &'a str,
    verification_uri_complete: String,
    expires_in: u64,
    interval: u64,
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
    let presented = presented("/device_authorization", headers, &params, source);
    let authorized = device::authorize(&state.ledger, &service, &presented, &params).await;
    let given = authorized.inspect_err(|_| *client = presented.claimed().map(str::to_owned))?;
    let page = page_of(&service);
    let codes = Codes {
        device_code: given.device_code.expose(),
        user_code: &given.user_code,
        verification_uri: &page,
        verification_uri_complete: format!("{page}?user_code={}", given.user_code),
        expires_in: given.expires_in.as_secs(),
        interval: given.interval.as_secs(),
    };
    Ok(serde_json::to_vec(&codes).map_err(Refusal::from)?)
}

fn page_of(service: &Service) -> String {
    format!("{}/device", service.issuer.trim_end_matches('/'))
}
