//! JSON answers that nobody may keep.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

/// A status and a JSON body, with the headers of RFC 6749 section 5.1. Any origin may read it: these endpoints take no
/// cookies, what they give is for whoever holds the credentials.
pub(crate) struct Answer {
    status: StatusCode,
    body: Bytes,
}

impl Answer {
    pub(crate) fn new(status: StatusCode, body: Vec<u8>) -> Self {
        Self { status, body: body.into() }
    }
}

impl Answer {
    /// A status and no body.
    pub(crate) fn empty(status: StatusCode) -> Response {
        let mut response = empty_ok();
        *response.status_mut() = status;
        response
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.reserve(4);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        response
    }
}

/// 200 with a JSON body.
pub(crate) fn json_ok(body: Vec<u8>) -> Response {
    Answer::new(StatusCode::OK, body).into_response()
}

/// A JSON value under any status.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    // Writing what this face made into memory cannot fail.
    Answer::new(status, serde_json::to_vec(value).unwrap_or_default()).into_response()
}

/// 204.
pub(crate) fn no_content() -> Response {
    let mut response = empty_ok();
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

/// 200 with an empty body (RFC 7009 section 2.2).
pub(crate) fn empty_ok() -> Response {
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}
