//! Revoking and amending: what changes, what counts as a change.

use std::sync::Arc;

use jeton_core::ids::{GrantId, TokenId};
use jeton_core::model::{Grant, GrantState, Reason, Token, TokenDetails, TokenState};
use jeton_core::store::TokenChange;

use super::super::probe::{Probe, same};
use super::super::{Fixture, write};
use crate::sample;

pub(in super::super) async fn a_token_is_revoked_once(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    s.done([write::token(sample::token(1))]).await;
    assert_eq!(s.done([write::revoke(1, sample::at(5), Reason::Client)]).await, 1);
    assert_eq!(s.done([write::revoke(1, sample::at(6), Reason::Admin)]).await, 0);
    assert_eq!(s.done([write::revoke(99, sample::at(6), Reason::Admin)]).await, 0);
    // The time and reason of the end are those of the first one.
    let state = TokenState::Revoked { at: sample::at(5), why: Reason::Client };
    same(s.token(TokenId::new(1)).await.unwrap(), &Token { state, ..sample::token(1) });
}

pub(in super::super) async fn a_grant_is_revoked_once(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    s.done([write::grant(sample::grant(1)), write::token(Token { grant: Some(GrantId::new(1)), ..sample::token(2) })])
        .await;
    assert_eq!(s.done([write::revoke_grant(1, sample::at(5), Reason::RefreshReuse)]).await, 1);
    assert_eq!(s.done([write::revoke_grant(1, sample::at(6), Reason::Admin)]).await, 0);
    assert_eq!(s.done([write::revoke_grant(99, sample::at(6), Reason::Admin)]).await, 0);
    let state = GrantState::Revoked { at: sample::at(5), why: Reason::RefreshReuse };
    same(s.grant(GrantId::new(1)).await.unwrap(), &Grant { state, ..sample::grant(1) });
    // Its tokens are inactive because of their family, not by their own state.
    let token = s.token(TokenId::new(2)).await.unwrap().unwrap();
    assert_eq!(token.state, TokenState::Active);
}

pub(in super::super) async fn a_rotated_token_can_be_revoked(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    s.done([write::token(sample::token(1))]).await;
    s.done_if(write::rotate(1, 2, 5), []).await;
    assert_eq!(s.done([write::revoke(1, sample::at(6), Reason::Admin)]).await, 1);
    let state = TokenState::Revoked { at: sample::at(6), why: Reason::Admin };
    same(s.token(TokenId::new(1)).await.unwrap(), &Token { state, ..sample::token(1) });
}

pub(in super::super) async fn changes_of_one_command_add_up(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    s.done((1..=9).map(|n| write::token(sample::token(n))).collect::<Vec<_>>()).await;
    s.done([write::grant(sample::grant(1))]).await;
    let change = TokenChange { scope: Some(sample::scope("read")), ..Default::default() };
    let writes = [
        write::revoke(1, sample::at(1), Reason::Admin),
        write::revoke(2, sample::at(1), Reason::Admin),
        // Ended by this very command: no change.
        write::revoke(2, sample::at(2), Reason::User),
        write::amend(2, change.clone()),
        write::amend(3, change),
        write::revoke_grant(1, sample::at(1), Reason::Admin),
        write::revoke_grant(1, sample::at(1), Reason::Admin),
        // New rows count for nothing.
        write::token(sample::token(10)),
        write::event(sample::event(1)),
        write::client(sample::client(1)),
        write::delete_client(1),
        write::delete_client(1),
    ];
    assert_eq!(s.done(writes).await, 5);
}

pub(in super::super) async fn a_token_made_and_revoked_by_one_command_is_revoked(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let writes = [
        write::grant(sample::grant(5)),
        write::token(sample::token(1)),
        write::revoke(1, sample::at(1), Reason::Superseded),
        write::revoke_grant(5, sample::at(1), Reason::Superseded),
    ];
    assert_eq!(s.done(writes).await, 2);
    let state = TokenState::Revoked { at: sample::at(1), why: Reason::Superseded };
    assert_eq!(s.token(TokenId::new(1)).await.unwrap().map(|t| t.state), Some(state));
}

pub(in super::super) async fn amending_changes_only_what_it_names(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let mut token = Token { state: TokenState::Active, ..sample::full_token(1) };
    s.done([write::token(token.clone()), write::token(sample::token(2))]).await;
    let details = Arc::new(TokenDetails { name: Some("renamed".into()), ..Default::default() });
    let changes = [
        TokenChange { scope: Some(sample::scope("one two")), ..Default::default() },
        TokenChange { scope: Some(sample::scope("")), ..Default::default() },
        TokenChange { expires: Some(Some(sample::at(77))), ..Default::default() },
        TokenChange { expires: Some(None), ..Default::default() },
        TokenChange { details: Some(details), ..Default::default() },
        TokenChange {
            scope: Some(sample::scope("all")),
            expires: Some(Some(sample::at(1))),
            details: Some(Arc::new(sample::full_details())),
        },
    ];
    for change in changes {
        assert_eq!(s.done([write::amend(1, change.clone())]).await, 1, "{change:?}");
        token.scope = change.scope.unwrap_or(token.scope);
        token.expires = change.expires.unwrap_or(token.expires);
        token.details = change.details.or(token.details);
        same(s.token(token.id).await.unwrap(), &token);
    }
    same(s.token(TokenId::new(2)).await.unwrap(), &sample::token(2));
}

pub(in super::super) async fn only_an_active_token_is_amended(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    s.done([write::token(sample::token(1)), write::token(sample::token(2))]).await;
    s.done([write::revoke(1, sample::at(1), Reason::Admin)]).await;
    s.done_if(write::rotate(2, 3, 1), []).await;
    let before = [s.token(TokenId::new(1)).await.unwrap(), s.token(TokenId::new(2)).await.unwrap()];
    for id in [1, 2, 99] {
        let change = TokenChange { expires: Some(None), scope: Some(sample::scope("more")), details: None };
        assert_eq!(s.done([write::amend(id, change)]).await, 0, "token {id}");
    }
    let after = [s.token(TokenId::new(1)).await.unwrap(), s.token(TokenId::new(2)).await.unwrap()];
    assert_eq!(after, before);
}
