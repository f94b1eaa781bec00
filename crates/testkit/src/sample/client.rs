//! Clients.

use std::time::Duration;

use jeton_core::ids::{ClientId, ClientKey, UserKey};
use jeton_core::model::{
    AccessTokenTyp, AuthMethod, Client, CompatibilityMode, Introspect, ResponseScope, Rotation, SealedSecret,
    SecretVerifier, TokenFormat,
};
use jeton_jose::Algorithm;
use serde_json::json;

use super::{SERVICE, T0, object, scope};

/// A public client named `client-<key>`.
#[must_use]
pub fn client(key: u64) -> Client {
    Client {
        key: ClientKey::new(key),
        token_endpoint_auth_method: AuthMethod::None,
        grant_types: vec!["authorization_code".into(), "refresh_token".into()],
        response_types: Vec::new(),
        scope: scope("openid read write"),
        created: T0,
        updated: T0,
        ..Client::new(SERVICE, ClientId::new(&format!("client-{key}")))
    }
}

/// A confidential client with every member.
#[must_use]
pub fn full_client(key: u64) -> Client {
    Client {
        enabled: false,
        secret: Some(secret(7)),
        sealed_secret: Some(SealedSecret(vec![1, 2, 3])),
        token_endpoint_auth_method: AuthMethod::ClientSecretPost,
        method_unnamed: true,
        response_types: vec!["code".into()],
        redirect_uris: vec!["https://app.example/cb?x=1&y=%20".into(), "http://127.0.0.1/cb".into()],
        post_logout_redirect_uris: vec!["https://app.example/bye".into()],
        default_scope: Some(scope("read")),
        access_token_format: Some(TokenFormat::Opaque),
        access_token_typ: Some(AccessTokenTyp::Jwt),
        access_token_lifetime: Some(Duration::from_secs(300)),
        refresh_token_lifetime: Some(Duration::from_secs(86_400)),
        id_token_lifetime: Some(Duration::from_secs(60)),
        id_token_signed_response_alg: Some(Algorithm::ES256),
        profile: CompatibilityMode::Classic,
        token_response_scope: Some(ResponseScope::OmitIfSame),
        introspect: Introspect::Audience,
        require_pkce: true,
        allow_plain_pkce: true,
        skip_consent: true,
        uma_public: true,
        rotation: Some(Rotation::Public),
        audience: Some("https://api.example".into()),
        default_audience: Some("https://default.example".into()),
        self_registered: true,
        registered_from: Some("192.0.2.1".into()),
        from_document: true,
        registered_by: Some(UserKey::new(5)),
        adopted: true,
        administered: true,
        operator_urls: vec!["https://client.example/jwks".to_owned()],
        tokens_from: super::at(-100),
        updated: super::at(100),
        metadata: object(json!({ "client_name": "Füchse & Söhne", "contacts": ["a@b.example"], "n": 1.5 })).into(),
        ..client(key)
    }
}

/// A secret's verifier that only this byte has; no secret matches it.
#[must_use]
pub fn secret(byte: u8) -> SecretVerifier {
    serde_json::from_value(vec![byte; 32].into()).unwrap()
}
