//! `GET /check_session`: the iframe that detects whether the session has changed.

use axum::response::Response;

use crate::pages::check_session_page;

/// The page; its script reads the answer from a cookie in the browser.
pub(crate) async fn check_session() -> Response {
    check_session_page()
}
