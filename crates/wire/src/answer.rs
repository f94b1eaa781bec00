//! JSON answers that must not be cached.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

/// A status and a JSON body, with the headers of RFC 6749 section 5.1.
pub fn json_body(status: StatusCode, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    // With the two of `cross_origin::mark`.
    headers.reserve(5);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

/// A JSON value under any status.
pub fn json(status: StatusCode, value: &impl Serialize) -> Response {
    // Serializing the face's own types to memory cannot fail.
    json_body(status, serde_json::to_vec(value).unwrap_or_default())
}

/// A status and no body.
pub fn empty(status: StatusCode) -> Response {
    let mut response = empty_ok();
    *response.status_mut() = status;
    response
}

/// 200 with an empty body (RFC 7009 section 2.2).
pub fn empty_ok() -> Response {
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}
