//! `GET /api/lifecycle/healthcheck` (`docs/contracts/authlete.md` section 4.2): needs no credential.

use axum::response::Response;
use http::{HeaderValue, header};

/// Answers as long as requests are served.
pub(crate) async fn health() -> Response {
    let mut response = Response::new("OK".into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response
}
