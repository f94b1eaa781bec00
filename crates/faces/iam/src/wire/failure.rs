//! Refusals as the contract's errors (section 3.8): one table.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Request, StatusCode, header};
use jeton_core::Refusal;
use jeton_wire::private;
use serde_json::{Value, json};

use crate::IamState;

/// What a handler returns.
pub(crate) type Answer = Result<Response, Failure>;

/// A refusal on its way out. The response carries it to [`say`], which knows the ledger.
#[derive(Clone)]
pub(crate) struct Failure {
    refusal: Arc<Refusal>,
    /// The body, where it depends on what was asked for.
    body: Option<Value>,
    /// Where the response differs from the table.
    status: Option<StatusCode>,
}

impl Failure {
    /// The same refusal with a body and a status of its own.
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

/// Writes the body of a refused request, and records the refusal under the reference that stands in a header.
pub(crate) async fn say(
    State(state): State<IamState>,
    request: Request<axum::body::Body>,
    next: axum::middleware::Next,
) -> Response {
    let mut response = next.run(request).await;
    let Some(Failure { refusal, body, status }) = response.extensions_mut().remove::<Failure>() else {
        return response;
    };
    let oauth = &state.oauth;
    let reference = oauth.ledger.refusals().record(oauth.ledger.now(), &refusal, "token administration", None);
    let (usual, error, description) = told(&refusal);
    let status = status.unwrap_or(usual);
    let body = body.unwrap_or_else(|| match &description {
        Some(text) => json!({ "error": error, "error_description": text }),
        None => json!({ "error": error }),
    });
    let mut response = private::answer(status, body);
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::try_from(reference) {
        headers.insert("jeton-refusal", value);
    }
    if status == StatusCode::UNAUTHORIZED {
        let text = description.unwrap_or_default();
        let challenge = format!("Bearer realm=\"openidconnect\", error=\"{error}\", error_description=\"{text}\"");
        if let Ok(value) = HeaderValue::try_from(challenge) {
            headers.insert(header::WWW_AUTHENTICATE, value);
        }
    }
    if let Some(seconds) = refusal.retry_after() {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Status, `error`, `error_description`. What was presented never comes back.
fn told(refusal: &Refusal) -> (StatusCode, String, Option<String>) {
    let (status, error, text) = match refusal {
        Refusal::BearerMissing => {
            (StatusCode::UNAUTHORIZED, "unauthorized", "Full authentication is required to access this resource".into())
        }
        Refusal::BearerInvalid => (StatusCode::UNAUTHORIZED, "invalid_token", "Invalid access token".into()),
        Refusal::BearerScope(_) | Refusal::RoleNeeded(_) | Refusal::AuthorityExceeded(_) => {
            (StatusCode::FORBIDDEN, "access_denied", "Access is denied".into())
        }
        Refusal::NotFound(what) => return (StatusCode::NOT_FOUND, format!("{what} not found"), None),
        Refusal::Conflict(_) | Refusal::RecordChanged => (StatusCode::CONFLICT, "invalid_request", refusal.message()),
        Refusal::RequestTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "invalid_request", refusal.message()),
        Refusal::Busy | Refusal::StoreUnavailable(_) => {
            (StatusCode::SERVICE_UNAVAILABLE, "server_error", refusal.message())
        }
        Refusal::ServiceDisabled => (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", refusal.message()),
        refusal if refusal.is_slowed() => (StatusCode::TOO_MANY_REQUESTS, "temporarily_unavailable", refusal.message()),
        Refusal::PlanExceeded(_) | Refusal::Fault(_) | Refusal::ConfirmationFailed(_) => {
            (StatusCode::INTERNAL_SERVER_ERROR, "server_error", refusal.message())
        }
        _ => (StatusCode::BAD_REQUEST, "invalid_request", refusal.message()),
    };
    (status, error.to_owned(), Some(text.into_owned()))
}
