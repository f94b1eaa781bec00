//! Refusals in INDIGO IAM's words, where they are not those of RFC 6749.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use jeton_core::client_auth::Refused;
use jeton_core::refusal::Refusal;
use serde_json::json as object;

use jeton_wire::oauth::{code_of, sanitized, status_of};
use jeton_wire::{empty, empty_ok, json};

/// At `/revoke`: an unknown token is no error, another client's one is 403 without a text.
pub(super) fn revocation(refused: &Refused) -> Option<Response> {
    match refused.refusal {
        Refusal::TokenUnknown => Some(empty_ok()),
        Refusal::TokenForeign { .. } => Some(json(StatusCode::FORBIDDEN, &object!({ "error": "unauthorized_client" }))),
        _ => unproven(refused),
    }
}

/// At `/devicecode`: nobody's client is not found, and one without the grant is told so as if it had not proven itself.
pub(super) fn device(refused: &Refused) -> Option<Response> {
    match &refused.refusal {
        Refusal::ClientUnknown => Some(empty(StatusCode::NOT_FOUND)),
        Refusal::GrantNotAllowed { grant, .. } => Some(unauthorized(&format!("Unauthorized grant type: {grant}"))),
        _ => unproven(refused),
    }
}

/// At the registration path: one member with the text.
pub(super) fn registration(refused: &Refused) -> Option<Response> {
    let Refused { refusal, profile } = refused;
    let status = status_of(refusal, *profile, false);
    let usual = matches!(
        refusal,
        Refusal::BearerMissing | Refusal::BearerInvalid | Refusal::BearerScope(_) | Refusal::RegistrationLimit(_)
    );
    if usual || refusal.is_fault() {
        return None;
    }
    Some(json(status, &object!({ "error": sanitized(&refusal.message()) })))
}

/// A client that did not prove itself: always 401, whatever it sent.
fn unproven(refused: &Refused) -> Option<Response> {
    let is_client = code_of(&refused.refusal, refused.profile) == "invalid_client";
    is_client.then(|| unauthorized(&refused.refusal.message()))
}

fn unauthorized(text: &str) -> Response {
    let body = object!({ "error": "invalid_client", "error_description": sanitized(text) });
    let mut response = json(StatusCode::UNAUTHORIZED, &body).into_response();
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"jeton\""));
    response
}
