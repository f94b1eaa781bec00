//! `GET /jwk`, section 7.

use axum::response::Response;
use http::{HeaderMap, HeaderValue, header};
use jeton_wire::oauth::jwk_set;
use jeton_wire::{Addressed, Issuer};

/// How long clients may cache the keys, in seconds.
const AGE: HeaderValue = HeaderValue::from_static("public, max-age=21600");

/// The public keys, cacheable for as long as grid software caches them.
pub(crate) async fn jwk(Addressed(issuer): Addressed<Issuer>, headers: HeaderMap) -> Response {
    let mut response = jwk_set(&issuer, &headers, "/jwk").await;
    if response.status().is_success() {
        response.headers_mut().insert(header::CACHE_CONTROL, AGE);
    }
    response
}
