//! `OPTIONS`: a browser asks whether the set-up page of another origin may call.

use axum::response::{IntoResponse as _, Response};
use http::StatusCode;

use super::with_cors;

/// It may.
pub(super) async fn preflight() -> Response {
    with_cors(StatusCode::NO_CONTENT.into_response())
}
