//! Batches: one bad command harms no other, and what others cross is done again.

use crate::support::{PostgresServer, apply, nodes, open};
use futures::future::join_all;
use jeton_core::Store;
use jeton_core::ids::{ClientId, TokenId};
use jeton_core::model::{Client, Reason, Token, TokenState};
use jeton_core::store::{Command, Lost, Outcome, StoreError, Write};
use jeton_testkit::sample;
use tokio_postgres::NoTls;

fn token(id: u64) -> Write {
    Write::Token { token: Box::new(sample::token(id)), alias: None }
}

fn aliased(id: u64, alias: u64) -> Write {
    Write::Token { token: Box::new(sample::token(id)), alias: Some(sample::hash(alias)) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_taken_number_or_name_is_the_loss_of_one_command_only() {
    let (_, [store]) = nodes().await;
    apply(&store, None, vec![aliased(1, 1)]).await;
    let bad = |n: u64| match n % 50 {
        7 => Some(vec![token(10_000 + n), token(1)]),
        8 => Some(vec![aliased(10_000 + n, 1)]),
        9 => Some(vec![
            token(10_000 + n),
            Write::Client(Box::new(Client { client_id: ClientId::new("taken"), ..sample::client(n) })),
        ]),
        _ => None,
    };
    let taken = Client { client_id: ClientId::new("taken"), ..sample::client(1_000) };
    apply(&store, None, vec![Write::Client(Box::new(taken))]).await;
    let command = |n: u64| store.apply(Command::of(bad(n).unwrap_or_else(|| vec![token(10_000 + n)])));
    let outcomes = join_all((0..400).map(command)).await;
    for (n, outcome) in (0..400_u64).zip(outcomes) {
        let expected = if bad(n).is_some() { Outcome::Lost(Lost::Exists) } else { Outcome::Done { changed: 0 } };
        assert_eq!(outcome.unwrap(), expected, "command {n}");
        let there = store.token(TokenId::new(10_000 + n)).await.unwrap().is_some();
        assert_eq!(there, bad(n).is_none(), "command {n}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_database_cannot_hold_fails_alone() {
    let (_, [store]) = nodes().await;
    let command = |n: u64| {
        let audience = if n == 30 { "nul\0" } else { "" }.into();
        store.apply(Command::of(vec![Write::Token {
            token: Box::new(Token { audience, ..sample::token(n) }),
            alias: None,
        }]))
    };
    let outcomes = join_all((1..=100).map(command)).await;
    for (n, outcome) in (1..=100_u64).zip(outcomes) {
        assert_eq!(matches!(outcome, Err(StoreError::Failed(_))), n == 30, "{n}: {outcome:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_ends_in_one_batch_one_counts() {
    let (_, [store]) = nodes().await;
    apply(&store, None, (1..=10).map(token).collect()).await;
    let revoke = |n: u64| {
        let id = TokenId::new(1 + n % 10);
        store.apply(Command::of(vec![Write::RevokeToken { id, at: sample::at(n as i64), why: Reason::Client }]))
    };
    let outcomes = join_all((0..200).map(revoke)).await;
    let changed = outcomes.into_iter().map(|o| match o.unwrap() {
        Outcome::Done { changed } => changed,
        lost => panic!("{lost:?}"),
    });
    assert_eq!(changed.sum::<u64>(), 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadlock_is_survived() {
    let (url, [store]) = nodes().await;
    apply(&store, None, vec![token(1), token(2)]).await;
    let (mut rival, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
    tokio::spawn(connection);
    let rival = rival.transaction().await.unwrap();
    rival.execute("UPDATE tokens SET audience = 'rival' WHERE id = 2", &[]).await.unwrap();
    let end = |id| Write::RevokeToken { id: TokenId::new(id), at: sample::at(1), why: Reason::Admin };
    let waiting = tokio::spawn(store.apply(Command::of(vec![end(1), end(2)])));
    // The store has locked 1 and waits for 2; now the rival wants 1 as well.
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    rival.execute("UPDATE tokens SET audience = 'rival' WHERE id = 1", &[]).await.unwrap();
    rival.commit().await.unwrap();
    assert_eq!(waiting.await.unwrap().unwrap(), Outcome::Done { changed: 2 });
    let ended = store.token(TokenId::new(2)).await.unwrap().unwrap();
    assert!(matches!(ended.state, TokenState::Revoked { .. }) && &*ended.audience == "rival");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_connection_is_replaced_and_nothing_acknowledged_is_lost() {
    let server = PostgresServer::start();
    let url = server.database();
    let store = open(&url).await;
    let mut done = Vec::new();
    for round in 0..3_u64 {
        let command = |n: u64| {
            let id = 1 + round * 1_000 + n;
            let asked = store.apply(Command::of(vec![token(id)]));
            async move { asked.await.is_ok().then_some(id) }
        };
        let asked = tokio::spawn(join_all((0..400).map(command)));
        tokio::task::block_in_place(|| server.kill());
        done.extend(asked.await.unwrap().into_iter().flatten());
        assert!(store.ping().await.is_err());
        assert!(store.apply(Command::of(vec![token(900_000)])).await.is_err());
        tokio::task::block_in_place(|| server.restart());
        assert_eq!(apply(&store, None, vec![token(1_000_000 + round)]).await, Outcome::Done { changed: 0 });
        done.push(1_000_000 + round);
        for id in &done {
            assert!(store.token(TokenId::new(*id)).await.unwrap().is_some(), "{id} was acknowledged");
        }
        assert!(store.foreign_events().await.is_ok());
    }
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_line_is_busy() {
    let url = PostgresServer::shared().database();
    let mut options = jeton_store_postgres::Options::default();
    options.queue = 10;
    let store = jeton_store_postgres::PostgresStore::connect(&url, options).await.unwrap();
    let outcomes = join_all((1..=200).map(|n| store.apply(Command::of(vec![token(n)])))).await;
    let busy = outcomes.iter().filter(|o| matches!(o, Err(StoreError::Busy))).count();
    assert!((1..200).contains(&busy), "{busy}");
    assert!(outcomes.iter().all(|o| matches!(o, Ok(_) | Err(StoreError::Busy))));
}
