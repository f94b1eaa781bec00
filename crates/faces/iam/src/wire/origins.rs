//! Cross-origin requests (Fetch standard): allowed from any page, but without cookies (`docs/contracts/indigo-iam.md`
//! section 3.8).

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, Method, StatusCode, header};

/// The paths where they are allowed.
const OPEN: [&str; 3] = ["/iam/", "/api/", "/scim/"];

/// Answers preflight requests, and lets pages read the other answers.
pub(crate) async fn cross_origin(request: Request, next: Next) -> Response {
    if !OPEN.iter().any(|prefix| request.uri().path().starts_with(prefix)) {
        return next.run(request).await;
    }
    let mut response = match *request.method() {
        Method::OPTIONS => preflight(),
        _ => next.run(request).await,
    };
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

fn preflight() -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let mut set = |name, value| response.headers_mut().insert(name, HeaderValue::from_static(value));
    set(header::ACCESS_CONTROL_ALLOW_METHODS, "HEAD, GET, POST, PUT, DELETE, PATCH, OPTIONS");
    set(header::ACCESS_CONTROL_ALLOW_HEADERS, "Authorization, Content-Type");
    set(header::ACCESS_CONTROL_MAX_AGE, "7200");
    response
}
