//! Paths below `/api/{service}` that are not served.

use axum::extract::{OriginalUri, State};
use axum::response::Response;
use jeton_core::refusals::NOT_FOUND;

use crate::answer::{Code, Form, Operation};
use crate::state::AuthleteState;

const UNKNOWN: Operation =
    Operation { path: "/api", right: None, done: "", form: Form::Status, refusals: &[], otherwise: Code("A001203") };

/// 404, with a result that says so.
pub(crate) async fn unknown(State(state): State<AuthleteState>, OriginalUri(_): OriginalUri) -> Response {
    UNKNOWN.refuse(&state.backend.ledger, &NOT_FOUND.with("operation"))
}
