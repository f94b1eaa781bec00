//! All or nothing.

use jeton_core::ids::{ClientId, TokenId};
use jeton_core::model::{Reason, SingleUse};
use jeton_core::store::{GrantChange, Lost, Precondition, TokenChange, Write};

use super::super::probe::Probe;
use super::super::snapshot::Snapshot;
use super::super::{Fixture, write};
use crate::sample;

/// A ledger in which each of [`losses`] is lost and each of [`every_write`] would leave a mark.
async fn prepare(s: &Probe) {
    s.done([
        write::token(sample::token(1)),
        write::token(sample::token(2)),
        write::token(sample::token(3)),
        write::revoke(2, sample::at(1), Reason::User),
        write::grant(sample::grant(1)),
        write::client(sample::client(1)),
        write::user(sample::user(1)),
        write::service(sample::service(1)),
        write::key(sample::key(1)),
        write::document(sample::document(1)),
        write::device(sample::device(1)),
        write::single_use(sample::single_use(1)),
        write::single_use(sample::single_use(2)),
    ])
    .await;
    s.done_if(write::consume(1, 1), []).await;
    s.done_if(write::rotate(3, 4, 1), []).await;
}

/// Each way to lose a precondition.
fn losses() -> Vec<Precondition> {
    let claim = SingleUse { used: Some(sample::at(2)), ..sample::single_use(2) };
    vec![
        write::consume(1, 2),
        write::consume(2, 600),
        write::consume(3, 1),
        Precondition::Consume { kind: sample::OTHER_SINGLE_USE, key: sample::single_use_key(2), now: sample::at(1) },
        write::claim(claim),
        write::rotate(2, 9, 1),
        write::rotate(3, 9, 1),
        write::rotate(99, 9, 1),
        write::active(2),
        write::active(3),
        write::active(99),
        Precondition::unchanged(sample::full_client(1)),
        Precondition::unchanged(sample::user(99)),
    ]
}

/// One of every kind of write, each of which [`prepare`]'s ledger would show.
fn every_write() -> Vec<Write> {
    let change = TokenChange { scope: Some(sample::scope("more")), expires: Some(None), ..Default::default() };
    vec![
        write::token(sample::token(10)),
        write::aliased(sample::token(11), sample::hash(11)),
        write::grant(sample::grant(10)),
        write::single_use(sample::single_use(5)),
        write::event(sample::event(10)),
        write::amend(1, change),
        write::amend_grant(1, GrantChange { scope: Some(sample::scope("more")), ..Default::default() }),
        write::revoke(1, sample::at(1), Reason::Admin),
        write::revoke_grant(1, sample::at(1), Reason::Admin),
        write::client(sample::client(10)),
        write::client(sample::full_client(1)),
        write::delete_client(1),
        write::user(sample::user(10)),
        write::delete_user(1),
        write::service(sample::service(2)),
        write::key(sample::key(10)),
        write::delete_key(1),
        write::document(sample::document(10)),
        write::delete_document(1),
        write::device(sample::device(10)),
    ]
}

pub(in super::super) async fn a_lost_precondition_writes_nothing(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    prepare(&s).await;
    let before = Snapshot::of(&*s).await;
    for write in every_write() {
        for when in losses() {
            s.lost_if(when, [write.clone()]).await;
        }
        let after = Snapshot::of(&*s).await;
        assert_eq!(after.difference(&before), None, "written although it was lost: {write:?}");
    }
    for when in losses() {
        s.lost_if(when, every_write()).await;
    }
    assert_eq!(Snapshot::of(&*s).await.difference(&before), None);
}

/// So that the case above means something.
pub(in super::super) async fn a_held_precondition_writes_everything(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    prepare(&s).await;
    for (n, write) in every_write().into_iter().enumerate() {
        let before = Snapshot::of(&*s).await;
        s.done([write.clone()]).await;
        assert!(Snapshot::of(&*s).await != before, "write {n} left no mark: {write:?}");
    }
}

/// A name that is taken undoes what the command wrote before and what its precondition used up.
pub(in super::super) async fn a_taken_name_undoes_the_whole_command(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    prepare(&s).await;
    let mut taken = sample::client(50);
    taken.client_id = ClientId::new("client-1");
    let claim = SingleUse { used: Some(sample::at(2)), ..sample::single_use(6) };
    let unchanged = Precondition::unchanged(sample::user(1));
    let holding = [write::consume(2, 1), write::claim(claim), write::rotate(1, 9, 1), write::active(1), unchanged];
    let before = Snapshot::of(&*s).await;
    let harmless = |w: &Write| !matches!(w, Write::DeleteClient(_));
    for place in ["first", "middle", "last"] {
        let mut writes: Vec<_> = every_write().into_iter().filter(harmless).collect();
        let at = match place {
            "first" => 0,
            "middle" => writes.len() / 2,
            _ => writes.len(),
        };
        writes.insert(at, write::client(taken.clone()));
        assert_eq!(s.lost(writes.clone()).await, Lost::Exists);
        for when in holding.clone() {
            let lost = s.lost_if(when.clone(), writes.clone()).await;
            assert_eq!(lost, Lost::Exists, "{when:?}");
        }
        let after = Snapshot::of(&*s).await;
        assert_eq!(after.difference(&before), None, "with the taken name {place}");
    }
    // What was undone can still be done.
    for when in holding {
        s.done_if(when, []).await;
        if s.token(TokenId::new(1)).await.unwrap().is_some_and(|t| t.state != jeton_core::model::TokenState::Active) {
            break;
        }
    }
}

/// The failed precondition is what the caller must learn: a reused code ends its family.
pub(in super::super) async fn a_precondition_comes_before_the_writes(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    prepare(&s).await;
    let mut taken = sample::client(50);
    taken.client_id = ClientId::new("client-1");
    assert!(matches!(s.lost_if(write::consume(1, 2), [write::client(taken.clone())]).await, Lost::Used(_)));
    // And it sees the ledger as it was before the command.
    assert_eq!(s.lost_if(write::active(20), [write::token(sample::token(20))]).await, Lost::Missing);
    let revoke = write::revoke(1, sample::at(1), Reason::Admin);
    assert_eq!(s.done_if(write::active(1), [revoke]).await, 1);
}

pub(in super::super) async fn one_command_may_be_large(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let tokens = |from: u64| (from..from + 5_000).map(|n| write::token(sample::token(n))).collect::<Vec<_>>();
    s.done(tokens(1)).await;
    assert_eq!(s.ids(&Default::default()).await.len(), 5_000);
    s.done([write::client(sample::client(1))]).await;
    let mut lost = tokens(10_001);
    let mut taken = sample::client(2);
    taken.client_id = ClientId::new("client-1");
    lost.push(write::client(taken));
    assert_eq!(s.lost(lost).await, Lost::Exists);
    assert_eq!(s.ids(&Default::default()).await.len(), 5_000);
    let ends = (1..=5_000).map(|n| write::revoke(n, sample::at(1), Reason::Admin)).collect::<Vec<_>>();
    assert_eq!(s.done(ends).await, 5_000);
}
