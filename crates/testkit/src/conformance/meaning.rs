//! The property: a filter selects the same tokens wherever it is used.
//!
//! A run is a ledger with some tokens and a filter. What [`TokenFilter::means`] says about each row must equal what the
//! list shows, in every order and page by page; what the preview counts; what is inactive while the filter is
//! suspended; what is valid again when that is undone; and what is revoked when it is ended. It runs with each store.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use jeton_core::administration::Caller;
use jeton_core::filter::FilterWords;
use jeton_core::formats;
use jeton_core::ids::{ClientId, ClientKey, DeviceId, GrantId, ServiceId, TokenId, UserKey};
use jeton_core::ledger::{Inactive, Verdict};
use jeton_core::model::{
    Binding, Client, Device, Grant, GrantState, Reason, Subject, Token, TokenKind, TokenState, User,
};
use jeton_core::store::{Command, Order, Outcome, Page, TokenFilter, Write};
use jeton_core::suspension::{Stage, SuspensionRequest};
use jeton_core::terms::Facts;
use jeton_core::{Jeton, Store, Timestamp};
use jeton_jose::base64url;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use super::run::runtime;
use super::{Fixture, write};
use crate::{FakeClock, TestLedger, sample};

/// The moment of a run.
const NOW: Timestamp = sample::at(0);

/// Words that a comparison may confuse: by case, by their beginnings, by paths, by what is special in a pattern.
const SCOPES: [&str; 12] = [
    "read",
    "Read",
    "rea",
    "r%",
    "r_ad",
    "storage.read:/",
    "storage.read:/a",
    "storage.read:/a/b",
    "storage.read:/ab",
    "wlcg.groups",
    "wlcg.groups:/a",
    "compute.read",
];

/// Names that others vouch for.
const NAMES: [&str; 4] = ["ünï", "u\u{308}nï", "Sub-1", "%"];

/// Moments around [`NOW`], in milliseconds from it, nearest first: the bounds are among them.
const MOMENTS: [i64; 6] = [0, -1, 1, -10_000, -9_999, 3_600_000];

/// What a token of a run looks like, in numbers that pick from small lists.
#[derive(Clone, Debug)]
struct Look {
    kind: usize,
    client: usize,
    subject: usize,
    /// None, living, revoked, not there.
    family: usize,
    parent: bool,
    scope: u16,
    issued: usize,
    expires: Option<usize>,
    used: Option<usize>,
    device: bool,
    binding: usize,
    state: usize,
}

fn look() -> impl Strategy<Value = Look> {
    let who = (0..4_usize, 0..3_usize, 0..7_usize, prop_oneof![4 => 0..2_usize, 1 => 2..4_usize], any::<bool>());
    let when = (0..MOMENTS.len(), proptest::option::of(0..MOMENTS.len()), proptest::option::of(0..MOMENTS.len()));
    // Two or three of the twelve conditions.
    let scope = (any::<u16>(), any::<u16>()).prop_map(|(a, b)| a & b);
    let rest = (scope, any::<bool>(), 0..4_usize, prop_oneof![6 => Just(0_usize), 1 => 1..3_usize]);
    (who, when, rest).prop_map(|(who, when, rest)| {
        let ((kind, client, subject, family, parent), (issued, expires, used)) = (who, when);
        let (scope, device, binding, state) = rest;
        Look { kind, client, subject, family, parent, scope, issued, expires, used, device, binding, state }
    })
}

/// A condition of a filter and one of its values.
fn words() -> impl Strategy<Value = BTreeMap<usize, usize>> {
    // Half of all filters have a scope: the condition that is easiest to misunderstand.
    let others = proptest::collection::btree_map(1..14_usize, 0..12_usize, 0..3);
    (proptest::option::of(0..SCOPES.len()), others).prop_map(|(scope, mut words)| {
        words.extend(scope.map(|scope| (0, scope)));
        words
    })
}

/// One ledger for all runs, a service for each.
struct Runner {
    jeton: Arc<Jeton>,
    store: Arc<dyn Store>,
    clock: Arc<FakeClock>,
}

/// A run's service, and what its numbers begin at.
struct RunService {
    service: ServiceId,
    base: u64,
}

/// Runs `cases` random ledgers and filters against one store.
///
/// `PROPTEST_RNG_SEED` repeats a run, `PROPTEST_CASES` makes it longer.
///
/// # Panics
/// When a filter means different tokens in two places.
pub fn meaning<F>(make: F, cases: u32)
where
    F: Fn() -> BoxFuture<'static, Box<dyn Fixture>>,
{
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok());
    let config =
        Config { cases: asked.unwrap_or(cases), max_shrink_iters: 60, failure_persistence: None, ..Config::default() };
    let runtime = runtime();
    let fixture = runtime.block_on(make());
    let runner = runtime.block_on(Runner::open(fixture.store()));
    let run = |(looks, words): (Vec<Look>, BTreeMap<usize, usize>)| {
        runtime.block_on(runner.run(&looks, &words)).map_err(TestCaseError::fail)
    };
    if let Err(error) = TestRunner::new(config).run(&(vec(look(), 1..24), words()), run) {
        panic!("{error}");
    }
}

impl Runner {
    async fn open(store: Arc<dyn Store>) -> Self {
        let clock = Arc::new(FakeClock::at(NOW));
        let jeton = TestLedger::on(Arc::clone(&store), &clock).open().await;
        Self { jeton, store, clock }
    }

    async fn run(&self, looks: &[Look], picked: &BTreeMap<usize, usize>) -> Result<(), String> {
        self.clock.set(NOW);
        let place = self.place().await;
        let rows = self.fill(&place, looks).await;
        let words: Vec<_> = picked.iter().filter_map(|(word, value)| place.word(*word, *value)).collect();
        let words = FilterWords::read(words, NOW).map_err(|e| e.message().to_string())?;
        let Some(filter) = words.resolve(&self.jeton.ledger, place.service).await.unwrap() else {
            return self.nobody(&place, words).await;
        };
        let ids = |filter: &TokenFilter| -> BTreeSet<TokenId> {
            let meant = rows.iter().filter(|(token, facts)| filter.means(token, facts));
            meant.map(|(token, _)| token.id).collect()
        };
        self.lists(&filter, &ids(&filter)).await?;
        let live = TokenFilter { live_at: Some(NOW), ..filter.clone() };
        let meant = ids(&live);
        self.lists(&live, &meant).await?;
        self.suspended(&place, words, &rows, &meant).await
    }

    /// Every way to list.
    async fn lists(&self, filter: &TokenFilter, meant: &BTreeSet<TokenId>) -> Result<(), String> {
        for (order, limit) in [(Order::Id, 1_000), (Order::Expiry, 1_000), (Order::Id, 5), (Order::Expiry, 5)] {
            let mut seen = Vec::new();
            loop {
                let page = Page { order, skip: seen.len() as u64, limit, ..Page::first(0) };
                let listing = self.jeton.ledger.list(filter, page).await.unwrap();
                same("total", filter, &listing.total, &(meant.len() as u64))?;
                if listing.items.is_empty() {
                    break;
                }
                seen.extend(listing.items.iter().map(|token| token.id));
            }
            same("number of rows", filter, &seen.len(), &meant.len())?;
            same("list", filter, &seen.into_iter().collect(), meant)?;
        }
        let mut seen = BTreeSet::new();
        loop {
            let after = seen.last().map_or(0, |id: &TokenId| id.get());
            let next = self.store.tokens_after(filter, after, 5).await.unwrap();
            if next.is_empty() {
                return same("going through", filter, &seen, meant);
            }
            seen.extend(next.iter().map(|token| token.id));
        }
    }

    /// An empty filter selects nothing, and a suspension of it is refused.
    async fn nobody(&self, place: &RunService, words: FilterWords) -> Result<(), String> {
        let order = order(words);
        let preview =
            self.jeton.administration.suspensions.preview(&Caller::local(), place.service, &order).await.unwrap();
        same("preview", &order.words, &preview.total, &0)?;
        let refused =
            self.jeton.administration.suspensions.suspend(&Caller::local(), place.service, order, "why").await;
        same("refusal", &"nobody", &refused.unwrap_err().id(), &"not_found")
    }

    /// Preview, suspension, undoing and ending.
    async fn suspended(
        &self,
        place: &RunService,
        words: FilterWords,
        rows: &[(Token, Facts)],
        meant: &BTreeSet<TokenId>,
    ) -> Result<(), String> {
        let (admin, service, jeton) = (Caller::local(), place.service, &self.jeton);
        let preview = jeton.administration.suspensions.preview(&admin, service, &order(words.clone())).await.unwrap();
        same("preview", &words, &preview.total, &(meant.len() as u64))?;
        let before = self.verdicts(service, rows).await;
        if meant.is_empty() {
            let refused = jeton.administration.suspensions.suspend(&admin, service, order(words.clone()), "why").await;
            return same("refusal", &words, &refused.unwrap_err().id(), &"not_found");
        }
        let suspension =
            jeton.administration.suspensions.suspend(&admin, service, order(words.clone()), "why").await.unwrap();
        same("count", &words, &suspension.count, &preview.total)?;
        let instead = |why: Inactive| {
            let of =
                |(id, was): (&TokenId, &Option<Inactive>)| (*id, if meant.contains(id) { Some(why) } else { *was });
            before.iter().map(of).collect::<BTreeMap<_, _>>()
        };
        same("suspended", &words, &self.verdicts(service, rows).await, &instead(Inactive::Suspended))?;
        let held = FilterWords::read([("suspension", suspension.id.to_string())], NOW).unwrap();
        let held = held.resolve(&jeton.ledger, service).await.unwrap().unwrap();
        self.lists(&held, meant).await?;
        jeton.administration.suspensions.undo(&admin, service, suspension.id).await.unwrap();
        same("undone", &words, &self.verdicts(service, rows).await, &before)?;

        let at_once = SuspensionRequest { undo_window: Duration::ZERO, ..order(words.clone()) };
        let suspension = jeton.administration.suspensions.suspend(&admin, service, at_once, "why").await.unwrap();
        while jeton.administration.suspensions.one(&admin, service, suspension.id).await.unwrap().stage != Stage::Ended
        {
            jeton.administration.suspensions.end_due().await.unwrap();
        }
        // A refresh token is revoked with its family, and that ends the others of it.
        let is_meant = |token: &Token| meant.contains(&token.id);
        let families: BTreeSet<_> = rows
            .iter()
            .filter(|(token, _)| is_meant(token) && token.kind == TokenKind::Refresh)
            .filter_map(|(token, _)| token.grant)
            .collect();
        let mut after = instead(Inactive::Revoked);
        for (token, _) in rows {
            let ended = token.grant.is_some_and(|grant| families.contains(&grant));
            let on_its_own = is_meant(token) && token.kind != TokenKind::Refresh;
            if ended && !on_its_own && matches!(before[&token.id], None | Some(Inactive::GrantEnded)) {
                after.insert(token.id, Some(Inactive::GrantEnded));
            }
        }
        // Both tokens of a family may be selected; the order in which they are revoked is not defined.
        let mut found = self.verdicts(service, rows).await;
        for (token, _) in rows.iter().filter(|(token, _)| token.grant.is_some_and(|grant| families.contains(&grant))) {
            if is_meant(token) && found[&token.id] == Some(Inactive::GrantEnded) {
                found.insert(token.id, after[&token.id]);
            }
        }
        same("ended", &words, &found, &after)
    }

    /// Of each token why it is not good; none: it is.
    async fn verdicts(&self, service: ServiceId, rows: &[(Token, Facts)]) -> BTreeMap<TokenId, Option<Inactive>> {
        let mut found = BTreeMap::new();
        for (token, _) in rows {
            let verdict = match self.jeton.ledger.inspect(service, &text(token.id)).await.unwrap() {
                Verdict::Active(_) => None,
                Verdict::Inactive(why, _) => Some(why),
            };
            found.insert(token.id, verdict);
        }
        found
    }

    /// A service with two clients, two persons, a device and two families.
    async fn place(&self) -> RunService {
        let base = self.store.reserve_ids(100).await.unwrap();
        let issuer = format!("https://meaning-{base}.example");
        let admin = Caller::local();
        let made = self
            .jeton
            .administration
            .put_service(&admin, None, &format!("meaning {base}"), &issuer, Default::default())
            .await;
        let (service, created) = (made.unwrap().id, sample::at(-60));
        let mut writes = Vec::new();
        for n in 1..3 {
            let (client_id, name) = (ClientId::new(&format!("Client-{n}")), format!("User-{n}"));
            writes.push(write::client(Client { service, client_id, created, ..sample::client(base + n) }));
            let sub = format!("sub-{n}");
            writes.push(write::user(User { service, sub, username: name, created, ..sample::user(base + n) }));
            let state =
                [GrantState::Active, GrantState::Revoked { at: created, why: Reason::Admin }][(n == 2) as usize];
            writes.push(write::grant(Grant { service, client: None, state, expires: None, ..sample::grant(base + n) }));
        }
        writes.push(write::device(Device { service, name: "vic:1".into(), ..sample::device(base + 1) }));
        self.done(writes).await;
        RunService { service, base }
    }

    /// Writes the tokens, and their uses.
    async fn fill(&self, place: &RunService, looks: &[Look]) -> Vec<(Token, Facts)> {
        let (mut rows, mut writes, mut uses) = (Vec::new(), Vec::new(), Vec::new());
        for (n, look) in (10..).zip(looks) {
            let token = place.token(place.base + n, look);
            let verifier = token.verifier.0;
            let last_used = look.used.map(|at| moment(MOMENTS[at].min(0)));
            uses.extend(last_used.map(|at| place.used(token.id, at)));
            rows.push((token.clone(), Facts { last_used, family_lives: matches!(look.family, 0 | 1) }));
            writes.push(write::aliased(token, verifier));
        }
        self.done(writes).await;
        self.done(uses).await;
        rows
    }

    async fn done(&self, writes: Vec<Write>) {
        let outcome = self.store.apply(Command::of(writes)).await.unwrap();
        assert!(matches!(outcome, Outcome::Done { .. }), "{outcome:?}");
    }
}

impl RunService {
    fn token(&self, id: u64, look: &Look) -> Token {
        let (client, user) = (|n| Some(ClientKey::new(self.base + n)), |n| Subject::User(UserKey::new(self.base + n)));
        let name = |n: usize| Subject::External(NAMES[n].into());
        let subjects = [None, Some(user(1)), Some(user(2)), Some(name(0)), Some(name(1)), Some(name(2)), Some(name(3))];
        let scope: Vec<_> = (0..SCOPES.len()).filter(|n| look.scope >> n & 1 > 0).map(|n| SCOPES[n]).collect();
        let kind = [TokenKind::Access, TokenKind::Refresh, TokenKind::Api, TokenKind::Session][look.kind];
        let grant = [None, Some(1), Some(2), Some(3)][look.family].map(|n| GrantId::new(self.base + n));
        // An access token without a family that was made from another is valid only as long as that one.
        let parent = (look.parent && grant.is_some()).then(|| TokenId::new(self.base + 10));
        let states = [
            TokenState::Active,
            TokenState::Rotated { at: moment(-1), to: TokenId::new(self.base + 10) },
            TokenState::Revoked { at: moment(-1), why: Reason::User },
        ];
        Token {
            service: self.service,
            kind,
            client: [None, client(1), client(2)][look.client],
            subject: subjects[look.subject].clone(),
            grant,
            parent,
            verifier: formats::verifier(&text(TokenId::new(id))),
            scope: sample::scope(&scope.join(" ")),
            issued: moment(MOMENTS[look.issued].min(0)),
            expires: look.expires.map(|at| moment(MOMENTS[at])),
            state: states[look.state],
            binding: [
                None,
                Some(Binding::Jwk([7; 32])),
                Some(Binding::Certificate([7; 32])),
                Some(Binding::Jwk([9; 32])),
            ][look.binding],
            device: look.device.then(|| DeviceId::new(self.base + 1)),
            ..sample::token(id)
        }
    }

    fn used(&self, token: TokenId, last: Timestamp) -> Write {
        let source = "192.0.2.0/24".into();
        Write::Used(jeton_core::model::TokenUse { token, last, count: 1, source, scopes: sample::scope("read") }.into())
    }

    /// A condition of a filter and its value, correct and nearly correct ones.
    fn word(&self, word: usize, value: usize) -> Option<(&'static str, String)> {
        let of = |some: &[&str]| some[value % some.len()].to_owned();
        let time = || {
            let millis = moment(MOMENTS[value % MOMENTS.len()]).millis();
            format!("{}.{:03}Z", rfc3339(millis.div_euclid(1000)), millis.rem_euclid(1000))
        };
        Some(match word {
            0 => ("scope", of(&SCOPES)),
            1 => ("client_id", of(&["Client-1", "Client-2", "client-1", "Client-%"])),
            2 => ("username", of(&["User-1", "User-2", "user-1"])),
            3 => ("sub", of(&["sub-1", "sub-2", NAMES[0], NAMES[1], NAMES[2], NAMES[3], "SUB-1"])),
            4 => ("kind", of(&["access", "refresh", "api,access", "session refresh", "registration"])),
            5 => ("key", base64url::encode([[7_u8; 32], [9; 32], [8; 32]][value % 3])),
            6 => ("device", of(&["vic:1", "VIC:1"])),
            7 => ("grant", (self.base + 1 + value as u64 % 3).to_string()),
            8 => ("parent", (self.base + 10 + value as u64 % 2).to_string()),
            9 => (["issued_from", "issued_before"][value / 6 % 2], time()),
            10 => (["expires_from", "expires_before"][value / 6 % 2], time()),
            11 => ("used_from", time()),
            12 => ("unused_since", time()),
            _ => return None,
        })
    }
}

fn moment(millis: i64) -> Timestamp {
    Timestamp::from_millis(NOW.millis() + millis)
}

/// The text of a token: in none of Jeton's forms, so that it is found by its hash.
fn text(id: TokenId) -> String {
    format!("token number {}", id.get())
}

/// A time of the hour around [`NOW`] (2025-06-15T15:06:40), which is all a run needs.
fn rfc3339(seconds: i64) -> String {
    let of_day = seconds.rem_euclid(86_400);
    format!("2025-06-15T{:02}:{:02}:{:02}", of_day / 3600, of_day / 60 % 60, of_day % 60)
}

fn order(words: FilterWords) -> SuspensionRequest {
    SuspensionRequest { words, all: true, undo_window: Duration::from_secs(900), expect: None }
}

/// A description of a difference: not a panic, since the search for the smallest run would print many.
fn same<T: PartialEq + std::fmt::Debug>(
    what: &str,
    of: &impl std::fmt::Debug,
    found: &T,
    expected: &T,
) -> Result<(), String> {
    (found == expected).then_some(()).ok_or_else(|| format!("{what} of {of:?}: {found:?} instead of {expected:?}"))
}
