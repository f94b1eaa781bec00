//! Health checks for load balancers and supervisors: cheap, and without secrets.

use axum::response::Response;
use http::StatusCode;
use jeton_wire::{Addressed, json};
use serde_json::json as object;

use crate::AdminState;

/// The process runs.
pub(crate) async fn live() -> &'static str {
    "live\n"
}

/// Requests are served and the store answers.
pub(crate) async fn ready(Addressed(state): Addressed<AdminState>) -> (StatusCode, &'static str) {
    match store_answers(&state).await {
        true => (StatusCode::OK, "ready\n"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n"),
    }
}

/// The same in the form of INDIGO IAM, which its monitoring reads (`docs/contracts/indigo-iam.md` section 7).
pub(crate) async fn up(Addressed(state): Addressed<AdminState>) -> Response {
    match store_answers(&state).await {
        true => json(StatusCode::OK, &object!({ "status": "UP" })),
        false => json(StatusCode::SERVICE_UNAVAILABLE, &object!({ "status": "DOWN" })),
    }
}

async fn store_answers(state: &AdminState) -> bool {
    let pinged = state.administration.ledger.store().ping().await;
    if let Err(error) = pinged {
        tracing::warn!(error = %cause(&error.into()), "the store does not answer");
        return false;
    }
    true
}

fn cause(refusal: &jeton_core::Refusal) -> String {
    refusal.cause().unwrap_or_else(|| refusal.to_string())
}
