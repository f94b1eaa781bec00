//! How long opening takes and what an idle store weighs, with many live tokens.
//!
//! `cargo run --release -p jeton-store-sqlite --example start [-- tokens]`

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measuring tool")]
#![expect(clippy::disallowed_methods, reason = "it measures time")]

use std::path::Path;
use std::time::{Duration, Instant};

use futures::future::try_join_all;
use jeton_model::ids::{ClientKey, TokenId};
use jeton_model::records::Token;
use jeton_model::store::{Command, Page, TokenFilter, Write};
use jeton_model::{Store, StoreReads};
use jeton_store_sqlite::{Options, SqliteStore};
use jeton_testkit::sample;

fn open(path: &Path, what: &str) -> SqliteStore {
    let start = Instant::now();
    let store = SqliteStore::open(path, Options::default()).unwrap();
    println!("{what}: open in {:.1} ms, {} MiB resident", start.elapsed().as_secs_f64() * 1e3, resident_mib());
    store
}

async fn fill(store: &SqliteStore, from: u64, to: u64) {
    for block in (from..to).step_by(1000) {
        let token = |id| Token { client: Some(ClientKey::new(id % 1000)), ..sample::token(id) };
        let write = |id| Write::Token { token: token(id).into(), alias: None };
        let commands = (block..block + 1000).map(|id| store.apply(Command::of(vec![write(id)])));
        try_join_all(commands).await.unwrap();
    }
}

async fn look_around(store: &SqliteStore, tokens: u64) {
    let n = 20_000;
    let start = Instant::now();
    for i in 0..n {
        store.token(TokenId::new(1 + i * 7919 % tokens)).await.unwrap().unwrap();
    }
    println!("  one look-up after another: {:.1} us each", start.elapsed().as_secs_f64() * 1e6 / n as f64);
    let start = Instant::now();
    for block in 0..n / 64 {
        let some = (0..64).map(|i| store.token(TokenId::new(1 + (block * 64 + i) * 7919 % tokens)));
        try_join_all(some).await.unwrap();
    }
    println!("  64 look-ups at once: {:.1} us each", start.elapsed().as_secs_f64() * 1e6 / n as f64);
    let filter = TokenFilter { client: Some(ClientKey::new(7)), ..TokenFilter::default() };
    let live = TokenFilter { live_at: Some(sample::at(1)), ..filter.clone() };
    for (what, filter) in [("of a client", filter), ("live, of a client", live), ("all", TokenFilter::default())] {
        let start = Instant::now();
        let total = store.tokens(&filter, Page::first(50)).await.unwrap().total;
        println!("  a page of tokens {what}, of {total}: {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
    }
}

/// Resident memory (Linux; 0 elsewhere).
fn resident_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) / 1024
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let tokens = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(1_000_000);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jeton.db");
    let store = open(&path, "empty");
    let start = Instant::now();
    fill(&store, 1, tokens).await;
    println!("{tokens} tokens in {:.1} s, {} MiB resident", start.elapsed().as_secs_f64(), resident_mib());
    let start = Instant::now();
    store.close().await.unwrap();
    let size = std::fs::metadata(&path).unwrap().len();
    println!("closed in {:.0} ms, {} bytes a token", start.elapsed().as_secs_f64() * 1e3, size / tokens);

    let store = open(&path, "after closing");
    look_around(&store, tokens).await;
    fill(&store, tokens + 1, tokens + 20_000).await;
    drop(store);
    let store = open(&path, "after a crash");
    look_around(&store, tokens).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    println!("idle: {} MiB resident", resident_mib());
}
