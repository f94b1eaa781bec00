//! What the handlers answer.

use axum::response::Response;
use http::StatusCode;
use jeton_core::refusal::Refusal;
use serde::Serialize;

use crate::wire::{empty, json_body};

/// What a handler makes.
pub(super) type Done = Result<Response, Refusal>;

/// 200 with a document.
pub(super) fn ok(document: &impl Serialize) -> Done {
    Ok(json_body(StatusCode::OK, serde_json::to_vec(document)?))
}

/// 201 with a document.
pub(super) fn created(document: &impl Serialize) -> Done {
    Ok(json_body(StatusCode::CREATED, serde_json::to_vec(document)?))
}

/// 204.
pub(super) fn nothing() -> Done {
    Ok(empty(StatusCode::NO_CONTENT))
}
