//! Thirty-two at the same moment: one of them wins, and of the others nothing remains.

use jeton_core::ids::{ClientId, TokenId};
use jeton_core::model::{Client, Device, Document, KeyRecord, Reason, Service, SingleUse, Token, TokenState, User};
use jeton_core::store::{Command, Lost, Outcome, Precondition};

use super::super::probe::Probe;
use super::super::race::{self, winners};
use super::super::{Fixture, write};
use crate::sample;

const RACERS: u64 = 32;
const ROUNDS: u64 = 8;

/// Races commands that differ in their token only; the winner's number and the losses.
async fn race(s: &Probe, round: u64, when: impl Fn(u64) -> Precondition) -> (u64, Vec<Lost>) {
    let first = 1_000 * (round + 1);
    let command = |n| Command {
        when: Some(when(first + n)),
        writes: vec![write::token(sample::token(first + n)), write::event(sample::event(first + n))],
    };
    let outcomes = race::apply(s, (0..RACERS).map(command)).await;
    let won = winners(&outcomes);
    assert_eq!(won.len(), 1, "winners: {won:?}");
    let winner = first + won[0] as u64;
    let written = |id: &u64| (first..first + RACERS).contains(id);
    let mut ids = s.ids(&Default::default()).await;
    ids.retain(written);
    assert_eq!(ids, [winner], "the losers' tokens");
    let events = s.events(None, 1_000).await.unwrap();
    let events: Vec<_> = events.iter().filter_map(|e| e.token.map(TokenId::get)).filter(written).collect();
    assert_eq!(events, [winner], "the losers' events");
    let lost = outcomes.into_iter().filter_map(|o| match o {
        Outcome::Lost(lost) => Some(lost),
        Outcome::Done { .. } => None,
    });
    (winner, lost.collect())
}

pub(in super::super) async fn of_many_consumers_one_wins(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    for round in 0..ROUNDS {
        let code = SingleUse { payload: round.to_be_bytes().into(), ..sample::single_use(round) };
        s.done([write::single_use(code.clone())]).await;
        let at = |n: u64| sample::at(n.cast_signed() % 50);
        let when = |n| Precondition::Consume { kind: code.kind, key: code.key, now: at(n) };
        let (winner, lost) = race(&s, round, when).await;
        let used = SingleUse { used: Some(at(winner)), ..code.clone() };
        assert!(lost.iter().all(|l| *l == Lost::Used(Box::new(used.clone()))), "{lost:?}");
    }
}

/// Assertions: the claim is one of the writes, among those of others that do not meet.
pub(in super::super) async fn of_many_claims_beside_other_writes_one_wins(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    for round in 0..ROUNDS {
        let first = 1_000 * (round + 1);
        let claim = |n: u64| SingleUse {
            kind: sample::THIRD_SINGLE_USE,
            used: Some(sample::at(0)),
            expires: jeton_core::Timestamp::from_seconds(4_102_444_800),
            payload: Vec::new(),
            ..sample::single_use(n)
        };
        // The even ones present the same assertion, the odd ones each its own.
        let name = |n: u64| if n.is_multiple_of(2) { first } else { first + n };
        let command = |n| Command::of(vec![write::token(sample::token(first + n)), write::single_use(claim(name(n)))]);
        let outcomes = race::apply(&s, (0..RACERS).map(command)).await;
        let won = winners(&outcomes);
        let (odd, even): (Vec<usize>, Vec<usize>) = won.iter().partition(|n| **n % 2 == 1);
        assert_eq!((odd.len() as u64, even.len()), (RACERS / 2, 1), "winners: {won:?}");
        let lost = outcomes.iter().filter(|o| matches!(o, Outcome::Lost(lost) if *lost == Lost::Exists)).count();
        assert_eq!(lost as u64, RACERS / 2 - 1);
        let mut ids = s.ids(&Default::default()).await;
        ids.retain(|id| (first..first + RACERS).contains(id));
        assert_eq!(ids, won.iter().map(|n| first + *n as u64).collect::<Vec<_>>());
    }
}

pub(in super::super) async fn of_many_rotations_one_wins(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    for round in 0..ROUNDS {
        let token = round + 1;
        s.done([write::token(sample::token(token))]).await;
        let (winner, lost) = race(&s, round, |n| write::rotate(token, n, 7)).await;
        let state = TokenState::Rotated { at: sample::at(7), to: TokenId::new(winner) };
        assert!(lost.iter().all(|l| *l == Lost::NotActive(state)), "{lost:?}");
        assert_eq!(s.token(TokenId::new(token)).await.unwrap().map(|t| t.state), Some(state));
    }
}

pub(in super::super) async fn of_many_claims_one_wins(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    for round in 0..ROUNDS {
        let claim = |n: u64| SingleUse {
            kind: sample::THIRD_SINGLE_USE,
            used: Some(sample::at(1)),
            payload: n.to_be_bytes().into(),
            ..sample::single_use(round)
        };
        let (winner, lost) = race(&s, round, |n| write::claim(claim(n))).await;
        assert!(lost.iter().all(|l| *l == Lost::Exists), "{lost:?}");
        let kept = s.single_use(sample::THIRD_SINGLE_USE, sample::single_use_key(round)).await.unwrap();
        assert_eq!(kept, Some(claim(winner)));
    }
}

pub(in super::super) async fn of_many_namesakes_one_is_written(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    for round in 0..ROUNDS {
        let name = format!("wanted-{round}");
        let client = |n| Client { client_id: ClientId::new(&name), ..sample::client(n) };
        let command = |n| Command::of(vec![write::token(sample::token(n)), write::client(client(n))]);
        let numbers: Vec<_> = (1..=RACERS).map(|n| 100 * round + n).collect();
        let outcomes = race::apply(&s, numbers.iter().map(|n| command(*n))).await;
        let won = winners(&outcomes);
        assert_eq!(won.len(), 1, "winners: {won:?}");
        let winner = numbers[won[0]];
        assert!(outcomes.iter().all(|o| matches!(o, Outcome::Done { .. } | Outcome::Lost(Lost::Exists))));
        assert_eq!(s.client_by_id(sample::SERVICE, &name).await.unwrap(), Some(client(winner)));
        let mut ids = s.ids(&Default::default()).await;
        ids.retain(|id| numbers.contains(id));
        assert_eq!(ids, [winner]);
    }
}

/// A record's own name is free for it, also if it got the name just now.
pub(in super::super) async fn many_writers_of_one_new_record_all_write_it(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    for n in 1..=ROUNDS {
        let version = |v: u64| sample::at(v.cast_signed());
        let puts = |v: u64| {
            [
                write::client(Client { updated: version(v), ..sample::client(n) }),
                write::user(User { updated: version(v), ..sample::user(n) }),
                write::document(Document { updated: version(v), ..sample::document(n) }),
                write::device(Device { created: version(v), ..sample::device(n) }),
                write::service(Service { created: version(v), ..sample::service(n) }),
                write::key(KeyRecord { published: version(v), ..sample::key(n) }),
            ]
        };
        let outcomes = race::apply(&s, (0..6).flat_map(puts).map(|put| Command::of(vec![put]))).await;
        let lost: Vec<_> = (0..outcomes.len()).filter(|n| !winners(&outcomes).contains(n)).collect();
        assert!(lost.is_empty(), "of client, user, document, device, service, key these were lost: {lost:?}");
    }
}

pub(in super::super) async fn of_many_revocations_one_counts(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    for round in 1..=ROUNDS {
        s.done([write::token(sample::token(round)), write::grant(sample::grant(round))]).await;
        let at = |n: u64| sample::at(n.cast_signed());
        let token = |n| Command::of(vec![write::revoke(round, at(n), Reason::User)]);
        let grant = |n| Command::of(vec![write::revoke_grant(round, at(n), Reason::User)]);
        let outcomes = race::apply(&s, (0..RACERS).map(token).chain((0..RACERS).map(grant))).await;
        let counted = outcomes.iter().map(|o| match o {
            Outcome::Done { changed } => *changed,
            Outcome::Lost(lost) => panic!("{lost:?}"),
        });
        assert_eq!(counted.sum::<u64>(), 2);
    }
}

/// A refresh and a revocation at the same time: either the refresh came first and its token exists, or nothing of it
/// does.
pub(in super::super) async fn a_rotation_and_a_revocation_agree(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    for round in 1..=40 {
        s.done([write::token(sample::token(round))]).await;
        let child = Token { parent: Some(TokenId::new(round)), ..sample::token(1_000 + round) };
        let rotation =
            Command { when: Some(write::rotate(round, 1_000 + round, 1)), writes: vec![write::token(child)] };
        let revocation = Command::of(vec![write::revoke(round, sample::at(1), Reason::Admin)]);
        let outcomes = race::apply(&s, [rotation, revocation]).await;
        let child = s.token(TokenId::new(1_000 + round)).await.unwrap();
        assert_eq!(matches!(outcomes[0], Outcome::Done { .. }), child.is_some());
        assert_eq!(outcomes[1], Outcome::Done { changed: 1 });
        let state = s.token(TokenId::new(round)).await.unwrap().map(|t| t.state);
        assert!(matches!(state, Some(TokenState::Revoked { .. })), "{state:?}");
    }
}
