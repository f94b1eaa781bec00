//! Several processes on one database. For stores that only one process can open, these check only that.

use std::collections::BTreeSet;
use std::time::Duration;

use jeton_core::ids::TokenId;
use jeton_core::model::{Reason, TokenState};
use jeton_core::store::{Command, Lost, Outcome};
use tokio::time::{Instant, timeout, timeout_at};

use super::super::probe::Probe;
use super::super::race::together;
use super::super::{Fixture, write};
use crate::sample;

/// This node and another one, if there can be one.
async fn two(f: &dyn Fixture) -> Option<(Probe, Probe)> {
    let (a, b) = (Probe::of(f), f.another().await.map(Probe::new));
    assert_eq!(a.is_shared(), b.is_some(), "shared, and no second handle can be had, or the other way round");
    b.map(|b| (a, b))
}

/// What has not arrived by then never will, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(300);

/// Listens until these tokens were all mentioned, or it has taken too long; what was mentioned.
async fn hear(node: &Probe, wanted: &BTreeSet<u64>) -> BTreeSet<u64> {
    let end = Instant::now() + PATIENCE;
    let mut heard = BTreeSet::new();
    while !heard.is_superset(wanted) {
        let Ok(events) = timeout_at(end, node.foreign_events()).await else { break };
        heard.extend(events.unwrap().iter().filter_map(|e| e.token).map(TokenId::get));
    }
    heard
}

pub(in super::super) async fn a_store_alone_hears_nothing(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    if s.is_shared() {
        return;
    }
    s.done([write::event(sample::event(1))]).await;
    assert!(timeout(Duration::from_millis(100), s.foreign_events()).await.is_err(), "it has nobody to hear of");
}

pub(in super::super) async fn nodes_see_one_ledger(f: &mut dyn Fixture) {
    let Some((a, b)) = two(f).await else { return };
    a.done([
        write::token(sample::token(1)),
        write::single_use(sample::single_use(1)),
        write::client(sample::client(1)),
    ])
    .await;
    assert_eq!(b.token(TokenId::new(1)).await.unwrap(), Some(sample::token(1)));
    assert_eq!(b.done([write::revoke(1, sample::at(1), Reason::User)]).await, 1);
    let state = TokenState::Revoked { at: sample::at(1), why: Reason::User };
    assert_eq!(a.token(TokenId::new(1)).await.unwrap().map(|t| t.state), Some(state));
    assert_eq!(a.lost_if(write::active(1), []).await, Lost::NotActive(state));
    b.done_if(write::consume(1, 1), []).await;
    assert!(matches!(a.lost_if(write::consume(1, 2), []).await, Lost::Used(_)));
    assert_eq!(b.client_by_id(sample::SERVICE, "client-1").await.unwrap(), Some(sample::client(1)));
    a.done([write::delete_client(1)]).await;
    assert_eq!(b.client_by_id(sample::SERVICE, "client-1").await.unwrap(), None);
    assert_eq!((a.ids(&Default::default()).await, b.ids(&Default::default()).await), (vec![1], vec![1]));
}

pub(in super::super) async fn nodes_share_the_numbers(f: &mut dyn Fixture) {
    let Some((a, b)) = two(f).await else { return };
    let firsts = together(0..40_u64, |n| {
        let s = if n % 2 == 0 { a.clone() } else { b.clone() };
        async move { s.reserve_ids(10).await.unwrap() }
    })
    .await;
    let ids: BTreeSet<u64> = firsts.iter().flat_map(|first| *first..first + 10).collect();
    assert_eq!(ids.len(), 400, "{firsts:?}");
}

pub(in super::super) async fn of_two_nodes_one_wins(f: &mut dyn Fixture) {
    let Some((a, b)) = two(f).await else { return };
    for round in 0..10_u64 {
        a.done([write::single_use(sample::single_use(round)), write::token(sample::token(round + 1))]).await;
        let outcomes = together(0..32_u64, |n| {
            let s = if n % 2 == 0 { a.clone() } else { b.clone() };
            let id = 1_000 + round * 100 + n;
            let when = if n < 16 { write::consume(round, 1) } else { write::rotate(round + 1, id, 1) };
            async move { s.outcome(Some(when), vec![write::token(sample::token(id))]).await }
        })
        .await;
        let done = |o: &&Outcome| matches!(o, Outcome::Done { .. });
        assert_eq!(outcomes[..16].iter().filter(done).count(), 1, "consumers of round {round}: {outcomes:?}");
        assert_eq!(outcomes[16..].iter().filter(done).count(), 1, "rotations of round {round}: {outcomes:?}");
        let of_round = |id: &&u64| (1_000 + round * 100..1_100 + round * 100).contains(*id);
        assert_eq!(a.ids(&Default::default()).await.iter().filter(of_round).count(), 2);
    }
}

pub(in super::super) async fn of_two_nodes_one_gets_the_name(f: &mut dyn Fixture) {
    let Some((a, b)) = two(f).await else { return };
    for round in 0..10_u64 {
        let outcomes = together(0..8_u64, |n| {
            let s = if n % 2 == 0 { a.clone() } else { b.clone() };
            let mut client = sample::client(round * 10 + n);
            client.client_id = jeton_core::ids::ClientId::new(&format!("wanted-{round}"));
            async move { s.apply(Command::of(vec![write::client(client)])).await.expect("an outcome") }
        })
        .await;
        let lost = outcomes.iter().filter(|o| **o == Outcome::Lost(Lost::Exists)).count();
        assert_eq!(lost, 7, "{outcomes:?}");
    }
}

/// Locks that are taken in opposite orders: one waits, none fails.
pub(in super::super) async fn nodes_that_cross_each_other_do_not_fail(f: &mut dyn Fixture) {
    let Some((a, b)) = two(f).await else { return };
    let tokens = (1..=40).map(|n| write::token(sample::token(n)));
    let clients = (1..=40).map(|n| write::client(sample::client(n)));
    a.done(tokens.chain(clients).collect::<Vec<_>>()).await;
    let change = |n: u64| [write::amend(n, Default::default()), write::client(sample::full_client(n))];
    for _ in 0..5 {
        let changed = together(0..16_u64, |caller| {
            let s = if caller % 2 == 0 { a.clone() } else { b.clone() };
            let writes: Vec<_> = match caller % 4 {
                0 | 3 => (1..=40).flat_map(change).collect(),
                _ => (1..=40).rev().flat_map(change).collect(),
            };
            async move { s.done(writes).await }
        })
        .await;
        assert_eq!(changed, [40; 16]);
    }
}

pub(in super::super) async fn a_node_hears_of_the_others(f: &mut dyn Fixture) {
    let Some((a, b)) = two(f).await else { return };
    a.done([write::event(sample::event(1))]).await;
    b.done([write::event(sample::event(2))]).await;
    assert_eq!(hear(&b, &BTreeSet::from([1])).await, BTreeSet::from([1]), "not its own");
    assert_eq!(hear(&a, &BTreeSet::from([2])).await, BTreeSet::from([2]), "not its own");
    let event = sample::full_event(3);
    a.done([write::event(event.clone())]).await;
    let mut heard = Vec::new();
    while heard.is_empty() {
        heard = timeout(PATIENCE, b.foreign_events()).await.expect("in time").unwrap();
    }
    assert!(heard.contains(&event), "{heard:?}");
}

/// Numbers of rows are given before commits: a feed that follows the highest one seen misses what commits late.
pub(in super::super) async fn a_node_misses_nothing(f: &mut dyn Fixture) {
    let Some((a, b)) = two(f).await else { return };
    let Some(c) = f.another().await.map(Probe::new) else { return };
    let wanted: BTreeSet<u64> = (1..=600).collect();
    let listener = tokio::spawn({
        let (c, wanted) = (c.clone(), wanted.clone());
        async move { hear(&c, &wanted).await }
    });
    together(0..24_u64, |n| {
        let s = if n % 2 == 0 { a.clone() } else { b.clone() };
        async move {
            for m in 0..25 {
                let id = n * 25 + m + 1;
                // Commits of very different lengths.
                let tokens = (0..if m % 5 == 0 { 200 } else { 0 }).map(|k| write::token(sample::token(id * 1_000 + k)));
                s.done(std::iter::once(write::event(sample::event(id))).chain(tokens).collect::<Vec<_>>()).await;
            }
        }
    })
    .await;
    let heard = listener.await.unwrap();
    let missed: Vec<_> = wanted.difference(&heard).collect();
    assert!(missed.is_empty(), "missed {} of {}: {missed:?}", missed.len(), wanted.len());
}
