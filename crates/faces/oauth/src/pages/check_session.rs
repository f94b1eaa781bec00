//! The page that clients put into an iframe (OpenID Connect Session Management 1.0 section 3.3).

use std::sync::LazyLock;

use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue, header};
use jeton_wire::pages::source_hash;

/// Its script, byte for byte: compares the value that the client's page stored with the session's state in this browser.
pub const CHECK_SESSION: &str = include_str!("../../assets/check_session.js");

static POLICY: LazyLock<String> = LazyLock::new(|| {
    let script = source_hash(CHECK_SESSION);
    // Any client's page may frame it: it shows nothing, and its answers reveal only what the caller could hash itself.
    format!("default-src 'none'; script-src {script}; form-action 'none'; base-uri 'none'; frame-ancestors *")
});

/// The page, 200.
#[must_use]
pub fn check_session_page() -> Response {
    let Ok(policy) = HeaderValue::from_str(&POLICY) else {
        return http::StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let body = format!("<!doctype html><meta charset=\"utf-8\"><title>Session</title><script>{CHECK_SESSION}</script>");
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    (headers, body).into_response()
}
