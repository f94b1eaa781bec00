//! Compares the store with a plain client of the same database, in alternating runs on the same machine:
//!
//! ```text
//! cargo run --release -p jeton-store-postgres --example postgres_throughput [-- postgres://…]
//! ```
//!
//! Without a URL it starts a private server. The plain client has 16 connections with prepared statements and processes
//! one row at a time on each, like a straightforward program.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a measurement may stop anywhere")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jeton_model::clock::Timestamp;
use jeton_model::ids::TokenId;
use jeton_model::records::{Actor, Event, EventKind, Reason, Token, TokenKind};
use jeton_model::store::{Command, Precondition, Write};
use jeton_model::{Store, StoreReads};
use jeton_store_postgres::{Options, PostgresStore};
use jeton_testkit::postgres::PostgresServer;
use jeton_testkit::sample;
use tokio::time::Instant;
use tokio_postgres::{Client, NoTls, Statement};

const RUN: Duration = Duration::from_secs(3);
const CONNECTIONS: usize = 16;

/// Numbers of tokens to be written.
static NEXT: AtomicU64 = AtomicU64::new(1);

/// The result of a run.
struct Rate {
    per_second: f64,
    p50: Duration,
    p99: Duration,
}

/// This many tasks repeat an operation until the time is up. The operation gets the number of its task.
async fn drive<F, W>(tasks: usize, operation: F) -> Rate
where
    F: Fn(usize) -> W + Send + Sync + 'static,
    W: Future<Output = ()> + Send,
{
    let operation = Arc::new(operation);
    let start = Instant::now();
    let running: Vec<_> = (0..tasks)
        .map(|n| {
            let operation = Arc::clone(&operation);
            tokio::spawn(async move {
                let mut times = Vec::new();
                while start.elapsed() < RUN {
                    let begun = Instant::now();
                    operation(n).await;
                    times.push(begun.elapsed());
                }
                times
            })
        })
        .collect();
    let mut times = Vec::new();
    for task in running {
        times.extend(task.await.unwrap());
    }
    let per_second = times.len() as f64 / start.elapsed().as_secs_f64();
    times.sort_unstable();
    Rate { per_second, p50: times[times.len() / 2], p99: times[times.len() * 99 / 100] }
}

fn show(what: &str, rate: &Rate) {
    println!(
        "{what:<58} {:>9.0}/s   p50 {:>7.2} ms   p99 {:>7.2} ms",
        rate.per_second,
        rate.p50.as_secs_f64() * 1e3,
        rate.p99.as_secs_f64() * 1e3
    );
}

fn next_token() -> Token {
    let now = 1_750_000_000_000 + NEXT.load(Ordering::Relaxed) as i64;
    let mut token = sample::token(NEXT.fetch_add(1, Ordering::Relaxed));
    token.issued = Timestamp::from_millis(now);
    token.expires = Some(Timestamp::from_millis(now + 3_600_000));
    token
}

/// A plain client: connections, and a statement that each has prepared.
struct Plain(Vec<(Client, Statement)>);

impl Plain {
    async fn open(url: &str, sql: &str) -> Arc<Self> {
        let mut all = Vec::new();
        for _ in 0..CONNECTIONS {
            let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
            tokio::spawn(connection);
            let statement = client.prepare(sql).await.unwrap();
            all.push((client, statement));
        }
        Arc::new(Self(all))
    }
}

/// The columns that a plain client writes: those that are not null in the sample.
const PLAIN_INSERT: &str = "INSERT INTO tokens (id, service, kind, format, client, verifier, scope, audience, issued, \
    expires, state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

async fn plain_insert(plain: Arc<Plain>, n: usize) {
    let t = next_token();
    let (client, insert) = &plain.0[n];
    client
        .execute(
            insert,
            &[
                &t.id.sql(),
                &t.service.sql(),
                &t.kind.sql(),
                &t.format.sql(),
                &t.client.map(|c| c.sql()),
                &t.verifier.0.as_slice(),
                &t.scope.as_str(),
                &&*t.audience,
                &t.issued.millis(),
                &t.expires.map(Timestamp::millis),
                &0_i16,
            ],
        )
        .await
        .unwrap();
}

async fn insert(store: Arc<PostgresStore>) {
    let write = Write::Token { token: next_token().into(), alias: None };
    store.apply(Command::of(vec![write])).await.unwrap();
}

fn some_id(below: u64) -> u64 {
    static DICE: AtomicU64 = AtomicU64::new(0);
    1 + DICE.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed).wrapping_mul(0xD134_2543_DE82_EF95) % below
}

#[tokio::main(worker_threads = 2)]
async fn main() {
    let url = std::env::args().nth(1).unwrap_or_else(|| PostgresServer::shared().database());
    let store = Arc::new(PostgresStore::connect(&url, Options::default()).await.unwrap());
    for round in 1..=2 {
        println!("round {round}");
        writes(&store, &url).await;
        reads(&store, &url).await;
        ends(&store).await;
    }
    store.close().await.unwrap();
    let begun = Instant::now();
    let store = PostgresStore::connect(&url, Options::default()).await.unwrap();
    println!("opened with all of these in {:.0} ms", begun.elapsed().as_secs_f64() * 1e3);
    store.close().await.unwrap();
    println!("a token with its indexes: {:.0} bytes", bytes_a_token(&url).await);
}

/// What a row costs on disk, all indexes included.
async fn bytes_a_token(url: &str) -> f64 {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    let sql = "SELECT pg_total_relation_size('tokens')::float8 / count(*) FROM tokens";
    client.query_one(sql, &[]).await.unwrap().get(0)
}

async fn writes(store: &Arc<PostgresStore>, url: &str) {
    let plain = Plain::open(url, PLAIN_INSERT).await;
    show("insert, plain client, 16 connections", &drive(CONNECTIONS, move |n| plain_insert(plain.clone(), n)).await);
    for tasks in [1, 16, 64, 256, 1024] {
        let store = Arc::clone(store);
        let first = NEXT.load(Ordering::Relaxed);
        show(&format!("insert, store, {tasks} callers"), &drive(tasks, move |_| insert(store.clone())).await);
        println!("{:<58} {:>9.1}", "  commands in a commit, mean", mean_batch(url, first).await);
    }
}

/// Rows from this number on by the transactions that wrote them.
async fn mean_batch(url: &str, first: u64) -> f64 {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    let sql = "SELECT count(*)::float8 / count(DISTINCT xmin::text) FROM tokens WHERE id >= $1";
    client.query_one(sql, &[&(first as i64)]).await.unwrap().get(0)
}

async fn reads(store: &Arc<PostgresStore>, url: &str) {
    let last = NEXT.load(Ordering::Relaxed) - 1;
    let plain = Plain::open(url, "SELECT * FROM tokens WHERE id = $1").await;
    let look_up = move |n: usize| {
        let plain = Arc::clone(&plain);
        async move {
            let (client, select) = &plain.0[n];
            client.query_one(select, &[&(some_id(last) as i64)]).await.unwrap();
        }
    };
    show("look-up, plain client, 16 connections", &drive(CONNECTIONS, look_up).await);
    for tasks in [1, 16, 64, 256] {
        let store = Arc::clone(store);
        let look_up = move |_| {
            let store = Arc::clone(&store);
            async move { assert!(store.token(TokenId::new(some_id(last))).await.unwrap().is_some()) }
        };
        show(&format!("look-up, store, {tasks} callers"), &drive(tasks, look_up).await);
    }
}

async fn ends(store: &Arc<PostgresStore>) {
    let at = Timestamp::from_millis(1_750_000_000_000);
    let victims = Arc::new(AtomicU64::new(1));
    let revoke = {
        let (store, victims) = (Arc::clone(store), Arc::clone(&victims));
        move |_| {
            let (store, id) = (Arc::clone(&store), TokenId::new(victims.fetch_add(1, Ordering::Relaxed)));
            async move {
                let mut event = Event::new(EventKind::TokenRevoked, at, None, Actor::System);
                event.token = Some(id);
                let end = Write::RevokeToken { id, at, why: Reason::Client };
                store.apply(Command::of(vec![end, Write::Event(Box::new(event))])).await.unwrap();
            }
        }
    };
    show("revoke with its event, store, 64 callers", &drive(64, revoke).await);
    let rotate = {
        let store = Arc::clone(store);
        move |_| {
            let (store, old, new, access) = (Arc::clone(&store), next_token(), next_token(), next_token());
            let (id, parent) = (old.id, Some(old.id));
            async move {
                let first = Token { kind: TokenKind::Refresh, ..old };
                let write = |token: Token| Write::Token { token: Token { parent, ..token }.into(), alias: None };
                store.apply(Command::of(vec![write(first)])).await.unwrap();
                let when = Precondition::Rotate { token: id, to: new.id, at };
                let writes = vec![write(new), write(access)];
                store.apply(Command { when: Some(when), writes }).await.unwrap();
            }
        }
    };
    show("insert, then rotate into two, store, 64 callers", &drive(64, rotate).await);
}
