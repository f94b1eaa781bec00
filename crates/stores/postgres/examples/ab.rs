//! tmp
#![allow(warnings)]
#[path = "../../../testkit/src/postgres.rs"]
mod postgres;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use jeton_core::Store;
use jeton_core::store::{Command, Write};
use jeton_store_postgres::{Options, PostgresStore};
use jeton_testkit::sample;
use tokio::time::Instant;
static NEXT: AtomicU64 = AtomicU64::new(1);
async fn run(store: &Arc<PostgresStore>, tasks: usize, gap: u64) -> (f64, f64) {
    let start = Instant::now();
    let v: Vec<_> = (0..tasks).map(|i| { let store = store.clone(); tokio::spawn(async move {
        let mut n = 0u64;
        while start.elapsed() < Duration::from_millis(1000) {
            let t = sample::token(NEXT.fetch_add(1, Ordering::Relaxed));
            store.apply(Command::of(vec![Write::Token { token: Box::new(t), alias: None }])).await.unwrap();
            if gap > 0 { for _ in 0..gap { tokio::task::yield_now().await; } }
            n += 1;
        } n }) }).collect();
    let mut n = 0; for t in v { n += t.await.unwrap(); }
    let r = n as f64 / start.elapsed().as_secs_f64();
    (r, tasks as f64 / r * 1e3)
}
#[tokio::main(worker_threads = 2)]
async fn main() {
    let url = postgres::PostgresServer::shared().database();
    let mut stores = vec![];
    for w in [1usize, 2, 3] { let mut o = Options::default(); o.writers = w; stores.push(Arc::new(PostgresStore::connect(&url, o).await.unwrap())); }
    for tasks in [16, 64, 256] { for gap in [0u64, 3] {
        let mut sums = vec![vec![]; 3];
        for _ in 0..5 { for (i, s) in stores.iter().enumerate() { sums[i].push(run(s, tasks, gap).await.0 as u64); } }
        for (i, s) in sums.iter_mut().enumerate() { s.sort(); println!("tasks {tasks} gap {gap} writers {}: median {} best {}", i + 1, s[2], s[4]); }
    } }
}
