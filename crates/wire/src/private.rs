//! JSON answers that only the caller may read: they contain secrets, names and rights, so no cache may store them and no page of
//! another origin may read them.

use axum::Json;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

/// A JSON document with any status.
#[must_use]
pub fn answer(status: StatusCode, document: impl Serialize) -> Response {
    let mut response = (status, Json(document)).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// 200 with a JSON document.
///
/// # Errors
/// None; a handler needs a `Result`.
pub fn ok<E>(document: impl Serialize) -> Result<Response, E> {
    Ok(answer(StatusCode::OK, document))
}

/// 201 with a JSON document.
///
/// # Errors
/// None.
pub fn created<E>(document: impl Serialize) -> Result<Response, E> {
    Ok(answer(StatusCode::CREATED, document))
}

/// 200 without a body.
///
/// # Errors
/// None.
pub fn done<E>() -> Result<Response, E> {
    Ok(StatusCode::OK.into_response())
}

/// 204.
///
/// # Errors
/// None.
pub fn nothing<E>() -> Result<Response, E> {
    Ok(StatusCode::NO_CONTENT.into_response())
}
