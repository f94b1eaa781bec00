//! Many commands of all sorts at once: each has exactly one outcome, and the ledger shows the sum of them.

use jeton_core::ids::TokenId;
use jeton_core::model::{Reason, TokenState};
use jeton_core::store::{Command, Lost, Outcome};

use super::super::probe::Probe;
use super::super::race::{self, together};
use super::super::{Fixture, write};
use crate::sample;

pub(in super::super) async fn five_hundred_commands_have_five_hundred_outcomes(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let codes = (0..50).map(|n| write::single_use(sample::single_use(n)));
    let tokens = (1..=50).map(|n| write::token(sample::token(n)));
    s.done(codes.chain(tokens).collect::<Vec<_>>()).await;
    // Ten kinds of commands; five of each ten are rivals for the same code or token, fifty times over.
    let command = |n: u64| {
        let (lane, group) = (n % 10, n / 10);
        let mine = write::token(sample::token(1_000 + n));
        match lane {
            0..=2 => Command { when: Some(write::consume(group, 1)), writes: vec![mine] },
            3..=4 => Command { when: Some(write::rotate(group + 1, 1_000 + n, 1)), writes: vec![mine] },
            5 => Command { when: Some(write::active(9_999)), writes: vec![mine] },
            6 => Command::of(vec![mine, write::event(sample::event(n))]),
            7 => Command::of(vec![mine, write::client(sample::client(7))]),
            8 => Command::of(vec![mine, write::revoke(9_999, sample::at(1), Reason::Admin)]),
            _ => Command::of(vec![mine]),
        }
    };
    let outcomes = race::apply(&s, (0..500).map(command)).await;
    let done = |lane: u64| {
        let of_lane = outcomes.iter().zip(0..500_u64).filter(|(_, n)| n % 10 == lane);
        of_lane.filter(|(o, _)| matches!(o, Outcome::Done { .. })).count()
    };
    assert_eq!(done(0) + done(1) + done(2), 50, "each code has one consumer");
    assert_eq!(done(3) + done(4), 50, "each token has one successor");
    assert_eq!((done(5), done(6), done(7), done(8), done(9)), (0, 50, 50, 50, 50));
    for (n, outcome) in (0..500_u64).zip(&outcomes) {
        let there = s.token(TokenId::new(1_000 + n)).await.unwrap().is_some();
        assert_eq!(there, matches!(outcome, Outcome::Done { .. }), "command {n}: {outcome:?}");
        if n % 10 == 5 {
            assert_eq!(*outcome, Outcome::Lost(Lost::Missing));
        }
    }
    for n in 1..=50 {
        let state = s.token(TokenId::new(n)).await.unwrap().unwrap().state;
        let TokenState::Rotated { to, .. } = state else { panic!("{n}: {state:?}") };
        assert!(s.token(to).await.unwrap().is_some(), "{n} points at a successor that is not there");
    }
    assert_eq!(s.events(None, 1_000).await.unwrap().len(), 50);
}

/// Each caller reads what they wrote, at once, by every way to it.
pub(in super::super) async fn everyone_reads_his_own_writes(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    together(1..=64_u64, |n| {
        let s = s.clone();
        async move {
            for round in 0..5 {
                let id = 100 * n + round;
                let alias = sample::hash(id);
                s.done([write::aliased(sample::token(id), alias), write::grant(sample::grant(id))]).await;
                assert_eq!(s.token(TokenId::new(id)).await.unwrap(), Some(sample::token(id)));
                assert_eq!(s.token_by_alias(sample::SERVICE, alias).await.unwrap(), Some(sample::token(id)));
                assert_eq!(s.grant(sample::grant(id).id).await.unwrap(), Some(sample::grant(id)));
                s.done([write::client(sample::client(id))]).await;
                let name = format!("client-{id}");
                assert_eq!(s.client_by_id(sample::SERVICE, &name).await.unwrap(), Some(sample::client(id)));
                assert_eq!(s.done([write::revoke(id, sample::at(1), Reason::User)]).await, 1);
                let state = s.token(TokenId::new(id)).await.unwrap().unwrap().state;
                assert!(matches!(state, TokenState::Revoked { .. }), "{state:?}");
            }
        }
    })
    .await;
}
