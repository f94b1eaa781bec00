//! Ended rows are removed, in bounded steps, and nothing else.

use jeton_core::ids::{GrantId, TokenId};
use jeton_core::model::{Grant, GrantState, Reason, SingleUse, Token, TokenState};

use jeton_core::store::{TokenChange, TokenFilter};

use super::super::probe::{Probe, same};
use super::super::snapshot::Snapshot;
use super::super::{Fixture, write};
use crate::sample;

/// Sweeps until nothing is left to sweep; how many rows each step took.
async fn sweep(s: &Probe, at: i64, limit: u32) -> Vec<u64> {
    let mut steps = Vec::new();
    loop {
        let removed = s.sweep(sample::at(at), limit).await.unwrap();
        assert!(removed <= u64::from(limit), "{removed} rows in a step of {limit}");
        if removed == 0 {
            return steps;
        }
        steps.push(removed);
    }
}

pub(in super::super) async fn a_sweep_takes_bounded_steps(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let tokens = (1..=300).map(|n| write::token(Token { expires: Some(sample::at(10)), ..sample::token(n) }));
    let grants = (1..=50).map(|n| write::grant(Grant { expires: Some(sample::at(10)), ..sample::grant(n) }));
    let single_uses =
        (1..=50).map(|n| write::single_use(SingleUse { expires: sample::at(10), ..sample::single_use(n) }));
    s.done(tokens.chain(grants).chain(single_uses).collect::<Vec<_>>()).await;
    assert_eq!(s.sweep(sample::at(100), 1).await.unwrap(), 1);
    let steps = sweep(&s, 100, 70).await;
    assert_eq!(steps.iter().sum::<u64>(), 399, "{steps:?}");
    assert!(steps.len() >= 6, "{steps:?}");
    assert_eq!(s.ids(&Default::default()).await, Vec::<u64>::new());
    assert_eq!(s.grant(GrantId::new(50)).await.unwrap(), None);
    assert_eq!(s.single_use(sample::single_use(50).kind, sample::single_use_key(50)).await.unwrap(), None);
}

pub(in super::super) async fn a_sweep_leaves_what_is_not_over(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let expires = [None, Some(sample::at(101)), Some(sample::at(100_000))];
    let tokens = (1..).zip(expires).map(|(n, expires)| write::token(Token { expires, ..sample::token(n) }));
    let grants = (1..).zip(expires).map(|(n, expires)| write::grant(Grant { expires, ..sample::grant(n) }));
    let single_uses = [101, 100_000]
        .map(|t| write::single_use(SingleUse { expires: sample::at(t), ..sample::single_use(t as u64 % 8) }));
    s.done(tokens.chain(grants).chain(single_uses).collect::<Vec<_>>()).await;
    // Records of other nouns have no end, and a token that has ended before its expiry is remembered.
    s.done([
        write::aliased(sample::token(10), sample::hash(10)),
        write::revoke(10, sample::at(1), Reason::Admin),
        write::token(Token { expires: None, ..sample::token(11) }),
        write::revoke(11, sample::at(1), Reason::Admin),
        write::revoke_grant(1, sample::at(1), Reason::Admin),
        write::client(sample::client(1)),
        write::user(sample::user(1)),
        write::service(sample::service(1)),
        write::key(sample::full_key(1)),
        write::document(sample::document(1)),
        write::device(sample::device(1)),
        write::event(sample::event(1)),
    ])
    .await;
    s.done_if(write::consume(101 % 8, 1), []).await;
    let before = Snapshot::of(&*s).await;
    assert_eq!(sweep(&s, 100, 10).await, Vec::<u64>::new());
    assert_eq!(Snapshot::of(&*s).await.difference(&before), None);
}

pub(in super::super) async fn a_sweep_tells_the_living_from_the_dead(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let expires = |n: u64| [None, Some(sample::at(50)), Some(sample::at(500))][n as usize % 3];
    let tokens = (1..=60).map(|n| write::token(Token { expires: expires(n), ..sample::token(n) }));
    let grants = (1..=60).map(|n| write::grant(Grant { expires: expires(n), ..sample::grant(n) }));
    s.done(tokens.chain(grants).collect::<Vec<_>>()).await;
    assert_eq!(sweep(&s, 100, 7).await.iter().sum::<u64>(), 40);
    let living: Vec<u64> = (1..=60).filter(|n| n % 3 != 1).collect();
    assert_eq!(s.ids(&Default::default()).await, living);
    for n in 1..=60 {
        let there = s.token(TokenId::new(n)).await.unwrap().is_some();
        let grant = s.grant(GrantId::new(n)).await.unwrap().is_some();
        assert_eq!((there, grant), (n % 3 != 1, n % 3 != 1), "{n}");
    }
    assert_eq!(sweep(&s, 1_000, 1_000).await.iter().sum::<u64>(), 40);
    assert_eq!(s.ids(&Default::default()).await, (1..=60).filter(|n| n % 3 == 0).collect::<Vec<_>>());
}

/// Numbers of a ledger with a past: far apart, and not in the order of their expiry.
pub(in super::super) async fn a_sweep_finds_the_ended_among_far_numbers(f: &mut dyn Fixture) {
    let mut s = Probe::of(f);
    let far = |n: u64| (n * 37 % 101 + 1) * 77_777_777;
    let expires = |n: u64| sample::at(i64::try_from(n * 53 % 101).unwrap() * 10);
    for n in 0..100 {
        let token = Token { expires: Some(expires(n)), ..sample::token(far(n)) };
        let grant = Grant { expires: Some(expires(n)), ..sample::grant(far(n)) };
        s.done([write::token(token), write::grant(grant)]).await;
    }
    for t in [5, 105, 555, 1_111] {
        sweep(&s, t, 8).await;
        drop(s);
        f.crash().await;
        s = Probe::of(f);
        assert_eq!(sweep(&s, t, 8).await, Vec::<u64>::new(), "a sweep that is done at {t} s");
        let mut living: Vec<_> = (0..100).filter(|n| expires(*n) > sample::at(t)).map(far).collect();
        living.sort_unstable();
        assert_eq!(s.ids(&Default::default()).await, living, "after the sweep at {t} s");
        for n in 0..100 {
            let there = s.grant(GrantId::new(far(n))).await.unwrap().is_some();
            assert_eq!(there, expires(n) > sample::at(t), "grant {} after the sweep at {t} s", far(n));
        }
    }
}

/// The data that tells a sweep where to look may be in memory and written later. After a crash it must still find rows
/// whose numbers are far behind the newest, or they would never be removed.
pub(in super::super) async fn a_sweep_finds_late_numbers_after_a_crash(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    s.done([write::token(Token { expires: None, ..sample::token(900_000_000) })]).await;
    // Lists are whole up to there.
    assert_eq!(s.ids(&TokenFilter { client: Some(sample::CLIENT), ..Default::default() }).await, [900_000_000]);
    s.done([write::grant(sample::grant(5)), write::token(sample::token(6)), write::single_use(sample::single_use(7))])
        .await;
    drop(s);
    f.crash().await;
    let s = Probe::of(f);
    assert_eq!(sweep(&s, 100_000, 10).await.iter().sum::<u64>(), 3);
    assert_eq!(s.ids(&Default::default()).await, [900_000_000]);
    assert_eq!(s.grant(GrantId::new(5)).await.unwrap(), None);
}

/// The same for a token whose expiry came later than the token.
pub(in super::super) async fn a_sweep_finds_an_amended_expiry_after_a_crash(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    s.done([6, 900_000_000].map(|n| write::token(Token { expires: None, ..sample::token(n) }))).await;
    let filter = TokenFilter { client: Some(sample::CLIENT), ..Default::default() };
    assert_eq!(s.ids(&filter).await, [6, 900_000_000]);
    let change = TokenChange { expires: Some(Some(sample::at(5))), ..Default::default() };
    assert_eq!(s.done([write::amend(6, change)]).await, 1);
    drop(s);
    f.crash().await;
    let s = Probe::of(f);
    assert_eq!(sweep(&s, 100_000, 10).await, [1]);
    assert_eq!(s.ids(&filter).await, [900_000_000]);
}

pub(in super::super) async fn a_swept_token_is_found_by_nothing(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let (token, alias) = (sample::token(1), sample::hash(100));
    s.done([write::aliased(token.clone(), alias)]).await;
    assert_eq!(sweep(&s, 3_601, 10).await, [1]);
    assert_eq!(s.token(token.id).await.unwrap(), None);
    assert_eq!(s.token_by_alias(token.service, alias).await.unwrap(), None);
    assert_eq!(s.ids(&Default::default()).await, Vec::<u64>::new());
    assert_eq!(s.done([write::revoke(1, sample::at(1), Reason::Admin)]).await, 0);
    // A caller may choose the same value again.
    s.done([write::aliased(sample::token(2), alias)]).await;
    same(s.token_by_alias(token.service, alias).await.unwrap(), &sample::token(2));
}

/// An amended expiry is the one that counts.
pub(in super::super) async fn a_sweep_goes_by_the_expiry_of_now(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    s.done([1, 2, 3].map(|n| write::token(sample::token(n)))).await;
    let expires = |to| TokenChange { expires: Some(to), ..Default::default() };
    s.done([
        write::amend(1, expires(Some(sample::at(5)))),
        write::amend(2, expires(None)),
        write::amend(3, expires(Some(sample::at(50_000)))),
    ])
    .await;
    assert_eq!(sweep(&s, 100, 10).await, [1]);
    assert_eq!(sweep(&s, 10_000, 10).await, Vec::<u64>::new());
    assert_eq!(s.ids(&Default::default()).await, [2, 3]);
    assert_eq!(sweep(&s, 60_000, 10).await, [1]);
    assert_eq!(s.ids(&Default::default()).await, [2]);
}

pub(in super::super) async fn what_was_revoked_stays_so_until_it_expires(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    s.done([write::token(sample::token(1)), write::grant(sample::grant(2))]).await;
    s.done([write::revoke(1, sample::at(1), Reason::User), write::revoke_grant(2, sample::at(1), Reason::User)]).await;
    sweep(&s, 3_599, 10).await;
    f.reopen().await;
    let s = Probe::of(f);
    sweep(&s, 3_599, 10).await;
    let state = TokenState::Revoked { at: sample::at(1), why: Reason::User };
    assert_eq!(s.token(TokenId::new(1)).await.unwrap().map(|t| t.state), Some(state));
    let state = GrantState::Revoked { at: sample::at(1), why: Reason::User };
    assert_eq!(s.grant(GrantId::new(2)).await.unwrap().map(|g| g.state), Some(state));
    sweep(&s, 3_601, 10).await;
    assert_eq!(s.token(TokenId::new(1)).await.unwrap(), None);
}

/// Issuance continues during the sweep, and neither affects the other.
pub(in super::super) async fn a_sweep_harms_no_writer(f: &mut dyn Fixture) {
    use super::super::race::together;
    let s = Probe::of(f);
    together(0..8_u64, |caller| {
        let s = s.clone();
        async move {
            for n in 0..40 {
                let id = n * 8 + caller + 1;
                let expires = Some(sample::at(if id.is_multiple_of(2) { 10 } else { 1_000 }));
                s.done([write::token(Token { expires, ..sample::token(id) })]).await;
                if caller == 0 {
                    s.sweep(sample::at(100), 9).await.unwrap();
                }
            }
        }
    })
    .await;
    sweep(&s, 100, 1_000).await;
    assert_eq!(s.ids(&Default::default()).await, (1..=320).filter(|n| n % 2 == 1).collect::<Vec<_>>());
}
