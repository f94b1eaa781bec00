//! Paths below `/api/{service}` that are not served, and other methods.

use axum::extract::{OriginalUri, State};
use axum::response::Response;
use http::StatusCode;
use jeton_core::refusals::{METHOD_NOT_ALLOWED, NOT_FOUND};

use crate::answer::{Code, Operation};
use crate::state::AuthleteState;

const UNKNOWN: Operation = Operation::answering("/api", None, "", Code::NO_OPERATION);

/// 404, with a result that says so.
pub(crate) async fn unknown(State(state): State<AuthleteState>, OriginalUri(_): OriginalUri) -> Response {
    UNKNOWN.refuse(&state.backend.ledger, &NOT_FOUND.with("operation"))
}

/// 405, with a result that says so.
pub(crate) async fn other_method(State(state): State<AuthleteState>) -> Response {
    let mut response = UNKNOWN.refuse(&state.backend.ledger, &METHOD_NOT_ALLOWED);
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response
}
