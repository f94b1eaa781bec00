//! Grants.

use std::sync::Arc;

use jeton_core::ids::{ClientKey, GrantId, TokenId, UserKey};
use jeton_core::model::{
    Authentication, Binding, Exchanged, Grant, GrantDetails, GrantState, Property, Reason, Subject, Vouched,
};
use serde_json::json;

use super::{CLIENT, HOUR, SERVICE, T0, hash, object, scope};

/// A living grant that ends a day after [`T0`].
#[must_use]
pub fn grant(id: u64) -> Grant {
    Grant {
        id: GrantId::new(id),
        service: SERVICE,
        client: Some(CLIENT),
        subject: None,
        grant_type: "authorization_code".into(),
        scope: scope("openid read write"),
        audience: "".into(),
        created: T0,
        expires: Some(T0 + HOUR * 24),
        state: GrantState::Active,
        binding: None,
        authentication: None,
        details: None,
    }
}

/// A revoked grant with every member.
#[must_use]
pub fn full_grant(id: u64) -> Grant {
    Grant {
        subject: Some(Subject::User(UserKey::new(20))),
        audience: "https://a.example https://b.example/api".into(),
        state: GrantState::Revoked { at: super::at(3), why: Reason::CodeReuse },
        binding: Some(Binding::Certificate(hash(!id))),
        authentication: Some(Authentication {
            at: Some(super::at(-60)),
            methods: vec!["pwd".into(), "otp".into()],
            class: Some("urn:mace:incommon:iap:silver".into()),
            session: Some(TokenId::new(60)),
        }),
        details: Some(Arc::new(details())),
        ..grant(id)
    }
}

fn details() -> GrantDetails {
    GrantDetails {
        nonce: Some("n-0S6_WzA2Mj".into()),
        claims: Some(json!({ "userinfo": { "email": { "essential": true } } })),
        authorization_details: Some(json!([{ "type": "account", "actions": ["list"] }])),
        properties: vec![Property { key: "tenant".into(), value: "blue".into(), hidden: true }],
        exchanged: Some(Exchanged {
            family: GrantId::new(3),
            tokens: vec![TokenId::new(5), TokenId::new(4)],
            clients: vec![ClientKey::new(2)],
            client: Some(ClientKey::new(2)),
            audience: "files".into(),
        }),
        vouched: Some(Box::new(Vouched {
            sub: Some("alice@idp.example".into()),
            claims: object(json!({ "email": "alice@idp.example" })),
            consented: vec!["email".into()],
            session: Some("s-1".into()),
            header: object(json!({ "x": 1 })),
            audience_as_array: true,
        })),
        other: object(json!({ "of_a_contract_to_come": [true, null, "x"] })),
    }
}
