//! Answers over HTTP. Each has a JSON body, and every page may read it: the set-up page waits for ever where one of them is missing.

use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use jeton_core::Refusal;
use jeton_core::refusals::{CREDENTIALS_INVALID, METHOD_NOT_ALLOWED, ROBOT_APP_KEY};
use jeton_core::robots::Robots;
use jeton_wire::{cross_origin, exception, json, json_status};
use serde_json::{Value, json};

/// Where status and code differ from those of the class. The empty code: the refusal's id.
const EXCEPTIONS: &[(Refusal, (StatusCode, &str))] = &[
    (CREDENTIALS_INVALID, (StatusCode::FORBIDDEN, "invalid_username_or_password")),
    (ROBOT_APP_KEY, (StatusCode::FORBIDDEN, "")),
    (METHOD_NOT_ALLOWED, (StatusCode::METHOD_NOT_ALLOWED, "")),
];

/// 200 with a document.
pub(super) fn ok(document: &Value) -> Response {
    for_pages(json(StatusCode::OK, document))
}

/// An error that no feature gave.
pub(crate) fn said(status: StatusCode, code: &str, message: &str) -> Response {
    for_pages(json(status, &json!({ "code": code, "message": message, "status": "error" })))
}

/// A refusal, recorded.
pub(crate) fn refused(robots: &Robots, refusal: &Refusal, place: &'static str) -> Response {
    let (status, code) = match exception(EXCEPTIONS, refusal) {
        Some((status, "")) => (status, refusal.id()),
        Some(exception) => exception,
        None => (json_status(refusal.class()), refusal.id()),
    };
    jeton_wire::refused(&robots.ledger, refusal, (place, None), |_| said(status, code, &refusal.message()))
}

fn for_pages(mut response: Response) -> Response {
    cross_origin::mark(&mut response);
    response
}

/// Lets pages of any origin read an answer: what decides is the app key and the session in the request, never a cookie.
pub(crate) fn with_cors(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD, POST"));
    let names = HeaderValue::from_static("Anki-App-Key, Anki-User-Session, Content-Type");
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, names);
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("7200"));
    response
}
