//! A server that takes commits and does not answer them: its processes, which wait on when their connections are given up, shall
//! not become many.

use std::process::Command;
use std::time::Duration;

use jeton_model::ids::TokenId;
use jeton_model::records::Token;
use jeton_model::store::{Command as Order, Outcome, StoreError, Write};
use jeton_model::{Store, StoreReads};
use jeton_store_postgres::{Options, PostgresStore};
use jeton_testkit::sample;
use tokio::time::{Instant, sleep};
use tokio_postgres::{Client, NoTls};

use crate::support::{BOUND, PostgresServer, name};

/// What has not arrived by then never will.
const NEVER: Duration = Duration::from_secs(300);
/// How many commits in a row are looked at.
const UNANSWERED: u32 = 4;

/// A store with one writer whose callers do not wait long.
async fn impatient(url: &str) -> PostgresStore {
    let mut options = Options::with_revocation_bound(BOUND);
    (options.patience, options.writers) = (Duration::from_millis(200), 1);
    PostgresStore::connect(url, options).await.expect("opens")
}

async fn issue(store: &PostgresStore, id: u64) -> Result<Outcome, StoreError> {
    store.apply(Order::of(vec![Write::Token { token: sample::token(id).into(), alias: None }])).await
}

/// Until a write is answered.
async fn is_back(store: &PostgresStore) {
    let began = Instant::now();
    while let Err(error) = issue(store, 1_000_000).await {
        assert!(began.elapsed() < NEVER, "it never came back: {error}");
        sleep(Duration::from_millis(10)).await;
    }
}

/// What a read returns, repeated until it is answered.
async fn is_read(store: &PostgresStore, id: u64) -> Option<Token> {
    let began = Instant::now();
    loop {
        match store.token(TokenId::new(id)).await {
            Ok(found) => return found,
            Err(error) => assert!(began.elapsed() < NEVER, "it never read: {error}"),
        }
    }
}

/// Makes one commit that is not answered, and returns when it was requested. A request that the writer did not start in time is
/// repeated.
async fn unanswered_since(store: &PostgresStore, id: u64) -> Instant {
    let began = Instant::now();
    loop {
        let asked = Instant::now();
        let error = issue(store, id).await.unwrap_err();
        if is_unknown(&error) {
            return asked;
        }
        assert!(began.elapsed() < NEVER, "no commit is begun: {error}");
    }
}

/// Whether the caller was told that the outcome of a started commit is unknown.
fn is_unknown(error: &StoreError) -> bool {
    error.to_string().contains("unknown")
}

/// How long a writer pauses after this many unanswered commits.
fn rest(unanswered: u32) -> Duration {
    if unanswered > 1 { Duration::from_millis(250) * 2_u32.pow(unanswered) } else { Duration::ZERO }
}

/// Server processes that are stopped, until this is dropped.
#[derive(Default)]
struct Frozen(Vec<i32>);

impl Frozen {
    fn add(&mut self, process: i32) {
        self.0.push(process);
        signal("STOP", process);
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        self.0.iter().for_each(|process| signal("CONT", *process));
    }
}

fn signal(name: &str, process: i32) {
    // The shell's own: `kill` as a program is not everywhere.
    let done = Command::new("sh").args(["-c", &format!("kill -{name} {process}")]).status().unwrap();
    assert!(done.success(), "{name} {process}");
}

/// The process that serves a writer's connection, once that is open and before anything was written over it.
async fn new_writer(watcher: &Client, database: &str, known: &[i32]) -> i32 {
    const OPENED: &str = "SELECT pid FROM pg_stat_activity WHERE datname = $1 AND pid <> ALL ($2) AND state = 'idle' \
         AND query LIKE 'UPDATE counters%''stream''%'";
    let began = Instant::now();
    loop {
        assert!(began.elapsed() < NEVER, "no new connection");
        if let [row, ..] = &watcher.query(OPENED, &[&database, &known]).await.unwrap()[..] {
            return row.get(0);
        }
        sleep(Duration::from_millis(5)).await;
    }
}

/// Each commit goes to a process that never answers; each new connection gets a new process.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_rests_after_commits_that_were_never_answered() {
    let server = PostgresServer::start();
    let url = server.database();
    let store = impatient(&url).await;
    let (watcher, connection) = tokio_postgres::connect(&server.url("postgres"), NoTls).await.unwrap();
    tokio::spawn(connection);
    let (mut frozen, mut asked) = (Frozen::default(), Instant::now());
    for unanswered in 0..UNANSWERED {
        let process = new_writer(&watcher, name(&url), &frozen.0).await;
        let (took, rest) = (asked.elapsed(), rest(unanswered));
        assert!(took >= rest, "after {unanswered} commits a new connection within {took:?}, not {rest:?}");
        frozen.add(process);
        asked = unanswered_since(&store, u64::from(unanswered) + 1).await;
    }
    drop(frozen);
    match issue(&store, 100).await {
        // While it pauses, callers are told that nothing was started.
        Err(error) => {
            assert!(!is_unknown(&error), "{error}");
            is_back(&store).await;
            assert_eq!(is_read(&store, 100).await, None);
        }
        Ok(_) => assert!(asked.elapsed() >= rest(UNANSWERED), "it did not rest"),
    }
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_whose_standby_is_away_is_not_filled_with_processes() {
    const WAITING: &str =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'SyncRep'";
    let server = PostgresServer::start();
    let url = server.database();
    let store = impatient(&url).await;
    server.configure("synchronous_standby_names = 'nobody'", None);
    let (began, mut failed) = (Instant::now(), 0);
    for id in 1.. {
        assert!(began.elapsed() < NEVER, "the server does not wait for its standby");
        // Until the server has heard of it, writes are answered.
        failed += u32::from(issue(&store, id).await.is_err());
        if failed == 20 {
            break;
        }
    }
    let waiting: usize = tokio::task::block_in_place(|| server.sql(name(&url), WAITING)).trim().parse().unwrap();
    // The first two commits that are not answered, and one for each rest that is over.
    let took = began.elapsed();
    let rested = |sum: &mut Duration, unanswered| {
        *sum += rest(unanswered);
        Some(*sum)
    };
    let allowed = 2 + (2..).scan(Duration::ZERO, rested).take_while(|sum| *sum <= took).count();
    assert!((1..=allowed).contains(&waiting), "{waiting} processes wait after {took:?}");
    server.configure("synchronous_standby_names = ''", None);
    is_back(&store).await;
    store.close().await.unwrap();
}
