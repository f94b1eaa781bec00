//! The refusal of a machine endpoint: noted, logged when it is our fault, written.

use axum::response::Response;
use http::{HeaderMap, header};
use jeton_core::client_auth::{Presented, Refused};

use crate::state::OauthState;
use crate::wire::{presented, wire_error};

/// Writes a refusal down and answers it.
pub(super) fn refuse(
    state: &OauthState,
    headers: &HeaderMap,
    refused: &Refused,
    endpoint: &'static str,
    client: Option<&str>,
) -> Response {
    let reference = state.ledger.refusals().record(state.ledger.now(), &refused.refusal, endpoint, client);
    if refused.refusal.is_fault() {
        tracing::error!(reference, endpoint, error = ?refused.refusal, "request failed");
    } else {
        tracing::debug!(reference, endpoint, refusal = refused.refusal.id(), "request refused");
    }
    wire_error(refused, has_credentials(headers), &reference)
}

/// Whether the request carried credentials in its header; a classic client always sends an empty `Basic`.
fn has_credentials(headers: &HeaderMap) -> bool {
    headers.contains_key(header::AUTHORIZATION) && claimed_by_header(headers).is_some()
}

fn claimed_by_header(headers: &HeaderMap) -> Option<()> {
    let none = jeton_core::grants::Params::default();
    let Presented { basic, .. } = presented(headers, &none);
    basic.map(drop)
}
