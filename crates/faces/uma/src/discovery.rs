//! `/.well-known/uma2-configuration` (UMA 2.0 Grant section 2, Federated Authorization section 2).

use axum::Extension;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jeton_core::model::Service;
use jeton_core::uma::{ID_TOKEN_FORMAT, PROTECTION_SCOPE};
use jeton_wire::oauth::refuse;
use jeton_wire::{Addressed, InternalOnly, InternalUrl, Issuer, json, own_url, reachable_url};
use serde_json::{Value, json as object};

/// The metadata of an issuer as a UMA authorization server.
pub(crate) async fn discovery(
    Addressed(issuer): Addressed<Issuer>,
    internal: Option<Extension<InternalUrl>>,
    internal_only: Option<Extension<InternalOnly>>,
    headers: HeaderMap,
) -> Response {
    let service = match issuer.service() {
        Ok(service) => service,
        Err(refusal) => return refuse(&issuer, &headers, &refusal.into(), "/.well-known", None),
    };
    let mut document = document(&issuer, &service, internal.as_ref().map(|Extension(url)| url));
    if let Some(Extension(paths)) = internal_only {
        paths.leave_out(&service.issuer, &mut document);
    }
    let mut response = json(StatusCode::OK, &document);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    response.headers_mut().remove(header::PRAGMA);
    response
}

fn document(issuer: &Issuer, service: &Service, internal: Option<&InternalUrl>) -> Value {
    let url = |path: &str| reachable_url(internal, &service.issuer, path);
    let grant_types: Vec<&str> = issuer.oauth.grant_names().collect();
    object!({
        "issuer": &*service.issuer,
        "authorization_endpoint": own_url(&service.issuer, "/authorization"),
        "token_endpoint": url("/token"),
        "jwks_uri": url("/jwks"),
        "introspection_endpoint": url("/introspect"),
        "revocation_endpoint": url("/token/revoke"),
        "resource_registration_endpoint": url("/rs/resource_set"),
        "permission_endpoint": url("/perm"),
        // SimpleIdServer's name, which python-keycloak also reads.
        "policies_endpoint": url("/policies"),
        "policy_endpoint": url("/policies"),
        "claim_token_profiles_supported": [ID_TOKEN_FORMAT],
        "uma_profiles_supported": [],
        "grant_types_supported": grant_types,
        "scopes_supported": [PROTECTION_SCOPE],
        "registration_endpoint": url("/registration"),
    })
}
