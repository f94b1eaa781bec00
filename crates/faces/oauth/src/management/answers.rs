//! What the handlers answer.

use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use jeton_core::refusal::Refusal;
use serde::Serialize;

use crate::wire::Answer;

/// What a handler makes.
pub(super) type Done = Result<Response, Refusal>;

/// 200 with a document.
pub(super) fn ok(document: &impl Serialize) -> Done {
    Ok(Answer::new(StatusCode::OK, serde_json::to_vec(document)?).into_response())
}

/// 201 with a document.
pub(super) fn created(document: &impl Serialize) -> Done {
    Ok(Answer::new(StatusCode::CREATED, serde_json::to_vec(document)?).into_response())
}

/// 204.
pub(super) fn nothing() -> Done {
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}
