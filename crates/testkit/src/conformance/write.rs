//! Writes and preconditions, in short.

use jeton_core::Timestamp;
use jeton_core::ids::{ClientKey, DocumentId, GrantId, KeyId, TokenId, UserKey};
use jeton_core::model::{
    Client, Device, Document, Event, Grant, KeyRecord, Reason, Service, SingleUse, Token, TokenUse, User,
};
use jeton_core::store::{GrantChange, Precondition, TokenChange, Write};

use crate::sample;

pub(super) fn token(token: Token) -> Write {
    Write::Token { token: token.into(), alias: None }
}

pub(super) fn aliased(token: Token, alias: [u8; 32]) -> Write {
    Write::Token { token: token.into(), alias: Some(alias) }
}

pub(super) fn grant(grant: Grant) -> Write {
    Write::Grant(grant.into())
}

pub(super) fn single_use(single_use: SingleUse) -> Write {
    Write::SingleUse(single_use.into())
}

pub(super) fn event(event: Event) -> Write {
    Write::Event(event.into())
}

pub(super) fn client(client: Client) -> Write {
    Write::Client(client.into())
}

pub(super) fn user(user: User) -> Write {
    Write::User(user.into())
}

pub(super) fn service(service: Service) -> Write {
    Write::Service(service.into())
}

pub(super) fn key(key: KeyRecord) -> Write {
    Write::Key(key.into())
}

pub(super) fn document(document: Document) -> Write {
    Write::Document(document.into())
}

pub(super) fn device(device: Device) -> Write {
    Write::Device(device.into())
}

pub(super) fn revoke(id: u64, at: Timestamp, why: Reason) -> Write {
    Write::RevokeToken { id: TokenId::new(id), at, why }
}

pub(super) fn revoke_grant(id: u64, at: Timestamp, why: Reason) -> Write {
    Write::RevokeGrant { id: GrantId::new(id), at, why }
}

pub(super) fn amend(id: u64, change: TokenChange) -> Write {
    Write::AmendToken { id: TokenId::new(id), change: change.into() }
}

pub(super) fn amend_grant(id: u64, change: GrantChange) -> Write {
    Write::AmendGrant { id: GrantId::new(id), change: change.into() }
}

/// One use, `after` seconds from [`sample::T0`].
pub(super) fn used(id: u64, after: i64) -> Write {
    let (last, source) = (sample::at(after), format!("192.0.2.0/{}", after % 25).into());
    Write::Used(TokenUse { token: TokenId::new(id), last, count: 1, source, scopes: sample::scope("read") }.into())
}

pub(super) fn delete_client(key: u64) -> Write {
    Write::DeleteClient(ClientKey::new(key))
}

pub(super) fn delete_user(key: u64) -> Write {
    Write::DeleteUser(UserKey::new(key))
}

pub(super) fn delete_key(id: u64) -> Write {
    Write::DeleteKey(KeyId::new(id))
}

pub(super) fn delete_document(id: u64) -> Write {
    Write::DeleteDocument(DocumentId::new(id))
}

/// The use of a code, `after` seconds from [`sample::T0`].
pub(super) fn consume(n: u64, after: i64) -> Precondition {
    Precondition::Consume { kind: sample::SINGLE_USE, key: sample::single_use_key(n), now: sample::at(after) }
}

pub(super) fn claim(single_use: SingleUse) -> Precondition {
    Precondition::Claim(single_use.into())
}

pub(super) fn rotate(token: u64, to: u64, after: i64) -> Precondition {
    Precondition::Rotate { token: TokenId::new(token), to: TokenId::new(to), at: sample::at(after) }
}

pub(super) fn active(token: u64) -> Precondition {
    Precondition::Active(TokenId::new(token))
}
