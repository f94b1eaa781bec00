//! A JWK Set, RFC 7517.

use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::refuse::refuse;
use crate::{Issuer, json_body};

/// The public keys: those that sign now, those that will sign, and those that signed within the grace period. `endpoint`: the
/// path.
pub async fn jwk_set(issuer: &Issuer, headers: &HeaderMap, endpoint: &'static str) -> Response {
    let service = match issuer.service() {
        Ok(service) => service,
        Err(refusal) => return refuse(issuer, headers, &refusal.into(), endpoint, None),
    };
    let keys = match issuer.oauth.ledger.keys_to_publish(&service).await {
        Ok(ring) => ring.published(issuer.oauth.ledger.now()),
        Err(refusal) => return refuse(issuer, headers, &refusal.into(), endpoint, None),
    };
    let mut response = json_body(StatusCode::OK, serde_json::to_vec(&keys).unwrap_or_default());
    // Shorter than the time for which keys are published ahead, so that every cache has a key before it signs.
    let age = service.settings.key_publish_ahead.as_secs().clamp(0, 3600) / 2;
    if let Ok(value) = HeaderValue::try_from(format!("public, max-age={age}")) {
        response.headers_mut().insert(header::CACHE_CONTROL, value);
        response.headers_mut().remove(header::PRAGMA);
    }
    response
}
