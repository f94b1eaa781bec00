//! Two stores on one database: the writes of one have effect for the other at once, and arrive in its feed in time.

use std::collections::HashSet;
use tokio::time::Instant;

use crate::support::{BOUND, PostgresServer, apply, name, nodes, open};
use futures::future::join_all;
use jeton_model::Store;
use jeton_model::ids::TokenId;
use jeton_model::records::{Reason, SingleUse};
use jeton_model::store::{Lost, Outcome, Precondition, Write};
use jeton_testkit::sample;

fn token(id: u64) -> Write {
    Write::Token { token: sample::token(id).into(), alias: None }
}

fn revoke(id: u64) -> Vec<Write> {
    let end = Write::RevokeToken { id: TokenId::new(id), at: sample::at(1), why: Reason::Client };
    vec![end, Write::Event(Box::new(sample::event(id)))]
}

fn winners(outcomes: &[Outcome]) -> usize {
    outcomes.iter().filter(|o| matches!(o, Outcome::Done { .. })).count()
}

/// The next poll finds it, and there is a poll at least once per bound. The bound is compared with the fastest of many:
/// a busy machine can make one late, but nothing can make one early.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revocation_is_heard_within_the_bound() {
    let (_, [a, b]) = nodes().await;
    apply(&a, None, (1..=20).map(token).collect()).await;
    let mut quickest = BOUND * 1000;
    for id in 1..=20 {
        // Past this look the next one is a whole pause away.
        assert!(b.foreign_events().await.unwrap().is_empty());
        apply(&a, None, revoke(id)).await;
        let asked = Instant::now();
        assert_eq!(b.foreign_events().await.unwrap(), [sample::event(id)], "at the first look");
        quickest = quickest.min(asked.elapsed());
    }
    assert!(quickest < BOUND, "{quickest:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silence_is_news_too_and_comes_soon() {
    let (_, [a]) = nodes().await;
    apply(&a, None, revoke(1)).await;
    let mut quickest = BOUND * 1000;
    for _ in 0..20 {
        let asked = Instant::now();
        assert!(a.foreign_events().await.unwrap().is_empty(), "its own events are not foreign");
        quickest = quickest.min(asked.elapsed());
    }
    assert!(quickest < BOUND, "{quickest:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_comes_later_hears_only_what_comes_then_and_is_heard() {
    let (url, [a]) = nodes().await;
    apply(&a, None, revoke(1)).await;
    let late = open(&url).await;
    assert!(late.foreign_events().await.unwrap().is_empty());
    apply(&late, None, revoke(2)).await;
    let mut heard = Vec::new();
    while heard.is_empty() {
        heard = a.foreign_events().await.unwrap();
    }
    assert_eq!(heard, [sample::event(2)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_events_than_fit_one_look_all_arrive_once() {
    let (_, [a, b]) = nodes().await;
    for block in 0..5_u64 {
        let events = (0..1_000).map(|n| Write::Event(Box::new(sample::event(block * 1_000 + n + 1))));
        apply(&a, None, events.collect()).await;
    }
    let mut heard = Vec::new();
    while heard.len() < 5_000 {
        heard.extend(b.foreign_events().await.unwrap().into_iter().filter_map(|e| e.token));
    }
    assert_eq!(heard.len(), heard.iter().collect::<HashSet<_>>().len());
    assert!(b.foreign_events().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_was_tidied_away_is_heard_again() {
    let (url, [a, b]) = nodes().await;
    apply(&a, None, revoke(1)).await;
    while b.foreign_events().await.unwrap().is_empty() {}
    PostgresServer::shared().sql(name(&url), "DELETE FROM streams");
    assert!(b.foreign_events().await.unwrap().is_empty());
    // Several, so that either of the two writers has had its turn.
    for id in 2..10 {
        apply(&a, None, revoke(id)).await;
    }
    let mut heard = HashSet::new();
    while heard.len() < 8 {
        heard.extend(b.foreign_events().await.unwrap().into_iter().filter_map(|e| e.token));
    }
    assert_eq!(heard, (2..10).map(TokenId::new).collect());
}

/// The default isolation, and the one that engines which distribute have: there, transactions that meet fail and must
/// be done again.
async fn one_of_32_wins(isolation: &str) {
    let url = PostgresServer::shared().database();
    let set = format!("ALTER DATABASE {} SET default_transaction_isolation = '{isolation}'", name(&url));
    PostgresServer::shared().sql("postgres", &set);
    let stores = [open(&url).await, open(&url).await];
    for round in 1..=12_u64 {
        let code = SingleUse { kind: sample::SINGLE_USE, ..sample::single_use(round) };
        apply(&stores[0], None, vec![token(round), Write::SingleUse(Box::new(code.clone()))]).await;
        let race = async |first: u64, when: fn(u64, u64) -> Precondition| {
            let all = (0..32_u64).map(|n| {
                let id = round * 10_000 + first + n;
                let store = stores[(n % 2) as usize].clone();
                let when = when(round, id);
                tokio::spawn(async move { apply(&store, Some(when), vec![token(id), token(id + 100)]).await })
            });
            join_all(all).await.into_iter().map(|done| done.unwrap()).collect::<Vec<_>>()
        };
        let rotated = race(0, |round, id| Precondition::Rotate {
            token: TokenId::new(round),
            to: TokenId::new(id),
            at: sample::at(1),
        });
        let rotated = rotated.await;
        assert_eq!(winners(&rotated), 1, "{rotated:?}");
        let losers = rotated.iter().filter(|o| matches!(o, Outcome::Lost(Lost::NotActive(_))));
        assert_eq!(losers.count(), 31, "{rotated:?}");
        let claimed = race(1_000, |round, _| {
            let used = Some(sample::at(1));
            Precondition::Claim(Box::new(SingleUse {
                kind: sample::OTHER_SINGLE_USE,
                used,
                ..sample::single_use(round)
            }))
        });
        let claimed = claimed.await;
        assert_eq!(winners(&claimed), 1, "{claimed:?}");
        assert_eq!(claimed.iter().filter(|o| **o == Outcome::Lost(Lost::Exists)).count(), 31, "{claimed:?}");
        let consume = |n: usize| {
            let when = Precondition::Consume { kind: sample::SINGLE_USE, key: code.key, now: sample::at(2) };
            let store = stores[n % 2].clone();
            async move { apply(&store, Some(when), Vec::new()).await }
        };
        let consumed = join_all((0..32).map(consume)).await;
        assert_eq!(winners(&consumed), 1, "{consumed:?}");
        assert_eq!(consumed.iter().filter(|o| matches!(o, Outcome::Lost(Lost::Used(_)))).count(), 31);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_32_wins_as_usual() {
    one_of_32_wins("read committed").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_32_wins_where_transactions_are_serialized() {
    one_of_32_wins("serializable").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_are_nobody_elses() {
    let (url, [a, b]) = nodes().await;
    let set = format!("ALTER DATABASE {} SET default_transaction_isolation = 'serializable'", name(&url));
    PostgresServer::shared().sql("postgres", &set);
    let c = open(&url).await;
    let all = [a, b, c].map(|store| async move {
        let mut firsts = Vec::new();
        for _ in 0..50 {
            firsts.push(store.reserve_ids(7).await.unwrap());
        }
        firsts
    });
    let mut firsts: Vec<u64> = join_all(all).await.concat();
    firsts.sort_unstable();
    assert_eq!(firsts, (0..150).map(|n| 1 + n * 7).collect::<Vec<_>>());
}
