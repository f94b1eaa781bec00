//! The discovery documents, OIDC Discovery 1.0 section 3 and RFC 8414 section 2. Each list is
//! derived from what is registered in the code.

use axum::Extension;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jeton_core::authorization::{Prompt, ResponseMode, ResponseType, acr};
use jeton_core::client_auth;
use jeton_core::model::Service;
use jeton_jose::Algorithm;
use jeton_jose::jwe::{ContentEncryption, KeyAlgorithm};
use jeton_wire::oauth::refuse;
use jeton_wire::{Addressed, InternalOnly, InternalUrl, Issuer, json_body, own_url, reachable_url};
use serde_json::{Value, json};

/// The same document at both paths.
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
    let ledger = &issuer.oauth.ledger;
    let algorithms = match ledger.keys_to_publish(&service).await {
        Ok(ring) => ring.algorithms(ledger.now()),
        Err(refusal) => return refuse(&issuer, &headers, &refusal.into(), "/.well-known", None),
    };
    let internal = internal.as_ref().map(|Extension(url)| url);
    let mut document = document(&issuer, &service, algorithms, internal);
    if let Some(Extension(paths)) = internal_only {
        paths.leave_out(&service.issuer, &mut document);
    }
    let mut response = json_body(StatusCode::OK, serde_json::to_vec(&document).unwrap_or_default());
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    response.headers_mut().remove(header::PRAGMA);
    response
}

/// INDIGO IAM's names for endpoints that have standard names too (`docs/contracts/indigo-iam.md` section 7). The URLs of people
/// in its token lists are below `scim_endpoint`.
fn indigo_paths(url: &impl Fn(&str) -> String) -> Value {
    json!({
        "jwks_uri": url("/jwk"),
        "registration_endpoint": url("/iam/api/client-registration"),
        "revocation_endpoint": url("/revoke"),
        "device_authorization_endpoint": url("/devicecode"),
        "scim_endpoint": url("/scim"),
    })
}

/// The metadata of an issuer.
fn document(issuer: &Issuer, service: &Service, mut algs: Vec<Algorithm>, internal: Option<&InternalUrl>) -> Value {
    // Pages are at the issuer's URL; what programs call is where those who ask reach it.
    let page = |path: &str| own_url(&service.issuer, path);
    let url = |path: &str| reachable_url(internal, &service.issuer, path);
    let methods: Vec<Value> = client_auth::supported().filter_map(|m| serde_json::to_value(m).ok()).collect();
    // `implicit` is not a grant of the token endpoint, but clients may be registered for it.
    let grant_types: Vec<&str> = issuer.oauth.grant_names().chain(["implicit"]).collect();
    // A symmetric key of the service is no client's; MACs for clients are keyed by their own secrets.
    algs.retain(|alg| !alg.is_symmetric());
    let signatures = algs.clone();
    algs.extend([Algorithm::HS256, Algorithm::HS384, Algorithm::HS512]);
    // Signatures of other parties: any algorithm with a public key.
    let checked: Vec<_> = Algorithm::ALL.into_iter().filter(|alg| !alg.is_symmetric()).collect();
    let wraps = KeyAlgorithm::ALL.into_iter().filter(|alg| !alg.is_symmetric()).map(KeyAlgorithm::as_str);
    let wraps: Vec<_> = wraps.collect();
    let encryptions = ContentEncryption::ALL.map(ContentEncryption::as_str);
    let public = |m: &&Value| **m != json!("none");
    let proving: Vec<&Value> = methods.iter().filter(public).collect();
    let catalog = issuer.oauth.ledger.entities().catalog(service.id);
    let (mut scopes, mut names_of_claims) = catalog.discovered();
    // What a client may register can be asked for, whether it is described or not.
    scopes
        .extend(service.settings.registration.scope.words().filter(|word| !scopes.contains(word)).collect::<Vec<_>>());
    names_of_claims.extend(["auth_time", "acr", "amr"]);
    let mut document = json!({
        "issuer": &*service.issuer,
        "authorization_endpoint": page("/authorization"),
        "token_endpoint": url("/token"),
        "device_authorization_endpoint": url("/device_authorization"),
        "userinfo_endpoint": url("/userinfo"),
        "jwks_uri": url("/jwks"),
        "end_session_endpoint": page("/end_session"),
        "check_session_iframe": page("/check_session"),
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "frontchannel_logout_supported": true,
        "frontchannel_logout_session_supported": true,
        "revocation_endpoint": url("/token/revoke"),
        "introspection_endpoint": url("/introspect"),
        "registration_endpoint": url("/registration"),
    });
    let offers = json!({
        "scopes_supported": scopes,
        "claims_supported": names_of_claims,
        "claim_types_supported": ["normal"],
        "response_types_supported": ResponseType::ALL.map(|(name, _)| name),
        "response_modes_supported": ResponseMode::ALL.map(|(name, _)| name),
        "grant_types_supported": grant_types,
        "subject_types_supported": ["public"],
        "token_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_methods_supported": methods,
        "introspection_endpoint_auth_methods_supported": proving,
        "token_endpoint_auth_signing_alg_values_supported": Algorithm::ALL,
        "revocation_endpoint_auth_signing_alg_values_supported": Algorithm::ALL,
        "introspection_endpoint_auth_signing_alg_values_supported": Algorithm::ALL,
        "tls_client_certificate_bound_access_tokens": true,
        // Client certificates are requested but never required, so these are the usual URLs (RFC 8705 section 5).
        "mtls_endpoint_aliases": {
            "token_endpoint": url("/token"),
            "revocation_endpoint": url("/token/revoke"),
            "introspection_endpoint": url("/introspect"),
            "userinfo_endpoint": url("/userinfo"),
        },
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": Prompt::VALUES,
        "acr_values_supported": [acr::PASSWORD],
        "display_values_supported": ["page"],
        "ui_locales_supported": ["en"],
        "authorization_response_iss_parameter_supported": true,
        "claims_parameter_supported": true,
        "request_parameter_supported": true,
        "request_uri_parameter_supported": true,
        "require_request_uri_registration": true,
        "pushed_authorization_request_endpoint": url("/par"),
        "require_pushed_authorization_requests": service.settings.require_pushed_authorization_requests,
        "require_signed_request_object": false,
        "version": "1.0",
    });
    let answers = json!({
        "id_token_signing_alg_values_supported": algs,
        "id_token_encryption_alg_values_supported": wraps,
        "id_token_encryption_enc_values_supported": encryptions,
        "userinfo_signing_alg_values_supported": algs,
        "userinfo_encryption_alg_values_supported": wraps,
        "userinfo_encryption_enc_values_supported": encryptions,
        "introspection_signing_alg_values_supported": signatures,
        "introspection_encryption_alg_values_supported": wraps,
        "introspection_encryption_enc_values_supported": encryptions,
        "request_object_signing_alg_values_supported": checked,
    });
    let documents = if service.settings.registration.client_id_documents {
        json!({ "client_id_metadata_document_supported": true })
    } else {
        json!({})
    };
    let indigo = if service.settings.registration.indigo_paths { indigo_paths(&url) } else { json!({}) };
    for part in [offers, answers, documents, indigo] {
        if let (Some(document), Value::Object(part)) = (document.as_object_mut(), part) {
            document.extend(part);
        }
    }
    document
}
