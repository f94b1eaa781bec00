//! Requests for what no handler serves, answered in the form of the endpoints that programs call.

use axum::response::Response;
use http::HeaderMap;
use jeton_core::client_auth::Refused;
use jeton_core::refusals::{METHOD_NOT_ALLOWED, NOT_FOUND};

use super::refuse::refuse;
use crate::{Addressed, Issuer};

/// A known path without this method.
pub async fn other_method(Addressed(issuer): Addressed<Issuer>, headers: HeaderMap) -> Response {
    refuse(&issuer, &headers, &Refused::from(METHOD_NOT_ALLOWED), "another method", None)
}

/// An unknown path.
pub async fn unknown(Addressed(issuer): Addressed<Issuer>, headers: HeaderMap) -> Response {
    refuse(&issuer, &headers, &Refused::from(NOT_FOUND.with("route")), "another path", None)
}
