//! Many tokens suspended by a filter: inactive at once, active again when undone, revoked after the deadline.

use std::sync::Arc;
use std::time::Duration;

use jeton_core::administration::Caller;
use jeton_core::filter::FilterWords;
use jeton_core::ids::DocumentId;
use jeton_core::ledger::{Amendment, Inactive};
use jeton_core::model::{Actor, Document, DocumentKind, EventKind, TokenKind, TokenUse};
use jeton_core::refusal::Refusal;
use jeton_core::refusals::NOT_FOUND;
use jeton_core::store::{Command, Page, TokenFilter, Write};
use jeton_core::suspension::{Stage, Suspension, SuspensionRequest};
use jeton_core::{RequestSource, Scope, Store};
use jeton_testkit::{ModelStore, TestLedger};

use crate::fixture::{Fixture, text_of};
use crate::matrix::api_order;

const WINDOW: Duration = Duration::from_secs(900);

fn order(fixture: &Fixture, words: &[(&str, &str)]) -> SuspensionRequest {
    let words = FilterWords::read(words.iter().copied(), fixture.jeton.ledger.now()).unwrap();
    SuspensionRequest { words, all: false, undo_window: WINDOW, expect: None }
}

pub(crate) async fn suspend(fixture: &Fixture, words: &[(&str, &str)]) -> Result<Suspension, Refusal> {
    let caller = Caller::local();
    fixture
        .jeton
        .administration
        .suspensions
        .suspend(&caller, fixture.service, order(fixture, words), "leaked in a log")
        .await
}

async fn access(fixture: &Fixture) -> String {
    let answer = fixture.ask(&[("grant_type", "client_credentials"), ("scope", "read")]).await.unwrap();
    text_of(&answer, TokenKind::Access)
}

async fn end_due(fixture: &Fixture) -> u64 {
    fixture.jeton.administration.suspensions.end_due().await.unwrap()
}

async fn shown(fixture: &Fixture, id: u64) -> Suspension {
    fixture.jeton.administration.suspensions.one(&Caller::local(), fixture.service, id).await.unwrap()
}

#[tokio::test]
async fn what_is_suspended_is_not_good_and_what_is_undone_is_good_again() {
    let fixture = Fixture::new().await;
    fixture.client("other", |_| ()).await;
    let token = access(&fixture).await;
    let suspension = suspend(&fixture, &[("client_id", "app")]).await.unwrap();
    assert_eq!((suspension.count, suspension.stage), (1, Stage::Suspended));
    assert_eq!(fixture.verdict(&token).await, Some(Inactive::Suspended));

    let later = access(&fixture).await;
    assert_eq!(fixture.verdict(&later).await, Some(Inactive::Suspended), "of the same moment");
    fixture.clock.advance(Duration::from_secs(1));
    let later = access(&fixture).await;
    assert!(fixture.is_live(&later).await, "minted after the moment");

    assert_eq!(end_due(&fixture).await, 0);
    let admin = Caller::local();
    let undone = fixture.jeton.administration.suspensions.undo(&admin, fixture.service, suspension.id).await.unwrap();
    assert_eq!(undone.stage, Stage::Undone);
    assert!(fixture.is_live(&token).await);
    fixture.clock.advance(WINDOW);
    assert_eq!(end_due(&fixture).await, 0);
    assert!(fixture.is_live(&token).await, "nothing is left of an undone suspension");
    for refused in [
        fixture.jeton.administration.suspensions.undo(&admin, fixture.service, suspension.id).await,
        fixture.jeton.administration.suspensions.end(&admin, fixture.service, suspension.id).await,
    ] {
        assert_eq!(refused.unwrap_err().id(), "suspension_over");
    }
}

#[tokio::test]
async fn when_the_time_is_over_the_tokens_are_revoked_and_the_record_says_how_many() {
    let fixture = Fixture::new().await;
    let token = access(&fixture).await;
    let of_alice = fixture.by_password("read").await.unwrap();
    let suspension = suspend(&fixture, &[("client", "app"), ("kind", "access")]).await.unwrap();
    assert_eq!(suspension.count, 2);
    fixture.clock.advance(WINDOW);
    let late = fixture.jeton.administration.suspensions.undo(&Caller::local(), fixture.service, suspension.id).await;
    assert_eq!(late.unwrap_err().id(), "suspension_over");
    assert_eq!(fixture.verdict(&token).await, Some(Inactive::Suspended), "until somebody ends it");
    assert_eq!(end_due(&fixture).await, 1);
    assert_eq!(fixture.verdict(&token).await, Some(Inactive::Revoked));
    assert_eq!(fixture.verdict(&text_of(&of_alice, TokenKind::Access)).await, Some(Inactive::Revoked));
    assert!(fixture.is_live(&text_of(&of_alice, TokenKind::Refresh)).await, "only what the filter means");

    let over = shown(&fixture, suspension.id).await;
    assert_eq!((over.stage, over.to_end, over.reason.as_str()), (Stage::Ended, 2, "leaked in a log"));
    let events = fixture.jeton.ledger.events(Some(fixture.service), 10).await.unwrap();
    for kind in [EventKind::TokensSuspended, EventKind::TokensRevoked] {
        let event = events.iter().find(|event| event.kind == kind).unwrap_or_else(|| panic!("{kind:?}"));
        assert!(event.detail.as_ref().unwrap().contains("leaked in a log"), "{event:?}");
        assert_eq!(event.actor, Actor::Admin("local socket".into()));
    }
    assert_eq!(end_due(&fixture).await, 0);
}

#[tokio::test]
async fn nothing_is_minted_from_a_suspended_token() {
    let fixture = Fixture::new().await;
    let begun = fixture.by_password("read").await.unwrap();
    let refresh = text_of(&begun, TokenKind::Refresh);
    let suspension = suspend(&fixture, &[("kind", "refresh")]).await.unwrap();
    let refused = fixture.by_refresh(&refresh).await.unwrap_err().refusal;
    assert_eq!(refused.id(), "refresh_token_invalid");
    assert!(fixture.is_live(&text_of(&begun, TokenKind::Access)).await, "a suspended refresh token is no reuse");
    let row =
        fixture.jeton.ledger.token_by_number(fixture.service, begun.issued.first(TokenKind::Refresh).unwrap().id).await;
    let never = Amendment { expires: Some(None), ..Amendment::default() };
    let amended = fixture.jeton.ledger.amend(&row.unwrap().unwrap(), never, Actor::System).await;
    assert_eq!(amended.unwrap_err().id(), "not_found", "it must not slip out of the filter");
    fixture.jeton.administration.suspensions.undo(&Caller::local(), fixture.service, suspension.id).await.unwrap();
    fixture.by_refresh(&refresh).await.unwrap();
}

#[tokio::test]
async fn a_suspension_holds_after_a_restart_and_its_ending_is_taken_up_again() {
    let store = Arc::new(ModelStore::new());
    let fixture = Fixture::on(store.clone()).await;
    let mut tokens = Vec::new();
    for _ in 0..600 {
        tokens.push(access(&fixture).await);
    }
    let suspension = suspend(&fixture, &[("client_id", "app")]).await.unwrap();
    let reopened = async || fixture.another().await.jeton;
    let jeton = reopened().await;
    assert!(matches!(
        jeton.ledger.inspect(fixture.service, &tokens[0]).await.unwrap(),
        jeton_core::ledger::Verdict::Inactive(Inactive::Suspended, _)
    ));
    jeton.administration.suspensions.end(&Caller::local(), fixture.service, suspension.id).await.unwrap();
    let admin = Caller::local();
    let (half, ended) = {
        let ending = jeton.administration.suspensions.end_due();
        let watched = async {
            loop {
                let half = jeton.administration.suspensions.one(&admin, fixture.service, suspension.id).await.unwrap();
                let ended = jeton.administration.suspensions.ended_by(&half).await.unwrap();
                if ended > 0 {
                    return (half, ended);
                }
                tokio::task::yield_now().await;
            }
        };
        // The caller that ends them disconnects half-way.
        tokio::select! {
            _ = ending => panic!("it was done too soon"),
            seen = watched => seen,
        }
    };
    assert_eq!(half.stage, Stage::Ending);
    assert!((1..600).contains(&ended) && ended % 32 == 0, "whole commands: {ended}");

    let jeton = reopened().await;
    for token in &tokens {
        assert!(matches!(
            jeton.ledger.inspect(fixture.service, token).await.unwrap(),
            jeton_core::ledger::Verdict::Inactive(Inactive::Suspended | Inactive::Revoked, _)
        ));
    }
    assert_eq!(jeton.administration.suspensions.end_due().await.unwrap(), 1);
    let over = jeton.administration.suspensions.one(&admin, fixture.service, suspension.id).await.unwrap();
    assert_eq!((over.stage, over.to_end), (Stage::Ended, 600));
    let live = TokenFilter { live_at: Some(jeton.ledger.now()), ..TokenFilter::default() };
    assert_eq!(jeton.ledger.list(&live, Page::first(0)).await.unwrap().total, 0);
}

#[tokio::test]
async fn of_thirty_two_who_decide_at_once_one_does() {
    let fixture = Fixture::new().await;
    let token = access(&fixture).await;
    let suspension = suspend(&fixture, &[("client_id", "app")]).await.unwrap();
    let decide = |n: u64| {
        let (jeton, service, id) = (Arc::clone(&fixture.jeton), fixture.service, suspension.id);
        tokio::spawn(async move {
            let admin = Caller::local();
            match n % 2 {
                0 => jeton.administration.suspensions.undo(&admin, service, id).await,
                _ => jeton.administration.suspensions.end(&admin, service, id).await,
            }
        })
    };
    let all: Vec<_> = (0..32).map(decide).collect();
    let mut decided = Vec::new();
    for one in all {
        match one.await.unwrap() {
            Ok(suspension) => decided.push(suspension.stage),
            Err(refusal) => assert_eq!(refusal.id(), "suspension_over"),
        }
    }
    assert_eq!(decided.len(), 1);
    end_due(&fixture).await;
    let expected = (decided[0] == Stage::Ending).then_some(Inactive::Revoked);
    assert_eq!(fixture.verdict(&token).await, expected);
}

#[tokio::test]
async fn a_filter_of_last_use_means_what_was_used_when_it_was_ordered() {
    let fixture = Fixture::new().await;
    let (used, unused, later) = (access(&fixture).await, access(&fixture).await, access(&fixture).await);
    let id = async |text: &str| match fixture.jeton.ledger.inspect(fixture.service, text).await.unwrap() {
        jeton_core::ledger::Verdict::Active(live) => live.token.id,
        inactive => panic!("{inactive:?}"),
    };
    let note = async |text: &str| {
        let token = id(text).await;
        let (last, source) = (fixture.jeton.ledger.now(), "192.0.2.0/24".into());
        let use_ = TokenUse { token, last, count: 1, source, scopes: Scope::empty() };
        fixture.store.apply(Command::of(vec![Write::Used(Box::new(use_))])).await.unwrap();
    };
    fixture.clock.advance(Duration::from_secs(1800));
    note(&used).await;
    fixture.clock.advance(Duration::from_secs(60));
    let suspension = suspend(&fixture, &[("unused_since", "-10m")]).await.unwrap();
    assert_eq!(suspension.count, 2);
    assert!(fixture.is_live(&used).await);
    assert_eq!(fixture.verdict(&unused).await, Some(Inactive::Suspended));
    fixture.jeton.administration.suspensions.undo(&Caller::local(), fixture.service, suspension.id).await.unwrap();

    let suspension = suspend(&fixture, &[("used_from", "-10m")]).await.unwrap();
    assert_eq!(suspension.count, 1);
    fixture.clock.advance(Duration::from_secs(5));
    note(&later).await;
    assert!(fixture.is_live(&later).await, "used after the moment");
    assert_eq!(fixture.verdict(&used).await, Some(Inactive::Suspended));
    fixture.jeton.administration.suspensions.end(&Caller::local(), fixture.service, suspension.id).await.unwrap();
    end_due(&fixture).await;
    assert_eq!(fixture.verdict(&used).await, Some(Inactive::Revoked));
    assert!(fixture.is_live(&later).await && fixture.is_live(&unused).await);
}

#[tokio::test]
async fn an_order_must_say_what_is_meant_and_why() {
    let fixture = Fixture::new().await;
    let token = access(&fixture).await;
    let admin = Caller::local();
    let mut wrong = Vec::new();
    for (words, reason) in [
        (&[][..], "why"),
        (&[("state", "live")][..], "why"),
        (&[("state", "revoked")][..], "why"),
        (&[("client", "app")][..], " "),
        (&[("client", "app")][..], "two\nlines"),
        (&[("client", "app")][..], &"x".repeat(501)),
        (&[("client", "nobody")][..], "why"),
        (&[("kind", "api")][..], "why"),
    ] {
        let refused = fixture
            .jeton
            .administration
            .suspensions
            .suspend(&admin, fixture.service, order(&fixture, words), reason)
            .await;
        wrong.push(refused.unwrap_err().id());
    }
    let expected = [
        "filter_empty",
        "filter_empty",
        "invalid",
        "parameter_missing",
        "invalid",
        "invalid",
        "not_found",
        "not_found",
    ];
    assert_eq!(wrong, expected);
    let long = SuspensionRequest { undo_window: WINDOW * 1000, ..order(&fixture, &[("client", "app")]) };
    assert_eq!(
        fixture.jeton.administration.suspensions.suspend(&admin, fixture.service, long, "why").await.unwrap_err().id(),
        "invalid"
    );
    assert!(fixture.is_live(&token).await);

    for _ in 0..11 {
        access(&fixture).await;
    }
    let expecting = |expect| SuspensionRequest { expect: Some(expect), ..order(&fixture, &[("client", "app")]) };
    let grown = fixture
        .jeton
        .administration
        .suspensions
        .suspend(&admin, fixture.service, expecting(1), "why")
        .await
        .unwrap_err();
    assert_eq!(grown.id(), "matches_grown");
    assert!(fixture.is_live(&token).await);
    fixture.jeton.administration.suspensions.suspend(&admin, fixture.service, expecting(2), "why").await.unwrap();

    let all = SuspensionRequest { all: true, undo_window: Duration::ZERO, ..order(&fixture, &[]) };
    let at_once = fixture.jeton.administration.suspensions.suspend(&admin, fixture.service, all, "why").await.unwrap();
    assert_eq!(at_once.stage, Stage::Ending);
    assert_eq!(
        fixture.jeton.administration.suspensions.undo(&admin, fixture.service, at_once.id).await.unwrap_err().id(),
        "suspension_over"
    );
    end_due(&fixture).await;
    assert_eq!(fixture.verdict(&token).await, Some(Inactive::Revoked));
}

#[tokio::test]
async fn a_list_shows_what_is_suspended() {
    let fixture = Fixture::new().await;
    access(&fixture).await;
    fixture.by_password("read").await.unwrap();
    let total = async |words: &[(&str, &str)]| {
        let words = FilterWords::read(words.iter().copied(), fixture.jeton.ledger.now()).unwrap();
        match words.resolve(&fixture.jeton.ledger, fixture.service).await? {
            Some(filter) => Ok::<_, Refusal>(fixture.jeton.ledger.list(&filter, Page::first(0)).await.unwrap().total),
            None => Ok(0),
        }
    };
    assert_eq!(total(&[("state", "suspended")]).await.unwrap(), 0);
    let refresh = suspend(&fixture, &[("kind", "refresh")]).await.unwrap();
    assert_eq!(total(&[("state", "suspended")]).await.unwrap(), 1);
    assert_eq!(total(&[("state", "suspended"), ("kind", "access")]).await.unwrap(), 0);
    let alice = suspend(&fixture, &[("username", "alice")]).await.unwrap();
    assert!(total(&[("state", "suspended")]).await.is_err(), "which of the two?");
    assert_eq!(total(&[("suspension", &refresh.id.to_string())]).await.unwrap(), 1);
    assert_eq!(total(&[("suspension", &alice.id.to_string())]).await.unwrap(), 2);
    assert_eq!(total(&[("suspension", "1")]).await.unwrap(), 0);
    assert_eq!(total(&[("state", "live")]).await.unwrap(), 3, "what is suspended has not ended");
}

/// What a capability scope allows does not count: preview, list, suspension and revocation cover one token of three.
#[tokio::test]
async fn a_scope_in_a_filter_is_the_word_that_stands_in_the_list() {
    let fixture = Fixture::new().await;
    fixture.client("app", |app| app.scope = Scope::parse("storage.read:/").unwrap()).await;
    let mut tokens = Vec::new();
    for scope in ["storage.read:/", "storage.read:/a", "storage.read:/a/b"] {
        let answer = fixture.ask(&[("grant_type", "client_credentials"), ("scope", scope)]).await.unwrap();
        tokens.push(text_of(&answer, TokenKind::Access));
    }
    let verdicts = async || {
        [fixture.verdict(&tokens[0]).await, fixture.verdict(&tokens[1]).await, fixture.verdict(&tokens[2]).await]
    };
    let (words, admin) = ([("scope", "storage.read:/a")], Caller::local());
    let preview = fixture
        .jeton
        .administration
        .suspensions
        .preview(&admin, fixture.service, &order(&fixture, &words))
        .await
        .unwrap();
    assert_eq!(preview.total, 1);
    let suspension = suspend(&fixture, &words).await.unwrap();
    assert_eq!(suspension.count, 1);
    assert_eq!(verdicts().await, [None, Some(Inactive::Suspended), None]);
    fixture.jeton.administration.suspensions.end(&admin, fixture.service, suspension.id).await.unwrap();
    end_due(&fixture).await;
    assert_eq!(verdicts().await, [None, Some(Inactive::Revoked), None]);
}

/// A record that cannot be read may cover any token: the server does not start as if nothing were suspended.
#[tokio::test]
async fn a_suspension_that_cannot_be_read_lets_nothing_pass() {
    let store = Arc::new(ModelStore::new());
    let fixture = Fixture::on(store.clone()).await;
    let (service, owner, name) = (fixture.service, "active".to_owned(), "7".to_owned());
    let (kind, body) = (DocumentKind::Suspension, serde_json::json!({ "of": "a version to come" }));
    let document =
        Document { id: DocumentId::new(7), service, kind, owner, name, updated: fixture.jeton.ledger.now(), body };
    store.apply(Command::of(vec![Write::Document(Box::new(document))])).await.unwrap();
    assert!(TestLedger::on(store, &fixture.clock).try_open().await.is_err());
}

/// Uses are written some seconds late: one that was recorded a moment ago counts as well.
#[tokio::test]
async fn a_use_that_is_not_written_yet_counts() {
    let fixture = Fixture::new().await;
    let made = fixture
        .jeton
        .administration
        .mint_for(&Caller::local(), &fixture.service(), api_order(TokenKind::Api))
        .await
        .unwrap();
    let text = made.tokens[0].text.expose().to_owned();
    fixture.clock.advance(Duration::from_secs(1800));
    fixture
        .jeton
        .ledger
        .admit(fixture.service, &text, &RequestSource::default(), (None, jeton_ledger::ledger::Relying::OnMemory))
        .await
        .unwrap();
    let refused = suspend(&fixture, &[("unused_since", "-10m"), ("kind", "api")]).await;
    assert!(refused.as_ref().is_err_and(|refusal| refusal.is(&NOT_FOUND)), "{refused:?}");
    assert!(fixture.is_live(&text).await);
}
