//! How long lists take where a million tokens live, and what a bulk revocation does to issuance.
//!
//! `cargo run --release -p jeton-store-sqlite --example live_list_speed [-- tokens owners lifetime]`, where owners is spread
//! (1,000 clients and 50,000 users), client (one client has all) or user (one user has all), and lifetime is seconds.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measuring tool")]
#![expect(clippy::disallowed_methods, reason = "it measures time")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures::future::try_join_all;
use jeton_model::clock::{Clock, SystemClock};
use jeton_model::ids::{ClientKey, TokenId, UserKey};
use jeton_model::records::{Reason, Subject, Token, TokenKind};
use jeton_model::store::{ByExpiry, Command, Order, Page, TokenFilter, Write};
use jeton_model::{Store, StoreReads};
use jeton_store_sqlite::{Options, SqliteStore};
use jeton_testkit::sample;

/// Ids that are used up.
static LAST: AtomicU64 = AtomicU64::new(0);

/// How many times each list is asked for.
const ROUNDS: usize = 400;

/// Tokens that the bulk revocation ends, and of how many a command: as core's `revoke_many` does it.
const REVOKED: u64 = 100_000;
const A_COMMAND: u64 = 32;

/// Who issues at once.
const CALLERS: usize = 16;

/// What lives in the store.
#[derive(Clone, Copy)]
struct Layout {
    clients: u64,
    users: u64,
    /// Milliseconds.
    lifetime: u64,
}

impl Layout {
    fn token(self, id: u64) -> Token {
        let now = SystemClock.now();
        // Issued all through the last lifetime, so that they end all through the next.
        let left = 60_000 + id.wrapping_mul(0x9E37_79B9_7F4A_7C15) % self.lifetime;
        Token {
            kind: if id.is_multiple_of(10) { TokenKind::Api } else { TokenKind::Access },
            client: Some(ClientKey::new(1 + id % self.clients)),
            subject: Some(Subject::User(UserKey::new(1 + id * 7919 % self.users))),
            issued: now,
            expires: Some(now + Duration::from_millis(left)),
            ..sample::token(id)
        }
    }

    fn written(self) -> Write {
        let id = LAST.fetch_add(1, Ordering::Relaxed) + 1;
        Write::Token { token: self.token(id).into(), alias: None }
    }
}

async fn fill(store: &SqliteStore, layout: Layout, tokens: u64) {
    for _ in 0..tokens.div_ceil(10_000) {
        let commands = (0..20).map(|_| store.apply(Command::of((0..500).map(|_| layout.written()).collect())));
        try_join_all(commands).await.unwrap();
    }
}

/// What consoles ask for.
fn live(client: Option<u64>, user: Option<u64>) -> TokenFilter {
    TokenFilter {
        service: Some(sample::SERVICE),
        kinds: vec![TokenKind::Access, TokenKind::Api],
        client: client.map(ClientKey::new),
        subject: user.map(|key| Subject::User(UserKey::new(key))),
        live_at: Some(SystemClock.now()),
        ends: Some(true),
        ..TokenFilter::default()
    }
}

/// The median, and what 99 of 100 stay within, and the longest, in milliseconds.
fn line(what: &str, mut took: Vec<Duration>) {
    took.sort_unstable();
    let at = |share: usize| took.get((took.len() - 1) * share / 100).unwrap().as_secs_f64() * 1e3;
    println!("  {what:42} p50 {:7.2} ms  p99 {:7.2}  max {:7.2}  ({} times)", at(50), at(99), at(100), took.len());
}

async fn ask(store: &SqliteStore, what: &str, filter: impl Fn(u64) -> TokenFilter, skip: u64, limit: u32) {
    let (mut took, mut total) = (Vec::new(), 0);
    for round in 0..ROUNDS as u64 {
        let filter = filter(round);
        let page = Page { order: Order::Expiry, skip, limit, ..Page::first(0) };
        let start = Instant::now();
        total = store.tokens(&filter, page).await.unwrap().total;
        took.push(start.elapsed());
    }
    line(&format!("{what}, of {total}"), took);
}

async fn ask_all(store: &SqliteStore, layout: Layout) {
    let client = |round| live(Some(1 + round % layout.clients), None);
    let user = |round| live(None, Some(1 + round % layout.users));
    let all = |_| live(None, None);
    ask(store, "20 of a client", client, 0, 20).await;
    ask(store, "20 of a user", user, 0, 20).await;
    ask(store, "20 of the service", all, 0, 20).await;
    ask(store, "count of the service", all, 0, 0).await;
    for which in [ByExpiry::Valid, ByExpiry::Expired, ByExpiry::All] {
        let of = |filter: TokenFilter| TokenFilter { kinds: vec![TokenKind::Access], ends: None, ..filter };
        let now = SystemClock.now() + Duration::from_millis(60_000 + layout.lifetime / 10);
        let by_expiry = |filter| of(filter).by_expiry(which, now);
        ask(store, &format!("20 of a client, {which:?}"), |round| by_expiry(client(round)), 0, 20).await;
        ask(store, &format!("20 of a user, {which:?}"), |round| by_expiry(user(round)), 0, 20).await;
        ask(store, &format!("20 of the service, {which:?}"), |round| by_expiry(all(round)), 0, 20).await;
        let pair = |round| TokenFilter { subject: user(round).subject, ..client(round) };
        ask(store, &format!("20 of client and user, {which:?}"), |round| by_expiry(pair(round)), 0, 20).await;
    }
    let deep = LAST.load(Ordering::Relaxed) * 9 / 10;
    ask(store, "20 of the service, far on", all, deep, 20).await;
    if layout.clients == 1 {
        ask(store, "20 of a client, far on", client, deep, 20).await;
    }
    if layout.users == 1 {
        ask(store, "20 of a user, far on", user, deep, 20).await;
    }
}

/// Issues tokens until told to stop; returns how long each took.
async fn issue(store: Arc<SqliteStore>, layout: Layout, stop: Arc<AtomicBool>) -> Vec<Duration> {
    let mut took = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let start = Instant::now();
        store.apply(Command::of(vec![layout.written()])).await.unwrap();
        took.push(start.elapsed());
        // A steady load, not all that there can be.
        tokio::time::sleep(Duration::from_millis(4)).await;
    }
    took
}

/// Issues while something else is done; how long each issue took.
async fn issuing(store: &Arc<SqliteStore>, layout: Layout, meanwhile: impl Future<Output = ()>) -> Vec<Duration> {
    let stop = Arc::new(AtomicBool::new(false));
    let callers: Vec<_> =
        (0..CALLERS).map(|_| tokio::spawn(issue(Arc::clone(store), layout, Arc::clone(&stop)))).collect();
    meanwhile.await;
    stop.store(true, Ordering::Relaxed);
    let mut took = Vec::new();
    for caller in callers {
        took.extend(caller.await.unwrap());
    }
    took
}

async fn revoke(store: &SqliteStore) {
    let ids: Vec<_> = (1..=REVOKED).collect();
    for some in ids.chunks(A_COMMAND as usize) {
        let end = |id: &u64| Write::RevokeToken { id: TokenId::new(*id), at: SystemClock.now(), why: Reason::Admin };
        let begun = Instant::now();
        store.apply(Command::of(some.iter().map(end).collect())).await.unwrap();
        tokio::time::sleep(begun.elapsed().max(Duration::from_millis(1))).await;
    }
}

async fn measure(path: &Path, layout: Layout, tokens: u64) {
    let store = Arc::new(SqliteStore::open(path, Options::default()).unwrap());
    let start = Instant::now();
    fill(&store, layout, tokens).await;
    println!("{tokens} tokens in {:.1} s", start.elapsed().as_secs_f64());
    store.tokens(&live(None, None), Page::first(0)).await.unwrap();
    ask_all(&store, layout).await;
    line("issue, 16 callers", issuing(&store, layout, tokio::time::sleep(Duration::from_secs(3))).await);
    let start = Instant::now();
    let took = issuing(&store, layout, revoke(&store)).await;
    let revoking = start.elapsed();
    line("the same during a bulk revocation", took);
    let before = Instant::now();
    let total = store.tokens(&live(None, None), Page::first(0)).await.unwrap().total;
    println!(
        "  {REVOKED} revoked in {:.2} s; the list after it waits {:.0} ms and has {total} of {}",
        revoking.as_secs_f64(),
        before.elapsed().as_secs_f64() * 1e3,
        LAST.load(Ordering::Relaxed),
    );
    store.close().await.unwrap();
    let size = std::fs::metadata(path).unwrap().len();
    println!("  {} bytes a token on the disk", size / LAST.load(Ordering::Relaxed));
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let number = |n: usize, usual| args.get(n).and_then(|text| text.parse().ok()).unwrap_or(usual);
    let (clients, users) = match args.get(1).map_or("spread", String::as_str) {
        "client" => (1, 50_000),
        "user" => (1_000, 1),
        _ => (1_000, 50_000),
    };
    let layout = Layout { clients, users, lifetime: number(2, 2_592_000) * 1000 };
    let folder = tempfile::tempdir().unwrap();
    measure(&folder.path().join("jeton.db"), layout, number(0, 1_000_000)).await;
}
