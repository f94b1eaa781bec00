//! Revoking and amending: what changes, what counts as a change.

use std::sync::Arc;

use jeton_core::ids::{GrantId, TokenId};
use jeton_core::model::{
    Binding, Grant, GrantDetails, GrantState, Reason, Token, TokenDetails, TokenFormat, TokenState, Verifier,
};
use jeton_core::store::{GrantChange, Lost, NewText, TokenChange};

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
        TokenChange { binding: Some(Binding::Jwk([7; 32])), ..Default::default() },
        TokenChange { text: Some(text(1)), ..Default::default() },
        TokenChange {
            scope: Some(sample::scope("all")),
            expires: Some(Some(sample::at(1))),
            binding: Some(Binding::Certificate([9; 32])),
            details: Some(Arc::new(sample::full_details())),
            text: Some(text(2)),
        },
    ];
    for change in changes {
        assert_eq!(s.done([write::amend(1, change.clone())]).await, 1, "{change:?}");
        token.scope = change.scope.unwrap_or(token.scope);
        token.expires = change.expires.unwrap_or(token.expires);
        token.binding = change.binding.or(token.binding);
        token.details = change.details.or(token.details);
        if let Some(text) = change.text {
            (token.verifier, token.format) = (text.verifier, TokenFormat::Opaque);
        }
        same(s.token(token.id).await.unwrap(), &token);
    }
    same(s.token(TokenId::new(2)).await.unwrap(), &sample::token(2));
}

/// A new text of the nth kind, with an alias.
fn text(n: u64) -> NewText {
    NewText { verifier: Verifier(sample::hash(100 + n)), alias: Some(sample::hash(100 + n)) }
}

pub(in super::super) async fn a_new_text_takes_the_place_of_the_old_one(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let found = async |n| s.token_by_alias(sample::SERVICE, sample::hash(n)).await.unwrap().map(|t| t.id.get());
    s.done([
        write::aliased(sample::token(1), sample::hash(1)),
        write::aliased(sample::token(2), sample::hash(2)),
        write::token(sample::token(3)),
    ])
    .await;
    let to = |id, text| write::amend(id, TokenChange { text: Some(text), ..Default::default() });
    assert_eq!(s.done([to(1, text(1)), to(3, text(3))]).await, 2);
    assert_eq!((found(1).await, found(101).await, found(103).await), (None, Some(1), Some(3)));
    // An alias in use undoes all of its command.
    let taken = NewText { alias: Some(sample::hash(2)), ..text(4) };
    let undone = [write::token(sample::token(9)), to(1, taken)];
    assert_eq!(s.lost(undone).await, Lost::Exists);
    assert_eq!((found(2).await, found(101).await, s.token(TokenId::new(9)).await.unwrap()), (Some(2), Some(1), None));
    // None is an alias less, and the name of what was given up is free.
    assert_eq!(s.done([to(1, NewText { alias: None, ..text(5) })]).await, 1);
    assert_eq!(found(101).await, None);
    s.done([write::aliased(sample::token(10), sample::hash(1)), to(3, text(6)), to(3, text(7))]).await;
    assert_eq!((found(1).await, found(103).await, found(106).await, found(107).await), (Some(10), None, None, Some(3)));
    let token = s.token(TokenId::new(3)).await.unwrap().unwrap();
    assert_eq!((token.verifier, token.format), (text(7).verifier, TokenFormat::Opaque));
    // Made and given a new text by one command.
    s.done([write::aliased(sample::token(11), sample::hash(11)), to(11, text(11))]).await;
    assert_eq!((found(11).await, found(111).await), (None, Some(11)));
}

pub(in super::super) async fn amending_a_grant_changes_only_what_it_names(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let mut grant = Grant { state: GrantState::Active, ..sample::full_grant(1) };
    s.done([write::grant(grant.clone()), write::grant(sample::grant(2))]).await;
    let details = Arc::new(GrantDetails { nonce: Some("another".into()), ..Default::default() });
    let changes = [
        GrantChange { scope: Some(sample::scope("one two")), ..Default::default() },
        GrantChange { scope: Some(sample::scope("")), ..Default::default() },
        GrantChange { expires: Some(Some(sample::at(77))), ..Default::default() },
        GrantChange { expires: Some(None), ..Default::default() },
        GrantChange { binding: Some(Binding::Jwk([7; 32])), ..Default::default() },
        GrantChange { details: Some(details), ..Default::default() },
        GrantChange {
            scope: Some(sample::scope("all")),
            expires: Some(Some(sample::at(90))),
            binding: Some(Binding::Certificate([9; 32])),
            details: Some(Arc::default()),
        },
    ];
    for change in changes {
        assert_eq!(s.done([write::amend_grant(1, change.clone())]).await, 1, "{change:?}");
        grant.scope = change.scope.unwrap_or(grant.scope);
        grant.expires = change.expires.unwrap_or(grant.expires);
        grant.binding = change.binding.or(grant.binding);
        grant.details = change.details.or(grant.details);
        same(s.grant(grant.id).await.unwrap(), &grant);
    }
    same(s.grant(GrantId::new(2)).await.unwrap(), &sample::grant(2));
    // It is removed when it ends by then, not before and not later.
    s.sweep(sample::at(90), 100).await.unwrap();
    assert!(s.grant(grant.id).await.unwrap().is_some());
    s.sweep(sample::at(91), 100).await.unwrap();
    assert!(s.grant(grant.id).await.unwrap().is_none());
}

pub(in super::super) async fn only_an_active_grant_is_amended(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let change = || GrantChange { expires: Some(None), scope: Some(sample::scope("more")), ..Default::default() };
    s.done([write::grant(sample::grant(1)), write::revoke_grant(1, sample::at(1), Reason::Admin)]).await;
    let before = s.grant(GrantId::new(1)).await.unwrap();
    assert_eq!(s.done([write::amend_grant(1, change()), write::amend_grant(99, change())]).await, 0);
    assert_eq!(s.grant(GrantId::new(1)).await.unwrap(), before);
    // Made, changed and ended by one command.
    let writes = [
        write::grant(sample::grant(2)),
        write::amend_grant(2, change()),
        write::revoke_grant(2, sample::at(3), Reason::User),
        write::amend_grant(2, GrantChange { scope: Some(sample::scope("late")), ..Default::default() }),
    ];
    assert_eq!(s.done(writes).await, 2);
    let state = GrantState::Revoked { at: sample::at(3), why: Reason::User };
    let grant = Grant { scope: sample::scope("more"), expires: None, state, ..sample::grant(2) };
    same(s.grant(grant.id).await.unwrap(), &grant);
}

pub(in super::super) async fn only_an_active_token_is_amended(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    s.done([write::token(sample::token(1)), write::token(sample::token(2))]).await;
    s.done([write::revoke(1, sample::at(1), Reason::Admin)]).await;
    s.done_if(write::rotate(2, 3, 1), []).await;
    let before = [s.token(TokenId::new(1)).await.unwrap(), s.token(TokenId::new(2)).await.unwrap()];
    for id in [1, 2, 99] {
        let change = TokenChange { expires: Some(None), scope: Some(sample::scope("more")), ..Default::default() };
        assert_eq!(s.done([write::amend(id, change)]).await, 0, "token {id}");
    }
    let after = [s.token(TokenId::new(1)).await.unwrap(), s.token(TokenId::new(2)).await.unwrap()];
    assert_eq!(after, before);
}
