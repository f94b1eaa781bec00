//! Health checks for load balancers and supervisors: cheap, and without secrets.

use http::StatusCode;

use jeton_wire::Addressed;

use crate::AdminState;

/// The process runs.
pub(crate) async fn live() -> &'static str {
    "live\n"
}

/// Requests are served and the store answers.
pub(crate) async fn ready(Addressed(state): Addressed<AdminState>) -> (StatusCode, &'static str) {
    match state.administration.ledger.store().ping().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(error = %cause(&error.into()), "the store does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n")
        }
    }
}

fn cause(refusal: &jeton_core::Refusal) -> String {
    refusal.cause().unwrap_or_else(|| refusal.to_string())
}
