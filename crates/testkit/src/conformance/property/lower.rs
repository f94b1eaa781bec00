//! From small numbers to commands.

use std::time::Duration;

use jeton_core::Timestamp;
use jeton_core::ids::{ClientId, ClientKey, DeviceId, DocumentId, GrantId, KeyId, ServiceId, TokenId, UserKey};
use jeton_core::model::{
    Client, Device, Document, DocumentKind, Event, Grant, KeyRecord, Once, OnceKind, Reason, Service, Subject, Token,
    TokenKind, User,
};
use jeton_core::store::{Command, Precondition, TokenChange, TokenFilter, Write};
use serde_json::json;

use super::super::snapshot::{FAR_GRANTS, ONCE_KINDS, STRIDE};
use super::super::write;
use super::step::{Act, Put, When};
use crate::sample;

/// Gives numbers to what a run makes.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    tokens: u64,
    grants: u64,
    events: i64,
}

/// The nth token's id. They lie far apart and do not rise.
fn token_id(n: u64) -> u64 {
    ((n * 29) % 61 + 1) * STRIDE
}

/// The nth grant's id. A snapshot sees them all.
fn grant_id(n: u64) -> u64 {
    ((n * 7) % FAR_GRANTS.end() + 1) * STRIDE
}

/// Ends that a sweep or a reader meets: long past, within the run, far, never.
fn ends(n: u8) -> Option<Timestamp> {
    [None, Some(sample::at(-1_000)), Some(sample::at(100)), Some(sample::at(300)), Some(FAR)][usize::from(n) % 5]
}

/// Moments between those ends.
pub(super) fn moment(n: u8) -> Timestamp {
    [sample::at(-2_000), sample::at(50), sample::at(200), sample::at(400)][usize::from(n) % 4]
}

/// Single-use entries are over, or far from it, by any clock.
fn over(yes: bool) -> Timestamp {
    if yes { Timestamp::from_seconds(1_000) } else { FAR }
}

const FAR: Timestamp = Timestamp::from_seconds(4_102_444_800);

fn service(second: bool) -> ServiceId {
    if second { sample::OTHER_SERVICE } else { sample::SERVICE }
}

fn kind(n: u8) -> OnceKind {
    ONCE_KINDS[usize::from(n) % ONCE_KINDS.len()]
}

impl Numbers {
    /// Whether there are numbers left for four more commands of four writes each.
    pub(super) fn left(&self) -> bool {
        self.tokens <= 40 && self.grants <= 15
    }

    pub(super) fn command(&mut self, act: &Act) -> Command {
        let when = act.when.as_ref().map(precondition);
        Command { when, writes: act.writes.iter().map(|put| self.write(put)).collect() }
    }

    fn write(&mut self, put: &Put) -> Write {
        match *put {
            Put::Token { look, grant, ends, alias } => {
                self.tokens += 1;
                let id = token_id(self.tokens - 1);
                let alias = alias.then(|| sample::hash(id));
                Write::Token { token: token(id, look, grant, ends).into(), alias }
            }
            Put::Grant { look, ends: end } => {
                self.grants += 1;
                let base = if look.is_multiple_of(3) { sample::full_grant } else { sample::grant };
                write::grant(Grant { expires: ends(end), ..base(grant_id(self.grants - 1)) })
            }
            Put::Event(n) => {
                self.events += 1;
                // Each at its own time, so that a snapshot can put them in order.
                write::event(Event { at: sample::at(self.events), ..sample::full_event(n.into()) })
            }
            ref other => record(other),
        }
    }
}

fn token(id: u64, look: u16, grant: Option<u8>, end: u8) -> Token {
    let pick = |shift: u32, of: u16| usize::from((look >> shift) % of);
    let subjects = [None, Some(Subject::User(UserKey::new(1))), Some(Subject::External("1".into()))];
    let base = if look.is_multiple_of(5) { sample::full_token(id) } else { sample::token(id) };
    Token {
        service: service(pick(0, 3) == 1),
        kind: TokenKind::ALL[pick(1, 3)],
        client: [None, Some(ClientKey::new(1)), Some(ClientKey::new(2))][pick(3, 3)],
        subject: subjects[pick(5, 3)].clone(),
        grant: grant.map(|n| GrantId::new(grant_id(n.into()))),
        scope: sample::scope(["", "read", "read write", "write"][pick(7, 4)]),
        issued: moment((look >> 9).to_le_bytes()[0] % 3),
        expires: ends(end),
        state: jeton_core::model::TokenState::Active,
        ..base
    }
}

fn precondition(when: &When) -> Precondition {
    match *when {
        When::Consume { kind: k, key, at } => {
            Precondition::Consume { kind: kind(k), key: sample::once_key(u64::from(key) + 1), now: moment(at) }
        }
        When::Claim { kind: k, key, over: past } => {
            let used = Some(sample::at(1));
            let entry = Once { kind: kind(k), expires: over(past), used, ..sample::once(u64::from(key) + 1) };
            write::claim(entry)
        }
        When::Rotate { token, to } => write::rotate(token_id(token.into()), token_id(to.into()), 9),
        When::Active(token) => write::active(token_id(token.into())),
    }
}

/// Writes that need no new number.
fn record(put: &Put) -> Write {
    match *put {
        Put::Once { kind: k, key, over: past, later } => {
            let grant = Some(GrantId::new(grant_id(key.into())));
            let expires = over(past) + Duration::from_secs(later.into());
            write::once(Once { kind: kind(k), expires, grant, ..sample::once(u64::from(key) + 1) })
        }
        Put::RevokeToken(n) => write::revoke(token_id(n.into()), sample::at(i64::from(n)), Reason::Admin),
        Put::RevokeGrant(n) => write::revoke_grant(grant_id(n.into()), sample::at(i64::from(n)), Reason::User),
        Put::Amend { token, what, ends: end } => {
            let change = TokenChange {
                scope: (what & 1 > 0).then(|| sample::scope("read amended")),
                expires: (what & 2 > 0).then(|| ends(end)),
                details: (what & 4 > 0).then(|| sample::full_details().into()),
            };
            write::amend(token_id(token.into()), change)
        }
        Put::Client { key, name, service: second, version } => write::client(Client {
            service: service(second),
            client_id: ClientId::new(&format!("name-{name}")),
            updated: sample::at(version.into()),
            ..sample::client(u64::from(key) + 1)
        }),
        Put::DeleteClient(key) => write::delete_client(u64::from(key) + 1),
        Put::User { key, name, sub } => write::user(User {
            username: format!("name-{name}"),
            sub: format!("sub-{sub}"),
            ..sample::user(u64::from(key) + 1)
        }),
        Put::DeleteUser(key) => write::delete_user(u64::from(key) + 1),
        Put::Service { id, issuer } => {
            let issuer = format!("https://{issuer}.example").into();
            write::service(Service { issuer, ..sample::service(u64::from(id) + 1) })
        }
        Put::Key { id, generation, rsa } => {
            let alg = if rsa { "RS256" } else { "ES256" }.to_owned();
            write::key(KeyRecord { id: KeyId::new(u64::from(id) + 1), alg, ..sample::key(u64::from(generation) + 1) })
        }
        Put::DeleteKey(id) => write::delete_key(u64::from(id) + 1),
        Put::Document { kind, owner, name, version } => {
            // Its number follows from its name: whether a replacement keeps the old one is not the question here.
            let id = DocumentId::new(1 + u64::from(kind) + 2 * u64::from(owner) + 4 * u64::from(name));
            let kind = if kind { DocumentKind::Consent } else { DocumentKind::Scope };
            let (owner, name, body) = (owner.to_string(), name.to_string(), json!({ "version": version }));
            write::document(Document { id, kind, owner, name, body, ..sample::document(1) })
        }
        Put::DeleteDocument(id) => write::delete_document(u64::from(id) + 1),
        Put::Device { id, name, version } => write::device(Device {
            id: DeviceId::new(u64::from(id) + 1),
            name: format!("name-{name}"),
            created: sample::at(version.into()),
            ..sample::device(1)
        }),
        Put::Token { .. } | Put::Grant { .. } | Put::Event(_) => unreachable!("numbered"),
    }
}

/// The filter whose members these bits choose.
pub(super) fn filter(members: u16) -> TokenFilter {
    let has = |bit: u32| members >> bit & 1 > 0;
    // Half of all lists ask for one or two members only: more would mostly find nothing.
    let has = |bit: u32| has(bit) && (has(15) || has((bit + 7) % 15));
    TokenFilter {
        service: has(0).then_some(sample::SERVICE),
        kinds: if has(1) { vec![TokenKind::Access, TokenKind::Session] } else { Vec::new() },
        client: has(2).then_some(ClientKey::new(1)),
        subject: has(3).then(|| if has(4) { Subject::External("1".into()) } else { Subject::User(UserKey::new(1)) }),
        grant: has(5).then(|| GrantId::new(grant_id(1))),
        parent: has(6).then_some(TokenId::new(50)),
        scope: has(7).then(|| "read".into()),
        issued_from: has(8).then(|| moment(1)),
        issued_before: has(9).then(|| moment(2)),
        expires_before: has(10).then(|| moment(2)),
        expires_from: has(13).then(|| moment(1)),
        ends: has(14).then(|| has(4)),
        state: (has(13) && has(14)).then_some(jeton_core::store::StateName::Active),
        live_at: has(11).then(|| moment(if has(12) { 1 } else { 2 })),
        ..TokenFilter::default()
    }
}
