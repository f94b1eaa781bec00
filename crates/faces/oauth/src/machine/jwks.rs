//! `GET /jwks`, RFC 7517.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use jeton_wire::Issuer;
use jeton_wire::oauth::jwk_set;

/// The public keys.
pub(crate) async fn jwks(State(issuer): State<Issuer>, headers: HeaderMap) -> Response {
    jwk_set(&issuer, &headers, "/jwks").await
}
