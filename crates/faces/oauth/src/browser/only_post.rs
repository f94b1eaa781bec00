//! The answer to somebody who opens an address that only takes a form.

use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use jeton_core::refusals::METHOD_NOT_ALLOWED;
use jeton_wire::Issuer;
use jeton_wire::pages::refused;

/// 405, as a page.
pub(super) fn only_post(issuer: &Issuer) -> Response {
    let mut page = refused(issuer, issuer.service().ok().as_deref(), &METHOD_NOT_ALLOWED);
    *page.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    page.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
    page
}
