//! Refusals as the contract's errors (section 3.8).

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Request, StatusCode, header};
use jeton_core::Refusal;
use jeton_core::refusal::Class;
use jeton_core::refusals::{BEARER_MISSING, CLIENT_UNKNOWN, METHOD_NOT_ALLOWED, NOT_FOUND};
use jeton_wire::{Addressed, private};
use serde_json::{Value, json};

use crate::IamState;

/// What a handler returns.
pub(crate) type HandlerResult = Result<Response, Failure>;

/// A refusal to be sent. The response carries it to [`say`], which knows the ledger.
#[derive(Clone)]
pub(crate) struct Failure {
    refusal: Arc<Refusal>,
    /// The body, if it depends on the request.
    body: Option<Value>,
    /// The status, if it differs from the table.
    status: Option<StatusCode>,
}

impl Failure {
    /// The same refusal with its own body and status.
    pub(crate) fn in_words(refusal: Refusal, status: StatusCode, body: Value) -> Self {
        Self { body: Some(body), status: Some(status), ..refusal.into() }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self { refusal: Arc::new(refusal), body: None, status: None }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// No such route.
pub(crate) async fn unknown() -> Failure {
    NOT_FOUND.with("route").into()
}

/// A route without this method.
pub(crate) async fn other_method() -> Failure {
    METHOD_NOT_ALLOWED.into()
}

/// Writes the body of a refused request, and records the refusal under the reference in a header.
pub(crate) async fn say(
    Addressed(state): Addressed<IamState>,
    request: Request<axum::body::Body>,
    next: axum::middleware::Next,
) -> Response {
    let mut response = next.run(request).await;
    let Some(Failure { refusal, body, status }) = response.extensions_mut().remove::<Failure>() else {
        return response;
    };
    let place = ("token administration", None);
    jeton_wire::refused(&state.oauth.ledger, &refusal, place, |_| form(&refusal, body, status))
}

fn form(refusal: &Refusal, body: Option<Value>, status: Option<StatusCode>) -> Response {
    let (usual, error, description) = error_of(refusal);
    let status = status.unwrap_or(usual);
    let body = body.unwrap_or_else(|| match &description {
        Some(text) => json!({ "error": error, "error_description": text }),
        None => json!({ "error": error }),
    });
    let mut response = private::answer(status, body);
    if status == StatusCode::UNAUTHORIZED {
        let text = description.unwrap_or_default();
        let challenge = format!("Bearer realm=\"openidconnect\", error=\"{error}\", error_description=\"{text}\"");
        if let Ok(value) = HeaderValue::try_from(challenge) {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
        }
    }
    response
}

/// Status, `error`, `error_description`. They never repeat a presented token.
fn error_of(refusal: &Refusal) -> (StatusCode, String, Option<String>) {
    let (status, error, text) = match refusal.class() {
        // Here the unknown client is one that the request names, not the caller.
        Class::Unauthenticated if refusal.is(&CLIENT_UNKNOWN) => (StatusCode::BAD_REQUEST, "invalid_request", None),
        Class::Unauthenticated if refusal.is(&BEARER_MISSING) => {
            let text = "Full authentication is required to access this resource";
            (StatusCode::UNAUTHORIZED, "unauthorized", Some(text))
        }
        Class::Unauthenticated => (StatusCode::UNAUTHORIZED, "invalid_token", Some("Invalid access token")),
        Class::Forbidden => (StatusCode::FORBIDDEN, "access_denied", Some("Access is denied")),
        Class::Missing => return (StatusCode::NOT_FOUND, format!("{} not found", refusal.word()), None),
        Class::Malformed if refusal.is(&METHOD_NOT_ALLOWED) => {
            (StatusCode::METHOD_NOT_ALLOWED, "invalid_request", None)
        }
        Class::Malformed | Class::Gone | Class::NeedsInteraction | Class::Pending => {
            (StatusCode::BAD_REQUEST, "invalid_request", None)
        }
        Class::Conflict => (StatusCode::CONFLICT, "invalid_request", None),
        Class::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "invalid_request", None),
        Class::Throttled => (StatusCode::TOO_MANY_REQUESTS, "temporarily_unavailable", None),
        Class::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, refusal.kind().code.unwrap_or("server_error"), None),
        Class::Fault => (StatusCode::INTERNAL_SERVER_ERROR, "server_error", None),
    };
    (status, error.to_owned(), Some(text.map_or_else(|| refusal.message().into_owned(), str::to_owned)))
}
