//! Tokens: every member, every value that a member can have, and the ways to find one.

use std::sync::Arc;

use jeton_core::Timestamp;
use jeton_core::ids::{ClientKey, DeviceId, GrantId, ID_LIMIT, TokenId, UserKey};
use jeton_core::model::{Binding, Reason, Subject, Token, TokenFormat, TokenKind, TokenState};
use jeton_core::store::Lost;

use super::super::probe::{Probe, same};
use super::super::{Fixture, write};
use crate::sample;

/// Writes them all in one command and reads each alone and in a list.
async fn round_trip(s: &Probe, tokens: &[Token]) {
    s.done(tokens.iter().cloned().map(write::token).collect::<Vec<_>>()).await;
    for token in tokens {
        same(s.token(token.id).await.unwrap(), token);
    }
    let mut listed = s.tokens(&Default::default(), super::super::probe::ALL).await.unwrap().items;
    listed.retain(|token| tokens.iter().any(|t| t.id == token.id));
    let mut written = tokens.to_vec();
    written.sort_by_key(|token| token.id);
    assert_eq!(listed, written);
}

pub(in super::super) async fn a_token_keeps_every_member(f: &mut dyn Fixture) {
    let bare = Token { client: None, scope: sample::scope(""), expires: None, ..sample::token(1) };
    round_trip(&Probe::of(f), &[bare, sample::token(2), sample::full_token(3)]).await;
}

pub(in super::super) async fn a_token_keeps_each_kind_and_format(f: &mut dyn Fixture) {
    let formats = [TokenFormat::Opaque, TokenFormat::Jwt, TokenFormat::Foreign];
    let pairs = TokenKind::ALL.into_iter().flat_map(|kind| formats.map(|format| (kind, format)));
    let tokens: Vec<_> =
        (1..).zip(pairs).map(|(n, (kind, format))| Token { kind, format, ..sample::token(n) }).collect();
    round_trip(&Probe::of(f), &tokens).await;
}

pub(in super::super) async fn a_token_keeps_each_state_and_subject(f: &mut dyn Fixture) {
    use Reason::{Admin, Client, CodeReuse, RefreshReuse, SignedOut, Superseded, Unknown, User};
    let reasons = [Unknown, Client, User, Admin, RefreshReuse, CodeReuse, SignedOut, Superseded];
    let mut states =
        vec![TokenState::Active, TokenState::Rotated { at: sample::at(1), to: TokenId::new(ID_LIMIT - 1) }];
    states.extend(reasons.map(|why| TokenState::Revoked { at: sample::at(2), why }));
    let subjects = [
        Subject::User(UserKey::new(1)),
        Subject::User(UserKey::new(ID_LIMIT - 1)),
        Subject::External("".into()),
        // A name that looks like a number is a name.
        Subject::External("1".into()),
        Subject::External("ann@example.com".into()),
    ];
    let by_state = (1..).zip(states).map(|(n, state)| Token { state, ..sample::token(n) });
    let by_subject = (50..).zip(subjects).map(|(n, subject)| Token { subject: Some(subject), ..sample::token(n) });
    round_trip(&Probe::of(f), &by_state.chain(by_subject).collect::<Vec<_>>()).await;
}

pub(in super::super) async fn extreme_numbers_and_times_are_kept(f: &mut dyn Fixture) {
    let far = Timestamp::from_seconds(253_402_300_799);
    let largest = ID_LIMIT - 1;
    let token = Token {
        client: Some(ClientKey::new(largest)),
        device: Some(DeviceId::new(largest)),
        grant: Some(GrantId::new(largest)),
        parent: Some(TokenId::new(largest)),
        issued: Timestamp::from_millis(-1),
        not_before: Some(Timestamp::from_millis(0)),
        expires: Some(far),
        ..sample::token(largest)
    };
    let past =
        Token { issued: Timestamp::from_seconds(-9_999), expires: Some(Timestamp::default()), ..sample::token(1) };
    let mid = Token { expires: Some(Timestamp::from_millis(sample::T0.millis() + 1)), ..sample::token(largest / 2) };
    round_trip(&Probe::of(f), &[token, past, mid]).await;
}

/// "As long as possible" must not wrap around into the past.
pub(in super::super) async fn the_last_moment_of_all_is_kept(f: &mut dyn Fixture) {
    let forever = Token { expires: Some(Timestamp::from_millis(i64::MAX)), ..sample::token(1) };
    let s = Probe::of(f);
    round_trip(&s, std::slice::from_ref(&forever)).await;
    assert_eq!(s.sweep(sample::at(9_999), 10).await.unwrap(), 0);
    same(s.token(forever.id).await.unwrap(), &forever);
}

pub(in super::super) async fn ids_need_not_rise(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    for id in [70, 7, 71, 6, 7_000, 1] {
        s.done([write::token(sample::token(id))]).await;
        same(s.token(TokenId::new(id)).await.unwrap(), &sample::token(id));
    }
    assert_eq!(s.ids(&Default::default()).await, [1, 6, 7, 70, 71, 7_000]);
}

pub(in super::super) async fn a_token_is_found_by_its_alias(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let (alias, token) = (sample::hash(100), sample::full_token(1));
    s.done([write::aliased(token.clone(), alias), write::token(sample::token(2))]).await;
    same(s.token_by_alias(token.service, alias).await.unwrap(), &token);
    same(s.token(token.id).await.unwrap(), &token);
    assert_eq!(s.token_by_alias(token.service, sample::hash(101)).await.unwrap(), None);
    // Its verifier is not an alias: only what was written as one is found.
    assert_eq!(s.token_by_alias(token.service, token.verifier.0).await.unwrap(), None);
    assert_eq!(s.token_by_alias(token.service, sample::token(2).verifier.0).await.unwrap(), None);
}

pub(in super::super) async fn an_alias_shows_the_token_as_it_is_now(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let alias = sample::hash(100);
    s.done([write::aliased(sample::token(1), alias)]).await;
    assert_eq!(s.done([write::revoke(1, sample::at(5), Reason::Admin)]).await, 1);
    let state = TokenState::Revoked { at: sample::at(5), why: Reason::Admin };
    same(s.token_by_alias(sample::SERVICE, alias).await.unwrap(), &Token { state, ..sample::token(1) });
}

/// Two callers that choose the same value: the second must not take over the first one's token.
pub(in super::super) async fn an_alias_is_given_once(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let alias = sample::hash(100);
    s.done([write::aliased(sample::token(1), alias)]).await;
    assert_eq!(s.lost([write::event(sample::event(9)), write::aliased(sample::token(2), alias)]).await, Lost::Exists);
    same(s.token_by_alias(sample::SERVICE, alias).await.unwrap(), &sample::token(1));
    assert_eq!(s.token(TokenId::new(2)).await.unwrap(), None);
    assert_eq!(s.events(None, 9).await.unwrap(), vec![]);
}

/// A repeated number is a defect; whatever the answer, the existing row stays as it is: a revoked token must not be
/// replaced by a live one.
pub(in super::super) async fn a_row_is_never_written_over(f: &mut dyn Fixture) {
    use jeton_core::store::{Command, Outcome};
    let s = Probe::of(f);
    let (token, grant) = (sample::full_token(1), sample::full_grant(2));
    s.done([write::token(token.clone()), write::grant(grant.clone())]).await;
    for again in [write::token(sample::token(1)), write::grant(sample::grant(2))] {
        let outcome = s.apply(Command::of(vec![write::event(sample::event(9)), again])).await;
        assert!(matches!(outcome, Err(_) | Ok(Outcome::Lost(Lost::Exists))), "{outcome:?}");
    }
    same(s.token(token.id).await.unwrap(), &token);
    same(s.grant(grant.id).await.unwrap(), &grant);
    assert_eq!(s.events(None, 9).await.unwrap(), vec![]);
    s.done([write::token(sample::token(3))]).await;
}

pub(in super::super) async fn shared_details_are_not_mixed_up(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let details = Arc::new(sample::full_details());
    let tokens = [1, 2, 3].map(|n| Token { details: (n != 2).then(|| Arc::clone(&details)), ..sample::token(n) });
    let bound = [Binding::Certificate([1; 32]), Binding::Jwk([1; 32])];
    let bound = (4..).zip(bound).map(|(n, b)| Token { binding: Some(b), ..sample::token(n) });
    round_trip(&s, &tokens.into_iter().chain(bound).collect::<Vec<_>>()).await;
}
