//! Answers for unknown paths and methods.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, Method, StatusCode, header};
use jeton_core::refusals::NOT_FOUND;
use jeton_wire::RouteDoc;

use crate::state::ApiTokensState;
use crate::wire::refuse::refuse;

/// An unknown path below `/api`.
pub(crate) async fn unknown(State(state): State<ApiTokensState>) -> Response {
    refuse(&state, &NOT_FOUND.with("route"), "/api/token")
}

const NOT_ALLOWED: &str = "<!doctype html>\n<html lang=en>\n<title>405 Method Not Allowed</title>\n\
    <h1>Method Not Allowed</h1>\n<p>The method is not allowed for the requested URL.</p>\n";

/// The answer to an unsupported method: a page, with the supported methods in `Allow`; to OPTIONS, `Allow` alone.
pub(crate) fn other_method(routes: &[RouteDoc], method: &Method, path: &str) -> Response {
    let route = routes.iter().find(|route| route.path == path);
    let allow = match route.map(|route| route.methods) {
        Some("GET") => "GET, HEAD, OPTIONS",
        _ => "POST, OPTIONS",
    };
    let mut answer = match *method {
        Method::OPTIONS => StatusCode::OK.into_response(),
        _ => (StatusCode::METHOD_NOT_ALLOWED, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], NOT_ALLOWED)
            .into_response(),
    };
    answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allow));
    answer
}
