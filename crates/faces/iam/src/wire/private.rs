//! JSON that nobody may keep.

use axum::Json;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

/// Answers carry names and rights: no cache may keep them.
pub(super) fn private(status: StatusCode, document: impl Serialize) -> Response {
    let mut response = (status, Json(document)).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
