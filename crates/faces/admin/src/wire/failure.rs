//! Refusals as JSON errors: one table.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use jeton_core::Refusal;
use jeton_core::api_tokens::TOKENS_SCOPE;
use jeton_wire::private;
use serde_json::json;

use crate::AdminState;

/// What a handler returns.
pub(crate) type Answer = Result<Response, Failure>;

/// A refusal on its way out. The response carries it to [`say`], which knows the ledger.
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

/// Writes the body of a refused request, and records the refusal under the reference that stands in it.
pub(crate) async fn say(State(state): State<AdminState>, mut response: Response) -> Response {
    let Some(refusal) = response.extensions_mut().remove::<Arc<Refusal>>() else { return response };
    let administration = &state.administration;
    let reference = administration.ledger.refusals().record(administration.ledger.now(), &refusal, "/admin/v1", None);
    let status = status_of(&refusal);
    let mut response = private::answer(
        status,
        json!({
            "error": refusal.id(),
            "message": refusal.message(),
            "advice": Refusal::advice(refusal.id()),
            "reference": reference,
        }),
    );
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::try_from(reference) {
        headers.insert("jeton-refusal", value);
    }
    if let Some(value) = challenge(&refusal) {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(value));
    }
    let usual = (status == StatusCode::TOO_MANY_REQUESTS).then_some(10);
    if let Some(seconds) = refusal.retry_after().or(usual) {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// No such route.
pub(crate) async fn unknown() -> Failure {
    Failure(Refusal::NotFound("route"))
}

/// RFC 6750 section 3.
fn challenge(refusal: &Refusal) -> Option<&'static str> {
    match refusal {
        Refusal::BearerMissing => Some("Bearer realm=\"jeton\""),
        Refusal::BearerInvalid => Some("Bearer realm=\"jeton\", error=\"invalid_token\""),
        Refusal::BearerScope(TOKENS_SCOPE) => {
            Some("Bearer realm=\"jeton\", error=\"insufficient_scope\", scope=\"jeton:tokens\"")
        }
        Refusal::BearerScope(_) => Some("Bearer realm=\"jeton\", error=\"insufficient_scope\", scope=\"jeton:admin\""),
        _ => None,
    }
}

fn status_of(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::BearerMissing | Refusal::BearerInvalid => StatusCode::UNAUTHORIZED,
        Refusal::BearerScope(_) | Refusal::RoleNeeded(_) | Refusal::AuthorityExceeded(_) | Refusal::ForeignSite => {
            StatusCode::FORBIDDEN
        }
        Refusal::NotFound(_) | Refusal::TokenUnknown => StatusCode::NOT_FOUND,
        Refusal::Conflict(_)
        | Refusal::RecordChanged
        | Refusal::MatchesGrown { .. }
        | Refusal::SuspensionOver
        | Refusal::TokenNotRotatable(_) => StatusCode::CONFLICT,
        Refusal::LeakReportsLimit | Refusal::RequestPace(_) => StatusCode::TOO_MANY_REQUESTS,
        refusal if refusal.is_slowed() => StatusCode::TOO_MANY_REQUESTS,
        Refusal::RequestTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Refusal::Busy | Refusal::StoreUnavailable(_) | Refusal::ServiceDisabled => StatusCode::SERVICE_UNAVAILABLE,
        Refusal::PlanExceeded(_) | Refusal::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    }
}
