//! From small numbers to commands.

use std::time::Duration;

use jeton_core::Timestamp;
use jeton_core::ids::{ClientId, ClientKey, DeviceId, DocumentId, GrantId, KeyId, ServiceId, TokenId, UserKey};
use jeton_core::model::{
    Binding, Client, Device, Document, DocumentKind, Event, Grant, KeyRecord, Reason, Service, SingleUse,
    SingleUseKind, Subject, Token, TokenKind, User, Verifier,
};
use jeton_core::store::{
    Command, GrantChange, NewText, Order, Precondition, StateName, TokenChange, TokenFilter, Write,
};
use serde_json::json;

use super::super::snapshot::{FAR_GRANTS, SINGLE_USE_KINDS, STRIDE};
use super::super::write;
use super::step::{Act, Put, When};
use crate::sample;

/// Gives numbers to what a run makes.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    /// When each token must have ended: with its grant.
    tokens: Vec<Option<Timestamp>>,
    /// When each grant ends.
    grants: Vec<Option<Timestamp>>,
    /// The grants of steps that are over, which are written or never will be.
    settled: usize,
    events: i64,
}

/// The nth token's id. The ids are far apart and not ascending.
fn token_id(n: u64) -> u64 {
    ((n * 29) % 61 + 1) * STRIDE
}

/// The nth grant's id. A snapshot sees them all.
fn grant_id(n: u64) -> u64 {
    ((n * 7) % FAR_GRANTS.end() + 1) * STRIDE
}

/// The number of a token or a grant that does not exist.
const NOBODY: u64 = 99 * STRIDE;

/// The earlier of two ends.
fn earlier(end: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    end.into_iter().chain(other).min()
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

/// What a bound token is bound to.
const BINDING: Binding = Binding::Jwk([1; 32]);

const FAR: Timestamp = Timestamp::from_seconds(4_102_444_800);

fn service(second: bool) -> ServiceId {
    if second { sample::OTHER_SERVICE } else { sample::SERVICE }
}

fn kind(n: u8) -> SingleUseKind {
    SINGLE_USE_KINDS[usize::from(n) % SINGLE_USE_KINDS.len()]
}

impl Numbers {
    /// Whether there are numbers left for four more commands of four writes each.
    pub(super) fn left(&self) -> bool {
        self.tokens.len() <= 40 && self.grants.len() <= 15
    }

    /// The step before is over.
    pub(super) fn settle(&mut self) {
        self.settled = self.grants.len();
    }

    pub(super) fn command(&mut self, act: &Act) -> Command {
        let when = act.when.as_ref().map(precondition);
        let own = self.grants.len();
        Command { when, writes: act.writes.iter().map(|put| self.write(put, own)).collect() }
    }

    /// `own`: the first grant of the command.
    fn write(&mut self, put: &Put, own: usize) -> Write {
        match *put {
            Put::Token { look, grant, ends: end, alias } => {
                let id = token_id(self.tokens.len() as u64);
                let (grant, family_ends) = grant.map_or((None, None), |n| self.family(n, own));
                let alias = alias.then(|| sample::hash(id));
                self.tokens.push(family_ends);
                Write::Token { token: token(id, look, grant, earlier(ends(end), family_ends)).into(), alias }
            }
            Put::Grant { look, ends: end } => {
                let base = if look.is_multiple_of(3) { sample::full_grant } else { sample::grant };
                let id = grant_id(self.grants.len() as u64);
                self.grants.push(ends(end));
                write::grant(Grant { expires: ends(end), ..base(id) })
            }
            Put::Amend { token, what, ends: end } => {
                // No token outlives its family; the family of a later token is not known.
                let family_ends = self.tokens.get(usize::from(token));
                let expires = family_ends.map(|family| earlier(ends(end), *family));
                let change = TokenChange {
                    scope: (what & 1 > 0).then(|| sample::scope("read amended")),
                    expires: expires.filter(|_| what & 2 > 0),
                    binding: (what & 8 > 0).then_some(BINDING),
                    details: (what & 4 > 0).then(|| sample::full_details().into()),
                    text: (what & 16 > 0).then(|| {
                        self.events += 1;
                        let hash = sample::hash(1_000_000 + self.events.unsigned_abs());
                        let alias = sample::hash(token_id(token.into()));
                        NewText { verifier: Verifier(hash), alias: (what & 1 > 0).then_some(alias) }
                    }),
                };
                write::amend(token_id(token.into()), change)
            }
            Put::Used { token, at } => {
                // Nobody uses a token before it is there.
                let there = usize::from(token) < self.tokens.len();
                write::used(if there { token_id(token.into()) } else { NOBODY }, at.into())
            }
            Put::Event(n) => {
                self.events += 1;
                // Each at its own time, so that a snapshot can put them in order.
                write::event(Event { at: sample::at(self.events), ..sample::full_event(n.into()) })
            }
            ref other => record(other),
        }
    }

    /// A token's family, and when it ends. A grant is written before its tokens, or by the same command, or never.
    fn family(&self, n: u8, own: usize) -> (Option<GrantId>, Option<Timestamp>) {
        let place = usize::from(n);
        match self.grants.get(place).filter(|_| place < self.settled || place >= own) {
            Some(ends) => (Some(GrantId::new(grant_id(n.into()))), *ends),
            None => (n.is_multiple_of(4).then(|| GrantId::new(NOBODY)), None),
        }
    }
}

fn token(id: u64, look: u16, grant: Option<GrantId>, expires: Option<Timestamp>) -> Token {
    let pick = |shift: u32, of: u16| usize::from((look >> shift) % of);
    let subjects = [None, Some(Subject::User(UserKey::new(1))), Some(Subject::External("1".into()))];
    let base = if look.is_multiple_of(5) { sample::full_token(id) } else { sample::token(id) };
    Token {
        service: service(pick(0, 3) == 1),
        kind: TokenKind::ALL[pick(1, 3)],
        client: [None, Some(ClientKey::new(1)), Some(ClientKey::new(2))][pick(3, 3)],
        subject: subjects[pick(5, 3)].clone(),
        grant,
        device: [None, Some(DeviceId::new(1))][pick(4, 2)],
        binding: [None, Some(BINDING)][pick(6, 2)],
        scope: sample::scope(["", "read", "read write", "write"][pick(7, 4)]),
        issued: moment((look >> 9).to_le_bytes()[0] % 3),
        expires,
        state: jeton_core::model::TokenState::Active,
        ..base
    }
}

fn precondition(when: &When) -> Precondition {
    match *when {
        When::Consume { kind: k, key, at } => {
            Precondition::Consume { kind: kind(k), key: sample::single_use_key(u64::from(key) + 1), now: moment(at) }
        }
        When::Claim { kind: k, key, over: past } => {
            let used = Some(sample::at(1));
            let entry =
                SingleUse { kind: kind(k), expires: over(past), used, ..sample::single_use(u64::from(key) + 1) };
            write::claim(entry)
        }
        When::Rotate { token, to } => write::rotate(token_id(token.into()), token_id(to.into()), 9),
        When::Active(token) => write::active(token_id(token.into())),
    }
}

/// Writes that need no new number.
fn record(put: &Put) -> Write {
    match *put {
        Put::SingleUse { kind: k, key, over: past, later } => {
            let grant = Some(GrantId::new(grant_id(key.into())));
            let expires = over(past) + Duration::from_secs(later.into());
            write::single_use(SingleUse { kind: kind(k), expires, grant, ..sample::single_use(u64::from(key) + 1) })
        }
        Put::AmendGrant { grant, what } => {
            let change = GrantChange {
                scope: (what & 1 > 0).then(|| sample::scope("read amended")),
                // No token outlives it.
                expires: (what & 2 > 0).then_some(None),
                binding: (what & 8 > 0).then_some(BINDING),
                details: (what & 4 > 0).then(Default::default),
            };
            write::amend_grant(grant_id(grant.into()), change)
        }
        Put::RevokeToken(n) => write::revoke(token_id(n.into()), sample::at(i64::from(n)), Reason::Admin),
        Put::RevokeGrant(n) => write::revoke_grant(grant_id(n.into()), sample::at(i64::from(n)), Reason::User),
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
            // Its number is derived from its name: whether a replacement keeps the old one is not tested here.
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
        Put::Token { .. } | Put::Grant { .. } | Put::Amend { .. } | Put::Used { .. } | Put::Event(_) => {
            unreachable!("numbered")
        }
    }
}

/// The filter whose members these bits choose.
pub(super) fn filter(members: u32) -> TokenFilter {
    let bit = |n: u32| members >> n & 1 > 0;
    // Half of all lists ask for one or two members only: more would mostly find nothing.
    let has = |n: u32| bit(n) && (bit(31) || bit((n + 7) % 31));
    TokenFilter {
        service: has(0).then_some(sample::SERVICE),
        kinds: if has(1) { vec![TokenKind::Access, TokenKind::Session] } else { Vec::new() },
        client: has(2).then_some(ClientKey::new(1)),
        subject: has(3).then(|| if bit(4) { Subject::External("1".into()) } else { Subject::User(UserKey::new(1)) }),
        grant: has(5).then(|| GrantId::new(grant_id(1))),
        parent: has(6).then_some(TokenId::new(50)),
        scope: has(7).then(|| "read".into()),
        issued_from: has(8).then(|| moment(1)),
        issued_before: has(9).then(|| moment(2)),
        expires_before: has(10).then(|| moment(2)),
        live_at: has(11).then(|| moment(if bit(12) { 1 } else { 2 })),
        expires_from: has(13).then(|| moment(1)),
        ends: has(14).then(|| bit(15)),
        state: has(16).then_some([StateName::Active, StateName::Revoked][usize::from(bit(17))]),
        used_from: has(18).then(|| sample::at(120)),
        used_before: has(19).then(|| sample::at(150)),
        device: has(20).then_some(DeviceId::new(1)),
        binding: has(21).then(|| *BINDING.thumbprint()),
    }
}

/// A filter for live tokens, as in consoles, and its order.
pub(super) fn live(members: u16) -> (TokenFilter, Order) {
    let bit = |n: u32| members >> n & 1 > 0;
    let kinds = [vec![], vec![TokenKind::Access], vec![TokenKind::Refresh, TokenKind::Access], TokenKind::ALL.to_vec()];
    let (client, subject) = match members >> 2 & 7 {
        0 | 1 => (Some(ClientKey::new(1)), None),
        2 => (None, Some(Subject::User(UserKey::new(1)))),
        3 => (None, Some(Subject::External("1".into()))),
        4 => (Some(ClientKey::new(1)), Some(Subject::User(UserKey::new(1)))),
        _ => (None, None),
    };
    let filter = TokenFilter {
        service: Some(service(bit(0) && bit(1))),
        kinds: kinds[usize::from(members >> 5 & 3)].clone(),
        client,
        subject,
        ends: bit(7).then(|| bit(8)),
        live_at: Some(moment((members >> 9 & 3).to_le_bytes()[0])),
        expires_before: (bit(13) && bit(14)).then(|| moment(if bit(15) { 2 } else { 3 })),
        ..TokenFilter::default()
    };
    (filter, if bit(11) && bit(12) { Order::Id } else { Order::Expiry })
}
