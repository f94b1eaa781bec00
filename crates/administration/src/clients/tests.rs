//! The metadata that a client's document needs for its authentication method.

use serde_json::{Value, json};

use super::read_client;
use jeton_model::ids::ServiceId;

fn read(more: Value) -> Result<(), String> {
    let mut document = json!({"client_id": "app", "grant_types": ["client_credentials"], "scope": "read"});
    document.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let document = document.as_object().unwrap().clone();
    let served = crate::Capabilities { grant_types: vec!["client_credentials"], response_types: vec!["code"] };
    read_client(ServiceId::new(1), document, &served).map(drop).map_err(|refusal| refusal.message().into_owned())
}

fn keys(n: usize) -> Value {
    json!({"keys": vec![json!({"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}); n]})
}

#[test]
fn each_method_has_what_it_needs() {
    for document in [
        json!({"token_endpoint_auth_method": "private_key_jwt", "jwks": keys(1)}),
        json!({"token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "https://app.example/jwks"}),
        json!({"token_endpoint_auth_method": "self_signed_tls_client_auth", "jwks": keys(64)}),
        json!({"token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_subject_dn": "CN=a,O=b"}),
        json!({"token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_san_ip": "::1"}),
        json!({"token_endpoint_auth_method": "client_secret_jwt", "token_endpoint_auth_signing_alg": "HS512"}),
        json!({"token_endpoint_auth_method": "tls_client_auth", "profile": "classic",
            "tls_client_auth_thumbprint": "AB".repeat(20), "tls_client_auth_name": "CN=a"}),
        json!({"tls_client_certificate_bound_access_tokens": true, "strict_assertion_aud": true}),
    ] {
        assert_eq!(read(document.clone()), Ok(()), "{document}");
    }
}

#[test]
fn what_is_missing_or_too_much_is_named() {
    for (document, member) in [
        (json!({"token_endpoint_auth_method": "private_key_jwt"}), "jwks"),
        (json!({"token_endpoint_auth_method": "self_signed_tls_client_auth"}), "jwks"),
        (json!({"jwks": keys(1), "jwks_uri": "https://app.example/jwks"}), "jwks_uri"),
        (json!({"jwks_uri": "ftp://app.example/jwks"}), "jwks_uri"),
        (json!({"jwks_uri": "https://app.example/jwks#x"}), "jwks_uri"),
        (json!({"jwks_uri": 7}), "jwks_uri"),
        (json!({"jwks": []}), "jwks"),
        (json!({"jwks": {"keys": 1}}), "jwks"),
        (json!({"jwks": keys(65)}), "jwks"),
        (json!({"jwks": {"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}}), "jwks"),
        (json!({"jwks": {"keys": [{"kty": "EC", "d": "AA"}]}}), "jwks"),
        (json!({"token_endpoint_auth_signing_alg": "none"}), "token_endpoint_auth_signing_alg"),
        (json!({"token_endpoint_auth_signing_alg": 1}), "token_endpoint_auth_signing_alg"),
        (
            json!({"token_endpoint_auth_method": "client_secret_jwt", "token_endpoint_auth_signing_alg": "RS256"}),
            "token_endpoint_auth_signing_alg",
        ),
        (
            json!({"token_endpoint_auth_method": "private_key_jwt", "jwks": keys(1), "token_endpoint_auth_signing_alg": "HS256"}),
            "token_endpoint_auth_signing_alg",
        ),
        (json!({"token_endpoint_auth_method": "tls_client_auth"}), "tls_client_auth_subject_dn"),
        (
            json!({"token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_subject_dn": "nobody"}),
            "tls_client_auth_subject_dn",
        ),
        (
            json!({"token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_subject_dn": "CN=a",
            "tls_client_auth_san_dns": "a.example"}),
            "tls_client_auth_san_dns",
        ),
        (
            json!({"token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_san_ip": "a.example"}),
            "tls_client_auth_san_ip",
        ),
        (
            json!({"token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_san_dns": ""}),
            "tls_client_auth_san_dns",
        ),
        (
            json!({"token_endpoint_auth_method": "tls_client_auth", "profile": "classic",
            "tls_client_auth_thumbprint": "AB", "tls_client_auth_name": "CN=a"}),
            "tls_client_auth_thumbprint",
        ),
        (
            json!({"token_endpoint_auth_method": "tls_client_auth", "profile": "classic",
            "tls_client_auth_thumbprint": "AB".repeat(32)}),
            "tls_client_auth_name",
        ),
        (json!({"tls_client_certificate_bound_access_tokens": "yes"}), "tls_client_certificate_bound_access_tokens"),
        (json!({"strict_assertion_aud": 1}), "strict_assertion_aud"),
    ] {
        let refusal = read(document.clone()).expect_err(&document.to_string());
        assert!(refusal.starts_with(&format!("`{member}`")), "{document}: {refusal}");
    }
}
