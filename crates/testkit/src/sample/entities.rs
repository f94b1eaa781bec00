//! People, devices, documents, and what happened to them.

use jeton_core::ids::{ClientKey, DeviceId, DocumentId, GrantId, TokenId, UserKey};
use jeton_core::model::{Actor, Device, Document, DocumentKind, Event, EventKind, User};
use serde_json::json;

use super::{SERVICE, T0, hash, object};

/// A person named `user-<key>` with `sub` `sub-<key>`, who cannot sign in by password.
#[must_use]
pub fn user(key: u64) -> User {
    User {
        key: UserKey::new(key),
        service: SERVICE,
        sub: format!("sub-{key}"),
        username: format!("user-{key}"),
        password: None,
        enabled: true,
        roles: Vec::new(),
        groups: Vec::new(),
        claims: serde_json::Map::new(),
        tokens_from: jeton_core::Timestamp::default(),
        api_tokens_from: None,
        created: T0,
        updated: T0,
    }
}

/// A person with every member.
#[must_use]
pub fn full_user(key: u64) -> User {
    User {
        password: Some("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA".into()),
        enabled: false,
        roles: vec!["admin".into(), "auditor".into()],
        groups: vec!["/example".into(), "/example/deep".into()],
        claims: object(json!({ "name": "Zoë Ångström", "email_verified": true, "address": { "country": "NL" } })),
        tokens_from: super::at(-5),
        api_tokens_from: Some(super::at(-9)),
        updated: super::at(5),
        ..user(key)
    }
}

/// A device named `vic:<id>` without an owner.
#[must_use]
pub fn device(id: u64) -> Device {
    Device {
        id: DeviceId::new(id),
        service: SERVICE,
        name: format!("vic:{id}"),
        owner: None,
        key_pin: None,
        session_certificate: None,
        enabled: true,
        created: T0,
        other: serde_json::Map::new(),
    }
}

/// A device with every member.
#[must_use]
pub fn full_device(id: u64) -> Device {
    Device {
        owner: Some(UserKey::new(20)),
        key_pin: Some(hash(id)),
        session_certificate: Some((0..=255).collect()),
        enabled: false,
        other: object(json!({ "firmware": "1.6.0" })),
        ..device(id)
    }
}

/// A scope description of the service's own, named `document-<id>`.
#[must_use]
pub fn document(id: u64) -> Document {
    Document {
        id: DocumentId::new(id),
        service: SERVICE,
        kind: DocumentKind::Scope,
        owner: String::new(),
        name: format!("document-{id}"),
        updated: T0,
        body: json!({}),
    }
}

/// A person's consent.
#[must_use]
pub fn full_document(id: u64) -> Document {
    Document {
        kind: DocumentKind::Consent,
        owner: "20".into(),
        body: json!({ "scope": "openid read", "list": [1, -2, 3.25, null, false, "x", [], {}] }),
        ..document(id)
    }
}

/// The end of a token that the server caused itself.
#[must_use]
pub fn event(token: u64) -> Event {
    let mut event = Event::new(EventKind::TokenRevoked, T0, Some(SERVICE), Actor::System);
    event.token = Some(TokenId::new(token));
    event
}

/// An event with every member.
#[must_use]
pub fn full_event(token: u64) -> Event {
    Event {
        kind: EventKind::RefreshReused,
        actor: Actor::Admin("root@localhost".into()),
        grant: Some(GrantId::new(40)),
        client: Some(ClientKey::new(10)),
        user: Some(UserKey::new(20)),
        detail: Some("presented 3 s after its grace".into()),
        ..event(token)
    }
}
