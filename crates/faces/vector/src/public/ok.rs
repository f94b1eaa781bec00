//! `GET` and `HEAD /ok`.

use axum::response::{IntoResponse as _, Response};
use http::header;

use crate::accounts::with_cors;

/// Any status counts for a robot; nothing is looked at.
pub(super) async fn ok() -> Response {
    with_cors(([(header::CONTENT_TYPE, "text/plain"), (header::CACHE_CONTROL, "no-store")], "ok\n").into_response())
}
