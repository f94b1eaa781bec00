//! Callers that do not wait until the end: their time is up, or they disconnect.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::future::lazy;
use jeton_model::ids::TokenId;
use jeton_model::records::{DocumentKind, Reason, TokenState};
use jeton_model::store::{Command, Outcome, Write, patience};
use jeton_model::{Store, StoreReads};
use jeton_store_postgres::{Options, PostgresStore};
use jeton_testkit::sample;
use tokio::time::{Instant, timeout};
use tokio_postgres::{Client, NoTls};

use crate::support::{BOUND, PostgresServer, apply};

/// What has not arrived by then never will.
const NEVER: Duration = Duration::from_secs(300);

/// A store whose requests wait long, on a new database.
async fn patient() -> (String, PostgresStore) {
    let url = PostgresServer::shared().database();
    let mut options = Options::with_revocation_bound(BOUND);
    (options.patience, options.writers, options.pool_size) = (Duration::from_secs(60), 1, 2);
    let store = PostgresStore::connect(&url, options).await.expect("opens");
    (url, store)
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Until a session waits for a lock.
async fn somebody_waits(watcher: &Client) {
    let waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while watcher.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn token(id: u64) -> Write {
    Write::Token { token: sample::token(id).into(), alias: None }
}

fn event(id: u64) -> Write {
    Write::Event(Box::new(sample::event(id)))
}

/// On one thread: the calls before the test waits are in one batch.
#[tokio::test]
async fn a_commit_after_its_caller_gave_up_is_heard_of_like_another_nodes() {
    let (url, store) = patient().await;
    let rival = connect(&url).await;
    for id in 1.. {
        apply(&store, None, vec![token(id), event(id + 1_000)]).await;
        rival.batch_execute(&format!("BEGIN; SELECT 1 FROM tokens WHERE id = {id} FOR UPDATE")).await.unwrap();
        let end = Write::RevokeToken { id: TokenId::new(id), at: sample::at(1), why: Reason::Client };
        let end = lazy(|_| store.apply(Command::of(vec![end, event(id)])));
        let impatient = patience::of_request(Duration::from_millis(500), end).await;
        let other = tokio::spawn(store.apply(Command::of(vec![token(id + 2_000)])));
        let error = timeout(NEVER, impatient).await.expect("an answer").unwrap_err().to_string();
        rival.batch_execute("ROLLBACK").await.unwrap();
        assert_eq!(other.await.unwrap().unwrap(), Outcome::Done { changed: 0 });
        if !error.contains("unknown") {
            // On a busy machine the time is up before the writer has begun: then it is tried again.
            continue;
        }
        let (began, mut heard) = (Instant::now(), Vec::new());
        while heard.is_empty() {
            assert!(began.elapsed() < NEVER, "it is never heard of");
            heard = store.foreign_events().await.unwrap();
        }
        let heard: Vec<_> = heard.iter().map(|event| event.token).collect();
        assert_eq!(heard, [Some(TokenId::new(id))], "what came before was known");
        let ended = store.token(TokenId::new(id)).await.unwrap().unwrap();
        assert!(matches!(ended.state, TokenState::Revoked { .. }), "{:?}", ended.state);
        // The connection that follows is one of this node again.
        apply(&store, None, vec![event(id + 3_000)]).await;
        for _look in 0..3 {
            assert_eq!(store.foreign_events().await.unwrap(), []);
        }
        break;
    }
    store.close().await.unwrap();
}

#[tokio::test]
async fn what_nobody_waits_for_any_more_is_not_begun_and_costs_no_connection() {
    let (url, store) = patient().await;
    let watcher = connect(&url).await;
    let sessions = async || {
        let all = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
        let rows = watcher.query(all, &[]).await.unwrap();
        rows.iter().map(|row| row.get::<_, i32>(0)).collect::<BTreeSet<_>>()
    };
    apply(&store, None, vec![token(1)]).await;
    let before = sessions().await;
    let client = sample::client(7);
    let ask = lazy(|_| store.apply(Command::of(vec![Write::Client(Box::new(client.clone()))])));
    // Its time is up, and it does not look: whether it is begun is the writer's matter.
    let late = patience::of_request(Duration::ZERO, ask).await;
    for id in 2..5 {
        apply(&store, None, vec![token(id)]).await;
    }
    let error = late.await.unwrap_err().to_string();
    assert!(!error.contains("unknown"), "{error}");
    assert_eq!(store.client(client.key).await.unwrap(), None);
    let after = sessions().await;
    assert!(before.is_subset(&after), "{before:?}, {after:?}");
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_question_whose_request_is_gone_holds_up_nobody_else() {
    let (url, store) = patient().await;
    let (rival, watcher) = (connect(&url).await, connect(&url).await);
    store.ping().await.unwrap();
    rival.batch_execute("BEGIN; LOCK TABLE documents IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let mut question = store.document(sample::SERVICE, DocumentKind::Consent, "a", "b");
    tokio::select! {
        answer = &mut question => panic!("answered: {answer:?}"),
        () = somebody_waits(&watcher) => {}
    }
    drop(question);
    for _question in 0..3 {
        timeout(NEVER, store.ping()).await.expect("an answer").unwrap();
    }
    rival.batch_execute("ROLLBACK").await.unwrap();
    // The session is returned: there are slots for two.
    let document = || store.document(sample::SERVICE, DocumentKind::Consent, "a", "b");
    let (one, two, three) = tokio::join!(document(), document(), store.ping());
    assert_eq!((one.unwrap(), two.unwrap()), (None, None));
    three.unwrap();
    store.close().await.unwrap();
}
