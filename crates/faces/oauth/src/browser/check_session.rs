//! `GET /check_session`: the iframe that says whether the session is still the same.

use axum::response::Response;

use crate::pages::check_session_page;

/// The page; what it answers, its script reads from a cookie in the browser.
pub(crate) async fn check_session() -> Response {
    check_session_page()
}
