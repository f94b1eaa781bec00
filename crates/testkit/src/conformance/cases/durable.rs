//! Acknowledged writes are there, whatever happens to the caller or the process.

use jeton_core::ids::{GrantId, TokenId};
use jeton_core::model::{Event, Reason, SingleUse, Token, TokenState};
use jeton_core::store::{Command, Lost, TokenFilter};

use super::super::probe::Probe;
use super::super::snapshot::Snapshot;
use super::super::{Fixture, write};
use crate::sample;

/// Every way to find something finds it after a crash: also an entry that only memory could find so far.
pub(in super::super) async fn a_crash_keeps_everything(f: &mut dyn Fixture) {
    for round in 0..4_u64 {
        let s = Probe::of(f);
        for n in 1..=4 {
            let n = 4 * round + n;
            s.done([
                write::aliased(sample::token(n), sample::hash(n)),
                write::grant(sample::grant(n)),
                write::single_use(SingleUse { kind: sample::SINGLE_USE, ..sample::single_use(n % 8) }),
                write::client(sample::client(n)),
                write::event(Event { at: sample::at(n.cast_signed()), ..sample::event(n) }),
            ])
            .await;
            s.done_if(write::consume(n % 8, 1), [write::revoke(n, sample::at(1), Reason::User)]).await;
            // So that the same key can be used again.
            s.sweep(sample::at(61), 10).await.unwrap();
        }
        let before = Snapshot::of(&*s).await;
        let last = s.reserve_ids(10).await.unwrap() + 9;
        drop(s);
        f.crash().await;
        let s = Probe::of(f);
        assert_eq!(Snapshot::of(&*s).await.difference(&before), None, "after crash {round}");
        assert!(s.reserve_ids(1).await.unwrap() > last);
    }
}

pub(in super::super) async fn reopening_keeps_everything(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    for n in 1..=8 {
        s.done([
            write::aliased(sample::token(10 + n), sample::hash(10 + n)),
            write::token(sample::full_token(20 + n)),
            write::grant(sample::grant(10 + n)),
            write::grant(sample::full_grant(20 + n)),
            write::single_use(sample::single_use(n)),
            write::client(sample::full_client(n)),
            write::user(sample::full_user(n)),
            write::service(sample::full_service(n)),
            write::key(sample::full_key(n)),
            write::document(sample::full_document(n)),
            write::device(sample::full_device(n)),
            write::event(Event { at: sample::at(n.cast_signed()), ..sample::full_event(n) }),
        ])
        .await;
    }
    s.meta_set("m", b"v").await.unwrap();
    let before = Snapshot::of(&*s).await;
    drop(s);
    for _ in 0..3 {
        f.reopen().await;
        let s = Probe::of(f);
        assert_eq!(Snapshot::of(&*s).await.difference(&before), None);
        assert_eq!(s.meta("m").await.unwrap().as_deref(), Some(&b"v"[..]));
    }
}

pub(in super::super) async fn what_ended_stays_ended_after_reopening(f: &mut dyn Fixture) {
    what_ended_stays_ended(f, false).await;
}

/// Each command was acknowledged, so each is on disk, whatever tables were still to be written afterwards.
pub(in super::super) async fn what_ended_stays_ended_after_a_crash(f: &mut dyn Fixture) {
    what_ended_stays_ended(f, true).await;
}

async fn what_ended_stays_ended(f: &mut dyn Fixture, crash: bool) {
    let s = Probe::of(f);
    s.done([1, 2, 3].map(|n| write::token(sample::token(n)))).await;
    s.done([write::grant(sample::grant(4)), write::single_use(sample::single_use(1))]).await;
    s.done([write::revoke(1, sample::at(1), Reason::User), write::revoke_grant(4, sample::at(1), Reason::User)]).await;
    s.done_if(write::rotate(2, 9, 1), []).await;
    s.done_if(write::consume(1, 1), []).await;
    let claim = SingleUse { kind: sample::OTHER_SINGLE_USE, used: Some(sample::at(1)), ..sample::single_use(2) };
    s.done_if(write::claim(claim.clone()), []).await;
    s.done([write::client(sample::client(1))]).await;
    s.done([write::delete_client(1)]).await;
    drop(s);
    reopen(f, crash).await;
    let s = Probe::of(f);
    assert!(matches!(s.lost_if(write::active(1), []).await, Lost::NotActive(TokenState::Revoked { .. })));
    assert!(matches!(s.lost_if(write::rotate(2, 8, 2), []).await, Lost::NotActive(TokenState::Rotated { .. })));
    assert!(matches!(s.lost_if(write::consume(1, 2), []).await, Lost::Used(_)));
    assert_eq!(s.lost_if(write::claim(claim), []).await, Lost::Exists);
    assert_eq!(s.done([write::revoke_grant(4, sample::at(2), Reason::Admin)]).await, 0);
    assert_eq!(s.client_by_id(sample::SERVICE, "client-1").await.unwrap(), None);
    s.done_if(write::active(3), []).await;
    assert!(s.grant(GrantId::new(4)).await.unwrap().is_some());
}

async fn reopen(f: &mut dyn Fixture, crash: bool) {
    if crash {
        f.crash().await;
    } else {
        f.reopen().await;
    }
}

/// What lists need is filled behind: a restart must find where that stopped.
pub(in super::super) async fn lists_are_whole_after_reopening(f: &mut dyn Fixture) {
    lists_are_whole(f, false).await;
}

/// And where it was torn off.
pub(in super::super) async fn lists_are_whole_after_a_crash(f: &mut dyn Fixture) {
    lists_are_whole(f, true).await;
}

async fn lists_are_whole(f: &mut dyn Fixture, crash: bool) {
    let filter = TokenFilter { client: Some(sample::CLIENT), ..Default::default() };
    let mut all = Vec::new();
    for round in 0..5 {
        let s = Probe::of(f);
        for n in 1..=150 {
            // Not in the order of their numbers, and some in blocks.
            let id = 10_000 - (round * 1_000 + n * 5) + if n % 7 == 0 { 10_000_000 * n } else { 0 };
            let tokens: Vec<_> = (id..id + if n % 10 == 0 { 4 } else { 1 }).collect();
            s.done(tokens.iter().map(|n| write::token(sample::token(*n))).collect::<Vec<_>>()).await;
            all.extend(tokens);
        }
        drop(s);
        reopen(f, crash).await;
        all.sort_unstable();
        assert_eq!(Probe::of(f).ids(&filter).await, all);
    }
}

/// A client that hangs up must not take half a command with it, nor the store.
pub(in super::super) async fn a_dropped_caller_leaves_all_or_nothing(f: &mut dyn Fixture) {
    use futures::FutureExt;
    let s = Probe::of(f);
    for n in 0..200 {
        let pair = [1, 2].map(|m| write::token(sample::token(2 * n + m)));
        let mut asked = s.apply(Command::of(pair.into()));
        // Polled once, as a task does it, or not at all.
        if n % 4 != 0 {
            drop((&mut asked).now_or_never());
        }
        drop(asked);
        if n % 50 == 0 {
            s.done([write::token(Token { client: None, ..sample::token(10_000 + n) })]).await;
        }
    }
    s.done([write::token(sample::token(20_000))]).await;
    drop(s);
    // Closing also waits for work without a waiting caller.
    f.reopen().await;
    let s = Probe::of(f);
    for n in 0..200 {
        let there = [1, 2].map(|m| s.token(TokenId::new(2 * n + m)));
        let there = futures::future::try_join_all(there).await.unwrap();
        assert_eq!(there[0].is_some(), there[1].is_some(), "half of command {n}");
    }
    assert!(s.token(TokenId::new(20_000)).await.unwrap().is_some());
}
