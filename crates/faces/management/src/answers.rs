//! Answers of the handlers.

use axum::response::Response;
use http::StatusCode;
use jeton_core::refusal::Refusal;
use jeton_wire::{empty, json_body};
use serde::Serialize;

/// What a handler returns.
pub(crate) type Done = Result<Response, Refusal>;

/// 200 with a document.
pub(crate) fn ok(document: &impl Serialize) -> Done {
    Ok(json_body(StatusCode::OK, serde_json::to_vec(document)?))
}

/// 201 with a document.
pub(crate) fn created(document: &impl Serialize) -> Done {
    Ok(json_body(StatusCode::CREATED, serde_json::to_vec(document)?))
}

/// 204.
pub(crate) fn nothing() -> Done {
    Ok(empty(StatusCode::NO_CONTENT))
}
