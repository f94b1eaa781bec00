//! Requests for what no handler serves, answered in the form of the endpoints that programs call; a browser that opens an address gets a
//! page.

use axum::response::Response;
use http::{HeaderMap, Method};
use jeton_core::client_auth::Refused;
use jeton_core::refusals::{METHOD_NOT_ALLOWED, NOT_FOUND};

use super::refuse::refuse;
use crate::pages::no_such_page;
use crate::{Addressed, Issuer, accepts_html};

/// A known path without this method.
pub async fn other_method(Addressed(issuer): Addressed<Issuer>, headers: HeaderMap) -> Response {
    refuse(&issuer, &headers, &Refused::from(METHOD_NOT_ALLOWED), "another method", None)
}

/// An unknown path.
pub async fn unknown(Addressed(issuer): Addressed<Issuer>, method: Method, headers: HeaderMap) -> Response {
    if matches!(method, Method::GET | Method::HEAD) && accepts_html(&headers) {
        return no_such_page(&issuer);
    }
    refuse(&issuer, &headers, &Refused::from(NOT_FOUND.with("route")), "another path", None)
}
