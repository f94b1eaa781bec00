//! JSON answers that nobody may keep.

use axum::Json;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use super::Failure;

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

/// Answers carry names and rights: no cache may keep them.
pub(super) fn private(status: StatusCode, document: impl Serialize) -> Response {
    let mut response = (status, Json(document)).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
