//! Opening: the schema, and what a wrong URL gets.

use crate::support::{PostgresServer, name, nodes};
use futures::future::{join_all, try_join_all};
use jeton_model::{Store, StoreReads};
use jeton_store_postgres::{OpenError, Options, PostgresStore};

async fn refused(url: &str) -> (OpenError, String) {
    let error = PostgresStore::connect(url, Options::default()).await.err().expect("refused");
    let line = error.to_string();
    assert!(!line.contains('\n') && !line.contains("test!"), "{line}");
    (error, line)
}

#[tokio::test]
async fn each_wrong_url_is_told_what_to_change() {
    let server = PostgresServer::shared();
    let right = server.database();
    let wrong_password = right.replace("a-password-for-tests", "not-the-test!");
    assert!(matches!(refused(&wrong_password).await, (OpenError::Refused { .. }, line) if line.contains("jeton")));
    let no_password = right.replace(":a-password-for-tests", "");
    assert!(matches!(refused(&no_password).await.0, OpenError::Refused { .. }));
    let wrong_user = right.replace("jeton:", "nobody:");
    assert!(matches!(refused(&wrong_user).await, (OpenError::Refused { .. }, line) if line.contains("nobody")));
    let (error, line) = refused(&server.url("nowhere")).await;
    assert!(matches!(error, OpenError::NoDatabase { .. }) && line.contains("nowhere"), "{line}");
    let (error, line) = refused("postgres://u:test!@127.0.0.1:1/d").await;
    assert!(matches!(error, OpenError::Unreachable { .. }) && line.contains("127.0.0.1:1"), "{line}");
    let (error, line) = refused("postgres://u:test!@host.invalid/d").await;
    assert!(matches!(error, OpenError::Unreachable { .. }) && line.contains("host.invalid"), "{line}");
    assert!(matches!(refused("postgres://u:test!@h@i/d").await.0, OpenError::BadUrl));
}

#[tokio::test]
async fn a_user_without_rights_is_told_so() {
    let server = PostgresServer::shared();
    let url = server.database();
    server.sql(name(&url), "REVOKE CREATE ON SCHEMA public FROM PUBLIC; CREATE ROLE guest LOGIN PASSWORD 'guest'");
    let (error, line) = refused(&url.replace("jeton:a-password-for-tests", "guest:guest")).await;
    assert!(matches!(error, OpenError::Forbidden { .. }) && line.contains("guest"), "{line}");
}

#[tokio::test]
async fn a_database_that_may_lose_commits_is_refused() {
    let server = PostgresServer::start();
    let url = server.database();
    server.sql("postgres", "ALTER SYSTEM SET fsync = off");
    server.sql("postgres", "SELECT pg_reload_conf()");
    while server.sql("postgres", "SHOW fsync").trim() != "off" {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert!(matches!(refused(&url).await.0, OpenError::NotDurable { setting: "fsync" }));
}

#[tokio::test]
async fn a_careless_default_does_not_make_commits_careless() {
    let server = PostgresServer::shared();
    let url = server.database();
    server.sql("postgres", &format!("ALTER DATABASE {} SET synchronous_commit = off", name(&url)));
    let store = PostgresStore::connect(&url, Options::default()).await.unwrap();
    store.ping().await.unwrap();
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_that_start_together_make_the_schema_together() {
    for _ in 0..3 {
        let url = PostgresServer::shared().database();
        let opening = (0..8).map(|_| {
            let url = url.clone();
            tokio::spawn(async move { PostgresStore::connect(&url, Options::default()).await })
        });
        let stores: Vec<_> = join_all(opening).await.into_iter().map(|s| s.unwrap().expect("opens")).collect();
        let values = stores.iter().enumerate().map(|(n, s)| async move { s.meta_init("key", &[n as u8]).await });
        let values = try_join_all(values).await.unwrap();
        assert!(values.iter().all(|v| *v == values[0]), "all take the first one's: {values:?}");
    }
}

#[tokio::test]
async fn a_newer_schema_is_not_touched() {
    let (url, [store]) = nodes().await;
    store.close().await.unwrap();
    PostgresServer::shared().sql(name(&url), "INSERT INTO schema_version (version) VALUES (9999)");
    assert!(matches!(refused(&url).await.0, OpenError::TooNew { found: 9999, .. }));
}
