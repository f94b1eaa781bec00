//! Tokens.

use std::sync::Arc;

use jeton_core::ids::{DeviceId, GrantId, TokenId, UserKey};
use jeton_core::model::{
    Binding, Permission, Property, Reason, Subject, Token, TokenDetails, TokenFormat, TokenKind, TokenState, Verifier,
};
use serde_json::json;

use super::{CLIENT, HOUR, SERVICE, T0, hash, object, scope};

/// An opaque access token of a client's own, active for an hour from [`T0`].
#[must_use]
pub fn token(id: u64) -> Token {
    Token {
        id: TokenId::new(id),
        service: SERVICE,
        kind: TokenKind::Access,
        format: TokenFormat::Opaque,
        client: Some(CLIENT),
        subject: None,
        device: None,
        grant: None,
        parent: None,
        verifier: Verifier(hash(id)),
        scope: scope("read write"),
        audience: "".into(),
        issued: T0,
        not_before: None,
        expires: Some(T0 + HOUR),
        state: TokenState::Active,
        binding: None,
        details: None,
    }
}

/// A revoked, bound JWT with every member.
#[must_use]
pub fn full_token(id: u64) -> Token {
    Token {
        format: TokenFormat::Jwt,
        subject: Some(Subject::User(UserKey::new(20))),
        device: Some(DeviceId::new(30)),
        grant: Some(GrantId::new(40)),
        parent: Some(TokenId::new(50)),
        audience: "https://a.example https://b.example/api".into(),
        not_before: Some(super::at(5)),
        state: TokenState::Revoked { at: super::at(9), why: Reason::Superseded },
        binding: Some(Binding::Jwk(hash(!id))),
        details: Some(Arc::new(full_details())),
        ..token(id)
    }
}

/// Details with every member.
#[must_use]
pub fn full_details() -> TokenDetails {
    let hidden = Property { key: "note".into(), value: "it's \"hidden\"".into(), hidden: true };
    let shown = Property { key: "colour".into(), value: "blue".into(), hidden: false };
    let permission =
        Permission { resource_id: "photo-1".into(), resource_scopes: vec!["view".into()], expires: Some(T0 + HOUR) };
    TokenDetails {
        name: Some("nightly build".into()),
        description: Some("reads the artefacts".into()),
        properties: vec![hidden, shown],
        permissions: vec![permission],
        authorization_details: Some(json!([{ "type": "payment", "amount": 12.5 }])),
        actor: Some(json!({ "sub": "proxy", "act": { "sub": "first" } })),
        exchanged: true,
        descends: true,
        claims: object(json!({ "groups": ["/a", "/a/b"], "level": 3, "ok": true, "none": null })),
        sealed_value: Some("c2VhbGVk".into()),
        other: object(json!({ "of_a_contract_to_come": { "deep": [1, 2, { "er": "x" }] } })),
    }
}
