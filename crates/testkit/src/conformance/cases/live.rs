//! What a list calls live.

use jeton_core::ids::GrantId;
use jeton_core::model::{Grant, Reason, Token};
use jeton_core::store::TokenFilter;

use super::super::probe::Probe;
use super::super::{Fixture, write};
use crate::sample;

async fn live(s: &Probe, at: i64) -> Vec<u64> {
    s.ids(&TokenFilter { live_at: Some(sample::at(at)), ..Default::default() }).await
}

fn of_family(id: u64, grant: u64) -> Token {
    Token { grant: Some(GrantId::new(grant)), ..sample::token(id) }
}

pub(in super::super) async fn a_token_lives_to_its_expiry(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    // One that has not started is listed: it can be ended before it does.
    let token = Token { not_before: Some(sample::at(10)), expires: Some(sample::at(20)), ..sample::token(1) };
    s.done([write::token(token)]).await;
    let mut seen = Vec::new();
    for t in [-5, 9, 10, 19, 20] {
        seen.push(live(&s, t).await.len());
    }
    assert_eq!(seen, [1, 1, 1, 1, 0]);
}

pub(in super::super) async fn a_token_without_an_end_lives_for_ever(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    s.done([write::token(Token { expires: None, ..sample::token(1) })]).await;
    assert_eq!((live(&s, 9).await, live(&s, 999_999).await), (vec![1], vec![1]));
}

pub(in super::super) async fn revoked_and_rotated_tokens_are_not_live(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    s.done([1, 2, 3].map(|n| write::token(sample::token(n)))).await;
    s.done([write::revoke(1, sample::at(5), Reason::Admin)]).await;
    s.done_if(write::rotate(2, 9, 5), []).await;
    // Also at a moment before they ended: live is what can be used, not what could be.
    assert_eq!((live(&s, 1).await, live(&s, 9).await), (vec![3], vec![3]));
}

pub(in super::super) async fn a_dead_family_has_no_live_tokens(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    // No token ends later than its family.
    let short = Token { expires: Some(sample::at(30)), ..of_family(12, 2) };
    let ending = Grant { expires: Some(sample::at(30)), ..sample::grant(2) };
    s.done([write::grant(sample::grant(1)), write::grant(ending), write::grant(sample::grant(3))]).await;
    s.done([write::token(of_family(11, 1)), write::token(short), write::token(of_family(13, 3))]).await;
    s.done([write::revoke_grant(1, sample::at(5), Reason::CodeReuse)]).await;
    assert_eq!(live(&s, 29).await, [12, 13]);
    assert_eq!(live(&s, 30).await, [13]);
    let of_dead = TokenFilter { grant: Some(GrantId::new(1)), ..Default::default() };
    assert_eq!(s.ids(&of_dead).await, [11]);
    assert_eq!(s.ids(&TokenFilter { live_at: Some(sample::at(1)), ..of_dead }).await, Vec::<u64>::new());
}

/// A family that was revoked and then removed must not become active again because its row is gone.
pub(in super::super) async fn a_family_without_a_grant_is_dead(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let grant = Grant { expires: Some(sample::at(5)), ..sample::grant(1) };
    let token = Token { expires: None, ..of_family(2, 1) };
    s.done([write::grant(grant), write::token(token), write::token(sample::token(3))]).await;
    s.done([write::revoke_grant(1, sample::at(1), Reason::CodeReuse)]).await;
    while s.sweep(sample::at(100), 100).await.unwrap() > 0 {}
    assert_eq!(s.grant(GrantId::new(1)).await.unwrap(), None);
    assert_eq!(live(&s, 100).await, [3]);
}
