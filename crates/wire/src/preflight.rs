//! Cross-origin preflight (Fetch standard): a page of any origin may call the endpoints that take no cookies.

use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};

/// Allows the methods and headers of these endpoints to any origin.
pub async fn preflight() -> Response {
    (
        StatusCode::NO_CONTENT,
        [
            (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
            (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PUT, DELETE"),
            (header::ACCESS_CONTROL_ALLOW_HEADERS, "Authorization, Content-Type, DPoP"),
            (header::ACCESS_CONTROL_MAX_AGE, "7200"),
        ],
    )
        .into_response()
}
