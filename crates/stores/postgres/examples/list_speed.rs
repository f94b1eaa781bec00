//! Measures lists of a million live tokens, and the effect of a bulk revocation on issuing tokens meanwhile:
//!
//! ```text
//! cargo run --release -p jeton-store-postgres --example list_speed [-- TOKENS [SHAPE]]
//! ```
//!
//! It starts a private server. Every answer has its exact total; the totals are checked.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a measurement may stop anywhere")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use futures::future::join_all;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{ClientKey, TokenId, UserKey};
use jeton_model::records::{Reason, Subject, Token, TokenKind};
use jeton_model::store::{ByExpiry, Command, Order, Page, TokenFilter, Write};
use jeton_model::{Store, StoreReads};
use jeton_store_postgres::{Options, PostgresStore};
use jeton_testkit::postgres::PostgresServer;
use jeton_testkit::sample;
use tokio::time::Instant;
use tokio_postgres::NoTls;

const HOUR: u64 = 3_600_000;
const CALLERS: u64 = 16;
const RUN: Duration = Duration::from_secs(4);

/// Tokens of this many clients and users, whose expiries are spread evenly over this many milliseconds.
#[derive(Clone, Copy)]
struct Shape {
    clients: u64,
    users: u64,
    life: u64,
}

impl Shape {
    fn token(self, id: u64) -> Token {
        let dice = id.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20;
        let end = 60_000 + dice % self.life;
        Token {
            client: Some(ClientKey::new(1 + id % self.clients)),
            subject: Some(Subject::User(UserKey::new(1 + id % self.users))),
            expires: Some(Timestamp::from_millis(sample::T0.millis() + end.cast_signed())),
            ..sample::token(id)
        }
    }
}

fn mint(token: Token) -> Write {
    Write::Token { token: token.into(), alias: None }
}

/// Writes tokens number 1 to `count`, as fast as the store takes them.
async fn fill(store: &Arc<PostgresStore>, shape: Shape, count: u64) {
    const EACH: u64 = 250;
    let begun = Instant::now();
    let next = Arc::new(AtomicU64::new(0));
    let callers = (0..CALLERS).map(|_| {
        let (store, next) = (Arc::clone(store), Arc::clone(&next));
        tokio::spawn(async move {
            loop {
                let first = next.fetch_add(EACH, Ordering::Relaxed);
                if first >= count {
                    return;
                }
                let writes = (first + 1..=(first + EACH).min(count)).map(|id| mint(shape.token(id)));
                store.apply(Command::of(writes.collect())).await.unwrap();
            }
        })
    });
    join_all(callers).await.into_iter().for_each(|done| done.unwrap());
    println!("  {count} tokens written in {:.1} s", begun.elapsed().as_secs_f64());
}

/// Waits until the tally has everything, as it has within a second at ordinary rates.
async fn settle(url: &str) {
    let begun = Instant::now();
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    loop {
        let left: i64 = client.query_one("SELECT count(*) FROM token_tally_changes", &[]).await.unwrap().get(0);
        if left == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    println!("  added to the tally {:.1} s later", begun.elapsed().as_secs_f64());
    client.batch_execute("VACUUM ANALYZE").await.unwrap();
    let sizes = "SELECT pg_total_relation_size('tokens') / 1e6, pg_total_relation_size('token_tally') / 1e6";
    let row = client.query_one(&format!("SELECT a::float8, b::float8 FROM ({sizes}) AS s(a, b)"), &[]).await.unwrap();
    println!("  tokens {:.0} MB with their indices, tally {:.0} MB", row.get::<_, f64>(0), row.get::<_, f64>(1));
}

fn show(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let ms = |n: usize| times[n.min(times.len() - 1)].as_secs_f64() * 1e3;
    let (half, most) = (ms(times.len() / 2), ms(times.len() * 99 / 100));
    println!("  {what:<46} p50 {half:>7.2} ms   p99 {most:>7.2} ms   ({} times)", times.len());
}

async fn ask(store: &PostgresStore, what: &str, filter: &TokenFilter, skip: u64, limit: u32, total: u64) {
    let mut times = Vec::new();
    for n in 0..400 {
        let live_at = Some(Timestamp::from_millis(sample::T0.millis() + n));
        let filter = TokenFilter { live_at, ..filter.clone() };
        let begun = Instant::now();
        let found = store.tokens(&filter, Page { order: Order::Expiry, after: 0, skip, limit }).await.unwrap();
        times.push(begun.elapsed());
        assert_eq!((found.total, found.items.len() as u64), (total, u64::from(limit).min(total.saturating_sub(skip))));
    }
    show(what, times);
}

async fn lists(store: &PostgresStore, shape: Shape, count: u64) {
    let all = TokenFilter {
        service: Some(sample::SERVICE),
        kinds: vec![TokenKind::Access],
        ends: Some(true),
        ..TokenFilter::default()
    };
    let client = TokenFilter { client: Some(ClientKey::new(1)), ..all.clone() };
    let user = TokenFilter { subject: Some(Subject::User(UserKey::new(1))), ..all.clone() };
    let of = |owners: u64| count / owners;
    ask(store, "20 of a client", &client, 0, 20, of(shape.clients)).await;
    ask(store, "20 of a user", &user, 0, 20, of(shape.users)).await;
    ask(store, "20 of all", &all, 0, 20, count).await;
    ask(store, "20 of all, every kind", &TokenFilter { kinds: Vec::new(), ends: None, ..all.clone() }, 0, 20, count)
        .await;
    ask(store, "20 of all after nine tenths", &all, count / 10 * 9, 20, count).await;
    ask(store, "20 of a client after nine tenths", &client, of(shape.clients) / 10 * 9, 20, of(shape.clients)).await;
    ask(store, "how many of a client", &client, 0, 0, of(shape.clients)).await;
    ask(store, "how many of all", &all, 0, 0, count).await;
}

/// Lists by expiry, at a time when a tenth of the tokens has expired and a sweep has removed a twentieth.
async fn by_expiry(store: &PostgresStore, shape: Shape) {
    let at =
        |tenths: u64| Timestamp::from_millis(sample::T0.millis() + (60_000 + shape.life * tenths / 20).cast_signed());
    while store.sweep(at(1), 10_000).await.unwrap() > 0 {}
    let all = TokenFilter { service: Some(sample::SERVICE), kinds: vec![TokenKind::Access], ..TokenFilter::default() };
    let client = TokenFilter { client: Some(ClientKey::new(1)), ..all.clone() };
    let user = TokenFilter { subject: Some(Subject::User(UserKey::new(1))), ..all.clone() };
    let both = TokenFilter { subject: user.subject.clone(), ..client.clone() };
    for which in [ByExpiry::Valid, ByExpiry::Expired, ByExpiry::All] {
        for (what, filter) in [("a client", &client), ("a user", &user), ("all", &all), ("client and user", &both)] {
            let (mut times, mut total) = (Vec::new(), 0);
            for n in 0..100 {
                let filter = filter.clone().by_expiry(which, at(2) + Duration::from_millis(n));
                let page = Page { order: Order::Expiry, ..Page::first(20) };
                let begun = Instant::now();
                total = store.tokens(&filter, page).await.unwrap().total;
                times.push(begun.elapsed());
            }
            show(&format!("20 of {what}, {which:?}, of {total}"), times);
        }
    }
}

/// How long issuing takes while `work` is done, or for a while.
async fn issue(store: &Arc<PostgresStore>, what: &str, first: u64, work: Option<impl Future<Output = ()>>) -> u64 {
    let (next, over) = (Arc::new(AtomicU64::new(first)), Arc::new(AtomicBool::new(false)));
    let shape = Shape { clients: 20, users: 1_000, life: HOUR };
    let callers: Vec<_> = (0..CALLERS)
        .map(|_| {
            let (store, next, over) = (Arc::clone(store), Arc::clone(&next), Arc::clone(&over));
            tokio::spawn(async move {
                let mut times = Vec::new();
                while !over.load(Ordering::Relaxed) {
                    let token = shape.token(next.fetch_add(1, Ordering::Relaxed));
                    let begun = Instant::now();
                    store.apply(Command::of(vec![mint(token)])).await.unwrap();
                    times.push(begun.elapsed());
                }
                times
            })
        })
        .collect();
    match work {
        Some(work) => work.await,
        None => tokio::time::sleep(RUN).await,
    }
    over.store(true, Ordering::Relaxed);
    let times: Vec<Duration> = join_all(callers).await.into_iter().flat_map(|times| times.unwrap()).collect();
    show(what, times);
    next.load(Ordering::Relaxed)
}

/// Ends tokens number 1 to `count` in commands of 32 with a rest after each, as core's `revoke_many` does it.
async fn revoke(store: &PostgresStore, count: u64) {
    let begun = Instant::now();
    for first in (1..=count).step_by(32) {
        let end = |id| Write::RevokeToken { id: TokenId::new(id), at: sample::at(1), why: Reason::Admin };
        let writes = (first..(first + 32).min(count + 1)).map(end).collect();
        let command = Instant::now();
        store.apply(Command::of(writes)).await.unwrap();
        tokio::time::sleep(command.elapsed().max(Duration::from_millis(1))).await;
    }
    println!("  {count} tokens revoked in {:.1} s", begun.elapsed().as_secs_f64());
}

#[tokio::main(worker_threads = 2)]
async fn main() {
    let count: u64 = std::env::args().nth(1).map_or(1_000_000, |n| n.parse().unwrap());
    let shapes = [
        ("all of one client and one user, within an hour", Shape { clients: 1, users: 1, life: HOUR }),
        ("all of one client and one user, within 30 days", Shape { clients: 1, users: 1, life: 720 * HOUR }),
        (
            "of 1,000 clients and 50,000 users, within 30 days",
            Shape { clients: 1_000, users: 50_000, life: 720 * HOUR },
        ),
    ];
    let only = std::env::args().nth(2).map(|n| n.parse::<usize>().unwrap());
    for (n, (what, shape)) in (1..).zip(shapes) {
        if only.is_some_and(|only| only != n) {
            continue;
        }
        println!("{count} live tokens, {what}");
        let url = PostgresServer::shared().database();
        let store = Arc::new(PostgresStore::connect(&url, Options::default()).await.unwrap());
        fill(&store, shape, count).await;
        settle(&url).await;
        lists(&store, shape, count).await;
        by_expiry(&store, shape).await;
        let next = issue(&store, "issue, 16 callers, quiet", count + 1, None::<std::future::Ready<()>>).await;
        issue(&store, "issue, 16 callers, during the revocation", next, Some(revoke(&store, count / 10))).await;
        store.close().await.unwrap();
    }
}
