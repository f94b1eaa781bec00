//! Preconditions on a token: it is rotated once, and only while it is active.

use jeton_core::ids::TokenId;
use jeton_core::model::{Reason, Token, TokenKind, TokenState};
use jeton_core::store::Lost;

use super::super::probe::{Probe, same};
use super::super::{Fixture, write};
use crate::sample;

fn refresh(id: u64) -> Token {
    Token { kind: TokenKind::Refresh, ..sample::token(id) }
}

pub(in super::super) async fn a_refresh_token_is_rotated_once(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    s.done([write::token(refresh(1))]).await;
    s.done_if(write::rotate(1, 2, 5), [write::token(refresh(2))]).await;
    let state = TokenState::Rotated { at: sample::at(5), to: TokenId::new(2) };
    same(s.token(TokenId::new(1)).await.unwrap(), &Token { state, ..refresh(1) });
    let lost = s.lost_if(write::rotate(1, 3, 6), [write::token(refresh(3))]).await;
    assert_eq!(lost, Lost::NotActive(state));
    same(s.token(TokenId::new(1)).await.unwrap(), &Token { state, ..refresh(1) });
    assert_eq!(s.ids(&Default::default()).await, [1, 2]);
}

pub(in super::super) async fn a_revoked_token_is_not_rotated(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    s.done([write::token(refresh(1)), write::revoke(1, sample::at(1), Reason::User)]).await;
    let state = TokenState::Revoked { at: sample::at(1), why: Reason::User };
    assert_eq!(s.lost_if(write::rotate(1, 2, 5), [write::token(refresh(2))]).await, Lost::NotActive(state));
    assert_eq!(s.ids(&Default::default()).await, [1]);
}

pub(in super::super) async fn a_token_that_is_not_there_is_missing(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    assert_eq!(s.lost_if(write::rotate(1, 2, 5), [write::token(refresh(2))]).await, Lost::Missing);
    assert_eq!(s.lost_if(write::active(1), [write::token(refresh(2))]).await, Lost::Missing);
    assert_eq!(s.ids(&Default::default()).await, Vec::<u64>::new());
}

/// A parent that must be active at the time of the exchange, and is not used up by it.
pub(in super::super) async fn an_active_token_stays_active(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    s.done([write::token(refresh(1))]).await;
    s.done_if(write::active(1), [write::token(sample::token(2))]).await;
    s.done_if(write::active(1), [write::token(sample::token(3))]).await;
    same(s.token(TokenId::new(1)).await.unwrap(), &refresh(1));
    s.done_if(write::rotate(1, 4, 9), []).await;
    let state = TokenState::Rotated { at: sample::at(9), to: TokenId::new(4) };
    assert_eq!(s.lost_if(write::active(1), [write::token(sample::token(5))]).await, Lost::NotActive(state));
    s.done([write::revoke(2, sample::at(9), Reason::Client)]).await;
    let state = TokenState::Revoked { at: sample::at(9), why: Reason::Client };
    assert_eq!(s.lost_if(write::active(2), [write::token(sample::token(5))]).await, Lost::NotActive(state));
    assert_eq!(s.ids(&Default::default()).await, [1, 2, 3]);
}

/// Expiry is not a state: the caller of a rotation has checked the clock.
pub(in super::super) async fn expiry_is_no_matter_of_the_store(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    s.done([write::token(Token { expires: Some(sample::at(-9)), ..refresh(1) })]).await;
    s.done_if(write::active(1), []).await;
    s.done_if(write::rotate(1, 2, 5), []).await;
}

/// A chain of a hundred rotations, each in one command with its successor.
pub(in super::super) async fn a_successor_can_be_rotated_at_once(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    s.done([write::token(refresh(1))]).await;
    for n in 1..=100 {
        s.done_if(write::rotate(n, n + 1, 1), [write::token(refresh(n + 1))]).await;
    }
    let active = s.tokens(&Default::default(), super::super::probe::ALL).await.unwrap().items;
    let active: Vec<_> = active.iter().filter(|t| t.state == TokenState::Active).map(|t| t.id.get()).collect();
    assert_eq!(active, [101]);
}
