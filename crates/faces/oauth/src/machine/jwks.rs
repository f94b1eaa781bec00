//! `GET /jwks`, RFC 7517.

use axum::response::Response;
use http::HeaderMap;
use jeton_wire::oauth::jwk_set;
use jeton_wire::{Addressed, Issuer};

/// The public keys.
pub(crate) async fn jwks(Addressed(issuer): Addressed<Issuer>, headers: HeaderMap) -> Response {
    jwk_set(&issuer, &headers, "/jwks").await
}
