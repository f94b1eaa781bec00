//! A database that hangs without closing a connection: each call is answered in time, and everything works when it
//! continues.

use std::time::Duration;

use crate::support::{PostgresServer, apply, open};
use futures::future::{BoxFuture, FutureExt, join_all};
use jeton_model::ids::{ClientId, GrantId, TokenId};
use jeton_model::records::{Client, DocumentKind, Reason, SingleUse, TokenState};
use jeton_model::store::{Command, Lost, Outcome, Page, Precondition, StoreError, TokenFilter, Write, patience};
use jeton_model::{Store, StoreReads};
use jeton_store_postgres::PostgresStore;
use jeton_testkit::sample;
use tokio::time::{Instant, timeout};

/// The time limit of a request.
const PROMISED: Duration = Duration::from_secs(5);
/// A machine that is busy with other tests notices late that a time is up.
const BUSY: Duration = Duration::from_secs(5);
/// What has not arrived by then never will.
const NEVER: Duration = Duration::from_secs(300);

fn token(id: u64) -> Write {
    Write::Token { token: sample::token(id).into(), alias: None }
}

fn revoke(id: u64) -> Vec<Write> {
    let end = Write::RevokeToken { id: TokenId::new(id), at: sample::at(1), why: Reason::Client };
    vec![end, Write::Event(Box::new(sample::event(id)))]
}

type Question<'a> = (&'static str, BoxFuture<'a, Result<(), StoreError>>);

/// One of each kind of call; none changes anything that another reads.
fn questions(store: &PostgresStore, round: u64) -> Vec<Question<'_>> {
    let write = |when, writes| store.apply(Command { when, writes });
    let filter = TokenFilter { service: Some(sample::SERVICE), ..TokenFilter::default() };
    let live = TokenFilter { live_at: Some(sample::at(60)), ..filter.clone() };
    let client = Client { client_id: ClientId::new(&format!("new {round}")), ..sample::client(5_000 + round) };
    let code = SingleUse { kind: sample::SINGLE_USE, ..sample::single_use(5_000 + round) };
    let first = Page::first(20);
    fn any<'a, T: 'a>(
        asked: impl Future<Output = Result<T, StoreError>> + Send + 'a,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        async { asked.await.map(drop) }.boxed()
    }
    vec![
        ("issue", any(write(None, vec![token(5_000 + round)]))),
        ("revoke", any(write(None, revoke(1)))),
        ("rotate", any(write(Some(Precondition::Active(TokenId::new(2))), vec![token(6_000 + round)]))),
        ("single use", any(write(None, vec![Write::SingleUse(Box::new(code))]))),
        ("directory", any(write(None, vec![Write::Client(Box::new(client))]))),
        ("token", any(store.token(TokenId::new(3)))),
        ("grant", any(store.grant(GrantId::new(3)))),
        ("alias", any(store.token_by_alias(sample::SERVICE, [1; 32]))),
        ("client", any(store.client_by_id(sample::SERVICE, "app"))),
        ("document", any(store.document(sample::SERVICE, DocumentKind::Consent, "a", "b"))),
        ("services", any(store.services())),
        ("list", any(store.tokens(&filter, first))),
        ("live list", any(store.tokens(&live, first))),
        ("stretch", any(store.tokens_after(&filter, 0, 20))),
        ("events", any(store.events(None, 20))),
        ("numbers", any(store.reserve_ids(1))),
        ("feed", any(store.foreign_events())),
        ("value", any(store.meta("key"))),
        ("readiness", any(store.ping())),
    ]
}

/// How long each took, and its answer.
async fn all(questions: Vec<Question<'_>>) -> Vec<(&'static str, Duration, Result<(), StoreError>)> {
    let each = questions.into_iter().map(async |(name, question)| {
        let asked = Instant::now();
        let answer = timeout(NEVER, question).await.unwrap_or_else(|_| panic!("{name}: never answered"));
        (name, asked.elapsed(), answer)
    });
    join_all(each).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_question_to_a_database_that_hangs_is_answered_in_time_and_nothing_is_done_twice() {
    let server = PostgresServer::start();
    let store = open(&server.database()).await;
    apply(&store, None, (1..=200).map(token).collect()).await;
    // Every connection is there, and every statement was asked once.
    for (name, _, answer) in all(questions(&store, 0)).await {
        answer.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    let stopped = tokio::task::block_in_place(|| server.stop_answering());
    for round in 1..=3 {
        for (name, took, answer) in all(questions(&store, round)).await {
            let error = answer.err().unwrap_or_else(|| panic!("{name} is answered by nobody"));
            // No request waits for what other nodes did.
            let late = name != "feed" && took >= PROMISED + BUSY;
            assert!(!late, "{name}, round {round}: {took:?}, {error}");
        }
    }
    // Three consecutive calls are one request.
    let asked = Instant::now();
    patience::of_request(Duration::from_secs(4), async {
        for _ in 0..3 {
            store.meta("key").await.unwrap_err();
            store.token(TokenId::new(3)).await.unwrap_err();
        }
    })
    .await;
    assert!(asked.elapsed() < PROMISED + BUSY, "{:?}", asked.elapsed());
    stopped.go_on();

    let back = Instant::now();
    while store.ping().await.is_err() {
        assert!(back.elapsed() < NEVER, "it never came back");
    }
    // No connection is left over that does not answer.
    for round in 10..13 {
        for (name, _, answer) in all(questions(&store, round)).await {
            answer.unwrap_or_else(|error| panic!("{name}, round {round}: {error}"));
        }
    }
    // A command that was refused before it started was not done; one with an unknown outcome was done once or not at
    // all.
    assert_eq!(apply(&store, None, vec![token(5_010)]).await, Outcome::Lost(Lost::Exists));
    let ended = store.token(TokenId::new(1)).await.unwrap().unwrap();
    assert!(matches!(ended.state, TokenState::Revoked { .. }), "the first round ended it");
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_on_its_way_to_a_database_that_hangs_is_unknown_and_heard_of_later() {
    let server = PostgresServer::start();
    let url = server.database();
    let store = open(&url).await;
    apply(&store, None, (1..=50).map(token).collect()).await;
    // Both writers have had their turn.
    join_all((51..=90).map(|id| store.apply(Command::of(vec![token(id)])))).await;
    while !store.foreign_events().await.unwrap().is_empty() {}
    let stopped = tokio::task::block_in_place(|| server.stop_answering());
    // No row is read first: the commit is sent with the first message.
    let issue = || vec![token(907), Write::Event(Box::new(sample::event(907)))];
    let unknown = timeout(NEVER, store.apply(Command::of(issue()))).await.expect("an answer").unwrap_err();
    assert!(unknown.to_string().contains("unknown"), "{unknown}");
    // What looks first has not begun to commit.
    timeout(NEVER, store.apply(Command::of(revoke(7)))).await.expect("an answer").unwrap_err();
    stopped.go_on();
    // The connection was given up, and what it committed all the same arrives in this node's feed like another node's.
    let (began, mut heard) = (Instant::now(), false);
    let done = loop {
        if let Ok(events) = store.foreign_events().await {
            heard |= events.iter().any(|event| event.token == Some(TokenId::new(907)));
        }
        match store.token(TokenId::new(907)).await {
            Ok(Some(_)) if heard => break true,
            // The connection may have ended before the server read the command.
            Ok(None) if began.elapsed() > Duration::from_secs(20) => break false,
            found => assert!(began.elapsed() < NEVER, "it never came back: {found:?}, heard: {heard}"),
        }
    };
    assert_eq!(done, heard);
    // The same again is done once in all.
    let again = apply(&store, None, issue()).await;
    assert_eq!(again, if done { Outcome::Lost(Lost::Exists) } else { Outcome::Done { changed: 0 } });
    assert_eq!(apply(&store, None, revoke(7)).await, Outcome::Done { changed: 1 });
    store.close().await.unwrap();
}
