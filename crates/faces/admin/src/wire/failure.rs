//! Refusals as JSON errors.

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use jeton_core::Refusal;
use jeton_core::api_tokens::TOKENS_SCOPE;
use jeton_core::refusals::{
    BEARER_INVALID, BEARER_MISSING, BEARER_SCOPE, CLIENT_UNKNOWN, METHOD_NOT_ALLOWED, NOT_FOUND,
};
use jeton_wire::{Addressed, exception, json_status, private};
use serde_json::json;

use crate::AdminState;

/// What a handler returns.
pub(crate) type HandlerResult = Result<Response, Failure>;

/// A refusal to be sent. The response carries it to [`say`], which knows the ledger.
pub(crate) struct Failure(Refusal);

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self(refusal)
    }
}

impl From<jeton_core::store::StoreError> for Failure {
    fn from(error: jeton_core::store::StoreError) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(Arc::new(self.0));
        response
    }
}

/// Writes the body of a refused request, and records the refusal under the reference in that body.
pub(crate) async fn say(Addressed(state): Addressed<AdminState>, mut response: Response) -> Response {
    let Some(refusal) = response.extensions_mut().remove::<Arc<Refusal>>() else { return response };
    jeton_wire::refused(&state.administration.ledger, &refusal, ("/admin/v1", None), |reference| {
        form(&refusal, reference)
    })
}

fn form(refusal: &Refusal, reference: &str) -> Response {
    let status = status_of(refusal);
    let mut response = private::answer(
        status,
        json!({
            "error": refusal.id(),
            "message": refusal.message(),
            "advice": refusal.kind().advice,
            "reference": reference,
        }),
    );
    let headers = response.headers_mut();
    if let Some(value) = challenge(refusal) {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(value));
    }
    if status == StatusCode::TOO_MANY_REQUESTS {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("10"));
    }
    response
}

/// No such route.
pub(crate) async fn unknown() -> Failure {
    Failure(NOT_FOUND.with("route"))
}

/// A route without this method.
pub(crate) async fn other_method() -> Failure {
    Failure(METHOD_NOT_ALLOWED)
}

/// RFC 6750 section 3.
fn challenge(refusal: &Refusal) -> Option<&'static str> {
    if refusal.is(&BEARER_SCOPE) && refusal.word() == TOKENS_SCOPE {
        return Some("Bearer realm=\"jeton\", error=\"insufficient_scope\", scope=\"jeton:tokens\"");
    }
    exception(CHALLENGES, refusal)
}

const CHALLENGES: &[(Refusal, &str)] = &[
    (BEARER_MISSING, "Bearer realm=\"jeton\""),
    (BEARER_INVALID, "Bearer realm=\"jeton\", error=\"invalid_token\""),
    (BEARER_SCOPE, "Bearer realm=\"jeton\", error=\"insufficient_scope\", scope=\"jeton:admin\""),
];

const EXCEPTIONS: &[(Refusal, StatusCode)] = &[
    // Here an unknown client is one that the request names, not the caller.
    (CLIENT_UNKNOWN, StatusCode::BAD_REQUEST),
    (METHOD_NOT_ALLOWED, StatusCode::METHOD_NOT_ALLOWED),
];

fn status_of(refusal: &Refusal) -> StatusCode {
    exception(EXCEPTIONS, refusal).unwrap_or(json_status(refusal.class()))
}
