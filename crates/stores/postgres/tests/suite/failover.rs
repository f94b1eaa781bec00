//! A synchronous standby is promoted while requests run: the store continues there, and no answer was wrong.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use crate::support::{PostgresServer, open};
use jeton_model::ids::TokenId;
use jeton_model::records::{Reason, TokenState};
use jeton_model::store::{Command, Outcome, Write};
use jeton_model::{Store, StoreReads};
use jeton_store_postgres::PostgresStore;
use jeton_testkit::sample;
use tokio::time::{Instant, sleep};

const NEVER: Duration = Duration::from_secs(300);

fn token(id: u64) -> Write {
    Write::Token { token: sample::token(id).into(), alias: None }
}

/// Issues, and revokes every third, until it is told to stop; returns what was acknowledged.
async fn work(
    store: Arc<PostgresStore>,
    first: u64,
    stop: Arc<AtomicBool>,
    done: Arc<AtomicU64>,
) -> (BTreeSet<u64>, BTreeSet<u64>) {
    let (mut issued, mut ended) = (BTreeSet::new(), BTreeSet::new());
    for id in first.. {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        if store.apply(Command::of(vec![token(id)])).await.is_err() {
            sleep(Duration::from_millis(5)).await;
            continue;
        }
        issued.insert(id);
        done.fetch_add(1, Ordering::SeqCst);
        if id % 3 == 0 {
            let end = Write::RevokeToken { id: TokenId::new(id), at: sample::at(1), why: Reason::Client };
            if let Ok(Outcome::Done { .. }) = store.apply(Command::of(vec![end])).await {
                ended.insert(id);
            }
        }
    }
    (issued, ended)
}

async fn more(done: &AtomicU64, count: u64) {
    let (from, began) = (done.load(Ordering::SeqCst), Instant::now());
    while done.load(Ordering::SeqCst) < from + count {
        assert!(began.elapsed() < NEVER, "nothing is issued any more");
        sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_promoted_standby_is_found_at_once_and_nothing_acknowledged_is_lost_or_back() {
    let primary = PostgresServer::start();
    let url = primary.database();
    let standby = tokio::task::block_in_place(|| primary.synchronous_standby());
    let hosts = |first: u16, second: u16| {
        let both = format!("127.0.0.1:{first},127.0.0.1:{second}");
        let url = url.replace(&format!("127.0.0.1:{}", primary.port()), &both);
        format!("{url}?target_session_attrs=read-write&connect_timeout=60")
    };
    // One node finds the primary first, the other one the standby.
    let a = open(&hosts(primary.port(), standby.port())).await;
    let b = open(&hosts(standby.port(), primary.port())).await;
    let (stop, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let workers: Vec<_> = (0..8_u64)
        .map(|n| {
            let store = if n % 2 == 0 { &a } else { &b };
            tokio::spawn(work(Arc::clone(store), 1 + n * 1_000_000, Arc::clone(&stop), Arc::clone(&done)))
        })
        .collect();
    more(&done, 100).await;
    tokio::task::block_in_place(|| {
        primary.kill();
        standby.promote();
    });
    more(&done, 100).await;
    stop.store(true, Ordering::SeqCst);
    for worker in workers {
        let (issued, ended) = worker.await.unwrap();
        for id in issued {
            let found = a.token(TokenId::new(id)).await.unwrap();
            let state = found.unwrap_or_else(|| panic!("{id} was acknowledged")).state;
            let is_ended = matches!(state, TokenState::Revoked { .. });
            assert!(is_ended || !ended.contains(&id), "{id} was revoked and is back");
        }
    }
    for store in [a, b] {
        store.close().await.unwrap();
    }
}
