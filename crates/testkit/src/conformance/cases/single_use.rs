//! What works once.

use jeton_core::Timestamp;
use jeton_core::ids::{GrantId, TokenId};
use jeton_core::model::SingleUse;
use jeton_core::store::{Lost, Precondition, Write};

use super::super::probe::{Probe, same};
use super::super::{Fixture, write};
use crate::sample;

/// Expired by every clock.
const LONG_AGO: Timestamp = Timestamp::from_seconds(1_000);
/// Not expired by any clock.
const FAR: Timestamp = Timestamp::from_seconds(4_102_444_800);

pub(in super::super) async fn the_first_use_wins(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let code = SingleUse { grant: Some(GrantId::new(5)), payload: b"redirect".to_vec(), ..sample::single_use(1) };
    s.done([write::single_use(code.clone())]).await;
    s.done_if(write::consume(1, 10), [write::token(sample::token(1))]).await;
    let used = SingleUse { used: Some(sample::at(10)), ..code };
    same(s.single_use(used.kind, used.key).await.unwrap(), &used);
    // The second learns which family the first use led to: that family must end.
    let lost = s.lost_if(write::consume(1, 20), [write::token(sample::token(2))]).await;
    assert_eq!(lost, Lost::Used(Box::new(used.clone())));
    same(s.single_use(used.kind, used.key).await.unwrap(), &used);
    assert_eq!(s.token(TokenId::new(2)).await.unwrap(), None);
}

pub(in super::super) async fn an_entry_of_another_kind_is_missing(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    s.done([write::single_use(sample::single_use(1))]).await;
    assert_eq!(s.lost_if(write::consume(2, 1), []).await, Lost::Missing);
    let ticket =
        Precondition::Consume { kind: sample::OTHER_SINGLE_USE, key: sample::single_use_key(1), now: sample::at(1) };
    assert_eq!(s.lost_if(ticket, []).await, Lost::Missing);
    s.done_if(write::consume(1, 1), []).await;
}

pub(in super::super) async fn an_entry_is_good_until_it_expires(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    s.done([write::single_use(sample::single_use(1))]).await;
    assert_eq!(s.lost_if(write::consume(1, 61), []).await, Lost::Expired);
    assert_eq!(s.lost_if(write::consume(1, 60), []).await, Lost::Expired);
    same(s.single_use(sample::SINGLE_USE, sample::single_use_key(1)).await.unwrap(), &sample::single_use(1));
    let last = Timestamp::from_millis(sample::at(60).millis() - 1);
    let when = Precondition::Consume { kind: sample::SINGLE_USE, key: sample::single_use_key(1), now: last };
    s.done_if(when, []).await;
}

pub(in super::super) async fn a_used_entry_stays_used_when_it_expires(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    s.done([write::single_use(sample::single_use(1))]).await;
    s.done_if(write::consume(1, 10), []).await;
    assert!(matches!(s.lost_if(write::consume(1, 999), []).await, Lost::Used(_)));
}

pub(in super::super) async fn a_dropped_entry_is_gone_and_its_name_free(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let drop = |n| Write::DropSingleUse { kind: sample::SINGLE_USE, key: sample::single_use_key(n) };
    s.done([write::single_use(sample::single_use(1)), write::single_use(sample::single_use(2))]).await;
    // With the writes of the same command, like all others; a missing row is no change.
    assert_eq!(s.done([drop(1), write::single_use(sample::single_use(3)), drop(9)]).await, 1);
    assert_eq!(s.single_use(sample::SINGLE_USE, sample::single_use_key(1)).await.unwrap(), None);
    assert_eq!(s.lost_if(write::consume(1, 1), []).await, Lost::Missing);
    assert_eq!(s.done([drop(1)]).await, 0);
    s.done([write::single_use(sample::single_use(1))]).await;
    s.done_if(write::consume(1, 1), []).await;
    s.done_if(write::consume(2, 1), []).await;
    s.done_if(write::consume(3, 1), [drop(3)]).await;
    assert_eq!(s.single_use(sample::SINGLE_USE, sample::single_use_key(3)).await.unwrap(), None);
}

pub(in super::super) async fn a_claim_is_made_once(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let claim = |after: i64| SingleUse {
        kind: sample::THIRD_SINGLE_USE,
        used: Some(sample::at(after)),
        expires: sample::at(after + 100),
        payload: after.to_be_bytes().into(),
        ..sample::single_use(1)
    };
    s.done_if(write::claim(claim(0)), [write::token(sample::token(1))]).await;
    same(s.single_use(sample::THIRD_SINGLE_USE, sample::single_use_key(1)).await.unwrap(), &claim(0));
    // It is written as used: it cannot be consumed.
    let consume =
        Precondition::Consume { kind: sample::THIRD_SINGLE_USE, key: sample::single_use_key(1), now: sample::at(1) };
    assert_eq!(s.lost_if(consume, []).await, Lost::Used(Box::new(claim(0))));
    assert_eq!(s.lost_if(write::claim(claim(99)), [write::token(sample::token(2))]).await, Lost::Exists);
    same(s.single_use(sample::THIRD_SINGLE_USE, sample::single_use_key(1)).await.unwrap(), &claim(0));
    // The same assertion id of another kind, and after its expiry, is another matter.
    s.done_if(write::claim(SingleUse { kind: sample::OTHER_SINGLE_USE, ..claim(50) }), []).await;
    s.done_if(write::claim(claim(100)), [write::token(sample::token(3))]).await;
    same(s.single_use(sample::THIRD_SINGLE_USE, sample::single_use_key(1)).await.unwrap(), &claim(100));
    assert_eq!(s.ids(&Default::default()).await, [1, 3]);
}

/// An assertion's claim is written together with what it led to: if it fails, everything fails, and nothing was used
/// up.
pub(in super::super) async fn a_claim_beside_a_precondition_is_made_once(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let claim = || SingleUse {
        kind: sample::THIRD_SINGLE_USE,
        used: Some(sample::at(1)),
        expires: FAR,
        payload: Vec::new(),
        ..sample::single_use(9)
    };
    s.done([
        write::single_use(sample::single_use(1)),
        write::single_use(sample::single_use(2)),
        write::token(sample::token(50)),
    ])
    .await;
    s.done_if(write::consume(1, 1), [write::single_use(claim()), write::token(sample::token(1))]).await;
    for _ in 0..2 {
        let writes = [write::token(sample::token(2)), write::single_use(claim())];
        assert_eq!(s.lost_if(write::consume(2, 1), writes).await, Lost::Exists);
        let writes = [write::single_use(claim()), write::token(sample::token(2))];
        assert_eq!(s.lost_if(Precondition::Active(TokenId::new(50)), writes).await, Lost::Exists);
    }
    assert_eq!(s.ids(&Default::default()).await, [1, 50]);
    // The code of the request that was refused is still good; of one that is not, the code is to blame.
    s.done_if(write::consume(2, 2), []).await;
    assert!(matches!(s.lost_if(write::consume(1, 3), [write::single_use(claim())]).await, Lost::Used(_)));
}

pub(in super::super) async fn a_claim_meets_an_unused_entry(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    s.done([write::single_use(sample::single_use(1))]).await;
    let claim = SingleUse { used: Some(sample::at(1)), ..sample::single_use(1) };
    assert_eq!(s.lost_if(write::claim(claim), []).await, Lost::Exists);
    s.done_if(write::consume(1, 2), []).await;
}

pub(in super::super) async fn a_new_entry_takes_an_expired_ones_place_only(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let old = SingleUse { expires: LONG_AGO, payload: vec![1], ..sample::single_use(1) };
    let living = SingleUse { expires: FAR, payload: vec![2], ..sample::single_use(1) };
    s.done([write::single_use(old)]).await;
    s.done([write::single_use(living.clone())]).await;
    same(s.single_use(living.kind, living.key).await.unwrap(), &living);
    // Whether the newcomer would live longer or not.
    for seconds in [-1_000, 0, 1_000] {
        let expires = Timestamp::from_seconds(FAR.seconds() + seconds);
        let third = SingleUse { payload: vec![3], expires, ..living.clone() };
        assert_eq!(s.lost([write::single_use(third.clone())]).await, Lost::Exists, "{seconds} s later");
        assert_eq!(s.lost([write::event(sample::event(1)), write::single_use(third)]).await, Lost::Exists);
    }
    same(s.single_use(living.kind, living.key).await.unwrap(), &living);
    assert_eq!(s.events(None, 9).await.unwrap(), vec![]);
}

/// A used code must not become good again by being written again.
pub(in super::super) async fn a_used_entry_is_not_written_over(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let code = SingleUse { expires: FAR, ..sample::single_use(1) };
    s.done([write::single_use(code.clone())]).await;
    s.done_if(write::consume(1, 10), []).await;
    for seconds in [0, 1_000] {
        let expires = Timestamp::from_seconds(FAR.seconds() + seconds);
        assert_eq!(
            s.lost([write::single_use(SingleUse { expires, ..code.clone() })]).await,
            Lost::Exists,
            "{seconds} s later"
        );
        assert!(matches!(s.lost_if(write::consume(1, 11), []).await, Lost::Used(_)));
    }
}

/// Each expired entry is replaced by the next.
pub(in super::super) async fn an_expired_entry_gives_way_to_any(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    for seconds in [500, 0, 0, -500] {
        let expires = Timestamp::from_seconds(LONG_AGO.seconds() + seconds);
        let entry = SingleUse { expires, ..sample::single_use(1) };
        s.done([write::single_use(entry.clone())]).await;
        same(s.single_use(entry.kind, entry.key).await.unwrap(), &entry);
    }
}

pub(in super::super) async fn one_command_can_use_what_another_made_just_before(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    for n in 1..=20 {
        s.done([write::single_use(sample::single_use(n))]).await;
        s.done_if(write::consume(n, 1), [write::single_use(sample::single_use(n + 100))]).await;
        s.done_if(write::consume(n + 100, 2), []).await;
    }
}
