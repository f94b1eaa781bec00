//! Batches: one bad command harms no other, and what others cross is done again.

use crate::support::{PostgresServer, apply, name, nodes, open};
use futures::future::join_all;
use jeton_model::ids::{ClientId, TokenId};
use jeton_model::records::{Client, Reason, Token, TokenState};
use jeton_model::store::{Command, Lost, Outcome, StoreError, Write};
use jeton_model::{Store, StoreReads};
use jeton_testkit::sample;
use tokio_postgres::NoTls;
use tokio_postgres::error::SqlState;

fn token(id: u64) -> Write {
    Write::Token { token: sample::token(id).into(), alias: None }
}

fn aliased(id: u64, alias: u64) -> Write {
    Write::Token { token: sample::token(id).into(), alias: Some(sample::hash(alias)) }
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
            token: Token { audience, ..sample::token(n) }.into(),
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

/// PostgreSQL ends the one of the two whose patience is over first, and the store is the less patient one here. On a machine
/// that is busy enough the rival may be ended all the same: then the store was no victim, and it is tried again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadlock_is_survived() {
    let url = PostgresServer::shared().database();
    let set = format!("ALTER DATABASE {} SET deadlock_timeout = '2s'", name(&url));
    PostgresServer::shared().sql("postgres", &set);
    let store = open(&url).await;
    let connect = async || {
        let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    };
    let watcher = connect().await;
    let waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    for round in 0_u64.. {
        let (first, second) = (2 * round + 1, 2 * round + 2);
        apply(&store, None, vec![token(first), token(second)]).await;
        let mut rival = connect().await;
        rival.batch_execute("SET deadlock_timeout = '60s'").await.unwrap();
        let rival = rival.transaction().await.unwrap();
        let touch = |id: u64| format!("UPDATE tokens SET audience = 'rival' WHERE id = {id}");
        rival.batch_execute(&touch(second)).await.unwrap();
        let end = |id| Write::RevokeToken { id: TokenId::new(id), at: sample::at(1), why: Reason::Admin };
        let ending = tokio::spawn(store.apply(Command::of(vec![end(first), end(second)])));
        // The store has locked the first and waits for the second; now the rival needs the first as well.
        while watcher.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0) == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        let won = rival.batch_execute(&touch(first)).await;
        match &won {
            Ok(()) => rival.commit().await.unwrap(),
            Err(error) => {
                assert_eq!(error.code(), Some(&SqlState::T_R_DEADLOCK_DETECTED), "{error:?}");
                rival.rollback().await.unwrap();
            }
        }
        assert_eq!(ending.await.unwrap().unwrap(), Outcome::Done { changed: 2 });
        for id in [first, second] {
            let ended = store.token(TokenId::new(id)).await.unwrap().unwrap();
            assert!(matches!(ended.state, TokenState::Revoked { .. }), "{:?}", ended.state);
            assert_eq!(&*ended.audience == "rival", won.is_ok(), "what the rival committed is there");
        }
        if won.is_ok() {
            return;
        }
    }
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
    // Until one finds the queue full: a fast writer may keep it short for a while.
    for round in 0_u64.. {
        let all = (1..=200).map(|n| store.apply(Command::of(vec![token(200 * round + n)])));
        let outcomes = join_all(all).await;
        assert!(outcomes.iter().all(|o| matches!(o, Ok(_) | Err(StoreError::Busy))));
        assert!(outcomes.iter().any(Result::is_ok));
        if outcomes.iter().any(Result::is_err) {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_error_says_what_postgresql_said_and_its_code_and_quotes_no_row() {
    let (url, [store]) = nodes().await;
    let broken = ["ALTER TABLE services RENAME TO gone", "ALTER TABLE tokens ADD CHECK (audience <> 'forbidden')"];
    for sql in broken {
        PostgresServer::shared().sql(name(&url), sql);
    }
    let read = store.services().await.unwrap_err();
    let forbidden = Token { audience: "forbidden".into(), ..sample::token(4_711) };
    let write =
        store.apply(Command::of(vec![Write::Token { token: forbidden.into(), alias: None }])).await.unwrap_err();
    for (error, words) in [(read, ["\"services\" does not exist", "42P01"]), (write, ["check constraint", "23514"])] {
        for shown in [error.to_string(), format!("{error:?}")] {
            assert!(words.iter().all(|words| shown.contains(words)), "{shown}");
            assert!(!shown.contains("4711") && !shown.contains("db error"), "{shown}");
        }
    }
}
