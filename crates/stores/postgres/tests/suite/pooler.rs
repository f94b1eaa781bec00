//! Everything works through a pooler that gives each transaction another session (pgbouncer in transaction mode).

use std::sync::{Arc, LazyLock};

use crate::support::{Database, PostgresServer, apply, open};
use futures::future::{BoxFuture, FutureExt, join_all};
use jeton_model::ids::TokenId;
use jeton_model::records::Reason;
use jeton_model::store::{Outcome, Write};
use jeton_model::{Store, StoreReads};
use jeton_store_postgres::{Options, PostgresStore};
use jeton_testkit::conformance::Fixture;
use jeton_testkit::postgres::Pooler;
use jeton_testkit::sample;

/// All tests share one pooler. No session through it keeps a prepared statement.
fn pooler() -> &'static Pooler {
    static SHARED: LazyLock<Pooler> = LazyLock::new(|| PostgresServer::shared().pooler(""));
    &SHARED
}

fn new_url() -> String {
    pooler().url(&PostgresServer::shared().database())
}

fn fresh() -> BoxFuture<'static, Box<dyn Fixture>> {
    async { Box::new(Database::at(&new_url()).await) as Box<dyn Fixture> }.boxed()
}

jeton_testkit::conformance_suite!(fresh);

#[test]
fn it_equals_the_model() {
    jeton_testkit::conformance::property(fresh, 6);
}

fn token(id: u64) -> Write {
    Write::Token { token: sample::token(id).into(), alias: None }
}

/// Writes and reads of two nodes at once, so that sessions change hands.
async fn works(url: &str) {
    let [a, b] = [open(url).await, open(url).await];
    let write = async |store: &Arc<PostgresStore>, first: u64| {
        for id in first..first + 100 {
            assert_eq!(apply(store, None, vec![token(id)]).await, Outcome::Done { changed: 0 });
        }
    };
    let read = async |store: &Arc<PostgresStore>| {
        for _ in 0..50 {
            store.reserve_ids(1).await.unwrap();
            store.services().await.unwrap();
            store.ping().await.unwrap();
        }
    };
    tokio::join!(write(&a, 1), write(&b, 1_000), read(&a), read(&b));
    let end = Write::RevokeToken { id: TokenId::new(1_050), at: sample::at(1), why: Reason::Admin };
    let end = vec![end, Write::Event(Box::new(sample::event(1_050)))];
    assert_eq!(apply(&a, None, end).await, Outcome::Done { changed: 1 });
    while b.foreign_events().await.unwrap().is_empty() {}
    let ids = (1..101).chain(1_000..1_100);
    let found = join_all(ids.map(|id| b.token(TokenId::new(id)))).await;
    assert!(found.iter().all(|token| matches!(token, Ok(Some(_)))));
    for store in [a, b] {
        store.close().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_work_and_leave_nothing_behind_in_sessions() {
    let server = PostgresServer::start();
    // One session for all: what one of them left there would be seen.
    let pooler = server.pooler("default_pool_size = 1");
    let url = pooler.url(&server.database());
    works(&url).await;
    let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    for (setting, value) in [("statement_timeout", "0"), ("enable_seqscan", "on"), ("client_min_messages", "notice")] {
        let row = client.simple_query(&format!("SHOW {setting}")).await.unwrap();
        let shown = row.iter().find_map(|message| match message {
            tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0),
            _ => None,
        });
        assert_eq!(shown, Some(value), "{setting}");
    }
    let prepared = client.simple_query("SELECT name FROM pg_prepared_statements WHERE name <> ''").await.unwrap();
    assert!(!prepared.iter().any(|m| matches!(m, tokio_postgres::SimpleQueryMessage::Row(_))), "{prepared:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn statements_can_be_sent_whole_over_a_direct_connection_too() {
    works(&format!("{}?prepared_statements=never", PostgresServer::shared().database())).await;
}

#[tokio::test]
async fn what_a_pooler_says_is_passed_on() {
    let url = format!("{}?options=-csearch_path%3Dpublic", new_url());
    let line = PostgresStore::connect(&url, Options::default()).await.err().expect("refused").to_string();
    assert!(line.contains("unsupported startup parameter") && line.contains("SQLSTATE 08P01"), "{line}");
    assert!(!line.contains("a-password-for-tests"), "{line}");
}
