//! Refusals in INDIGO IAM's wording, where it differs from RFC 6749.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use jeton_core::client_auth::Refused;
use jeton_core::refusals::{
    BEARER_INVALID, BEARER_MISSING, BEARER_SCOPE, CLIENT_UNKNOWN, GRANT_NOT_ALLOWED, REGISTRATION_LIMIT,
    SERVICE_DISABLED, TOKEN_FOREIGN, TOKEN_UNKNOWN,
};
use serde_json::json as object;

use jeton_wire::oauth::{code_of, sanitized, status_of};
use jeton_wire::{empty, empty_ok, json};

/// At `/revoke`: an unknown token is no error, another client's token gets 403 without a text.
pub(super) fn revocation(refused: &Refused) -> Option<Response> {
    if refused.refusal.is(&TOKEN_UNKNOWN) {
        Some(empty_ok())
    } else if refused.refusal.is(&TOKEN_FOREIGN) {
        Some(json(StatusCode::FORBIDDEN, &object!({ "error": "unauthorized_client" })))
    } else {
        unproven(refused)
    }
}

/// At `/devicecode`: an unknown client gets "not found", and one without the grant the same answer as a failed authentication.
pub(super) fn device(refused: &Refused) -> Option<Response> {
    let refusal = &refused.refusal;
    if refusal.is(&CLIENT_UNKNOWN) {
        Some(empty(StatusCode::NOT_FOUND))
    } else if refusal.is(&GRANT_NOT_ALLOWED) {
        let [_, grant] = refusal.words();
        Some(unauthorized(&format!("Unauthorized grant type: {grant}")))
    } else {
        unproven(refused)
    }
}

/// At the registration path: one member with the text.
pub(super) fn registration(refused: &Refused) -> Option<Response> {
    let Refused { refusal, profile, .. } = refused;
    let status = status_of(refusal, *profile, false);
    let usual = [BEARER_MISSING, BEARER_INVALID, BEARER_SCOPE, REGISTRATION_LIMIT];
    if refusal.is_one_of(&usual) || (refusal.is_fault() && !refusal.is(&SERVICE_DISABLED)) {
        return None;
    }
    Some(json(status, &object!({ "error": sanitized(&refusal.message()) })))
}

/// A client whose authentication failed: always 401, whatever it sent.
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
