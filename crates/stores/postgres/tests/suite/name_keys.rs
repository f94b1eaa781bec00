//! The keys of users' names that an earlier version left out: computed when a node starts, by several at once.

use crate::support::{PostgresServer, apply, name, nodes, open};
use futures::future::join_all;
use jeton_model::records::User;
use jeton_model::store::{Lost, Outcome, Write};
use jeton_model::{Store, StoreReads};
use jeton_testkit::sample;

fn called(key: u64, name: &str) -> Vec<Write> {
    vec![Write::User(Box::new(User { username: name.into(), ..sample::user(key) }))]
}

/// Names as a version without keys could write them: six users, of whom two have names that are taken for the same one.
async fn earlier() -> String {
    let (url, [store]) = nodes().await;
    for (key, name) in [(1, "Alice"), (2, "bob"), (3, "carol"), (4, "Anna Blank"), (5, "dora"), (6, "Eve")] {
        assert!(matches!(apply(&store, None, called(key, name)).await, Outcome::Done { .. }));
    }
    store.close().await.unwrap();
    let sql = "UPDATE users SET username = 'ALICE', body = replace(body, '\"bob\"', '\"ALICE\"') WHERE id = 2; \
        UPDATE users SET name_key = NULL";
    PostgresServer::shared().sql(name(&url), sql);
    url
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_that_start_together_compute_the_same_keys() {
    let url = earlier().await;
    let stores = join_all((0..6).map(|_| {
        let url = url.clone();
        tokio::spawn(async move { open(&url).await })
    }))
    .await;
    let store = stores.into_iter().map(Result::unwrap).next().unwrap();
    for (typed, found) in [
        ("Alice", Some(1)),
        ("ALICE", Some(2)),
        ("alice", None),
        ("CAROL", Some(3)),
        (" Anna Blank", Some(4)),
        ("anna blank", None),
        ("Dora", Some(5)),
        ("eve", Some(6)),
    ] {
        let user = store.user_by_name(sample::SERVICE, typed).await.unwrap();
        assert_eq!(user.map(|user| user.key.get()), found, "{typed}");
    }
    let clashing: Vec<_> = store.clashing_users().await.unwrap().iter().map(|user| user.key.get()).collect();
    assert_eq!(clashing, [1, 2]);
}

#[tokio::test]
async fn users_whose_names_clash_can_be_written_and_get_no_third() {
    let url = earlier().await;
    let store = open(&url).await;
    let user = User { enabled: false, username: "Alice".into(), ..sample::user(1) };
    let written = apply(&store, None, vec![Write::User(Box::new(user.clone()))]).await;
    assert!(matches!(written, Outcome::Done { .. }));
    assert_eq!(store.user_by_name(sample::SERVICE, "Alice").await.unwrap(), Some(user));
    for (key, name) in [(7, "aLICE"), (3, "alice"), (2, "alice")] {
        assert!(matches!(apply(&store, None, called(key, name)).await, Outcome::Lost(Lost::Exists)), "{key} {name}");
    }
    // With another name for one of them, the other's is again a name like any other, from the next start on.
    assert!(matches!(apply(&store, None, called(2, "bob")).await, Outcome::Done { .. }));
    store.close().await.unwrap();
    let store = open(&url).await;
    assert_eq!(store.clashing_users().await.unwrap(), []);
    assert_eq!(store.user_by_name(sample::SERVICE, "alice").await.unwrap().map(|user| user.key.get()), Some(1));
}
