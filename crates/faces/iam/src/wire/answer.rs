//! JSON answers that nobody may keep.

use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use serde::Serialize;

use super::Failure;
use super::private::private;

/// What a handler returns.
pub(crate) type Answer = Result<Response, Failure>;

/// 200 with a document.
pub(crate) fn ok(document: impl Serialize) -> Answer {
    Ok(private(StatusCode::OK, document))
}

/// 201 with a document.
pub(crate) fn created(document: impl Serialize) -> Answer {
    Ok(private(StatusCode::CREATED, document))
}

/// 200 without a body.
pub(crate) fn done() -> Answer {
    Ok(StatusCode::OK.into_response())
}

/// 204.
pub(crate) fn nothing() -> Answer {
    Ok(StatusCode::NO_CONTENT.into_response())
}
