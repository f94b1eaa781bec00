//! `POST /token/revoke`, RFC 7009.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use jeton_core::client_auth::Refused;
use jeton_core::revocation;

use super::refuse::refuse;
use crate::state::OauthState;
use crate::wire::{Entity, Source, empty_ok, form, presented};

/// Ends the token presented.
pub(crate) async fn revoke(
    State(state): State<OauthState>,
    source: Source,
    headers: HeaderMap,
    body: Entity,
) -> Response {
    let mut client = None;
    match run(&state, source, &headers, &body, &mut client).await {
        Ok(()) => empty_ok(),
        Err(refused) => refuse(&state, &headers, &refused, "/token/revoke", client.as_deref()),
    }
}

async fn run(
    state: &OauthState,
    source: Source,
    headers: &HeaderMap,
    body: &Entity,
    client: &mut Option<String>,
) -> Result<(), Refused> {
    let service = state.service()?;
    let params = form(headers, body.bytes()?)?;
    let presented = presented("/token/revoke", headers, &params, source);
    let done = revocation::revoke(&state.ledger, &service, &presented, params.get("token")).await;
    if done.is_err() {
        *client = presented.claimed().map(str::to_owned);
    }
    done
}
