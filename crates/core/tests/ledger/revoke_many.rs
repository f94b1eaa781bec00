//! Many tokens ended by one filter: all that match, no others, even if the caller disconnects.

use std::sync::Arc;
use std::time::Duration;

use jeton_core::ids::ClientKey;
use jeton_core::ledger::{Ending, Plan, RevocationScope, TokenPlan};
use jeton_core::model::{Actor, Client, EventKind, Reason, TokenFormat, TokenKind};
use jeton_core::store::{TokenFilter, Write};
use jeton_testkit::sample;

use crate::fixture::{Fixture, text_of};
use crate::held_store::HeldStore;

/// The texts of `count` access tokens of a client.
async fn minted(fixture: &Fixture, client: &Arc<Client>, count: usize) -> Vec<String> {
    let token = || {
        let life = Some(Duration::from_secs(600));
        TokenPlan::new(TokenKind::Access, TokenFormat::Opaque, sample::scope("read"), life)
    };
    let tokens = std::iter::repeat_with(token).take(count).collect();
    let plan = Plan { tokens, ..Plan::new(fixture.service(), Some(Arc::clone(client))) };
    let issued = fixture.jeton.ledger.mint(plan).await.unwrap();
    issued.tokens.iter().map(|token| token.text.expose().to_owned()).collect()
}

fn access_of(fixture: &Fixture, client: ClientKey) -> TokenFilter {
    TokenFilter {
        service: Some(fixture.service),
        kinds: vec![TokenKind::Access],
        client: Some(client),
        ..TokenFilter::default()
    }
}

async fn alive(fixture: &Fixture, texts: &[String]) -> usize {
    let mut alive = 0;
    for text in texts {
        alive += usize::from(fixture.is_live(text).await);
    }
    alive
}

#[tokio::test]
async fn all_that_match_end_and_nothing_else_does() {
    let fixture = Fixture::new().await;
    let (app, other) = (fixture.record().await, fixture.client("other", |_| ()).await);
    let (wanted, spared) = (minted(&fixture, &app, 600).await, minted(&fixture, &other, 3).await);
    assert_eq!(alive(&fixture, &wanted).await, 600, "and all of them are remembered now");
    let filter = access_of(&fixture, app.key);
    let ended = fixture
        .jeton
        .ledger
        .revoke_matching(filter.clone(), Ending::new(Reason::Admin, Actor::System).noting("leaving"))
        .await
        .unwrap();
    assert_eq!((ended, alive(&fixture, &wanted).await, alive(&fixture, &spared).await), (600, 0, 3));
    let again = fixture
        .jeton
        .ledger
        .revoke_matching(filter, Ending::new(Reason::Admin, Actor::System).noting("leaving"))
        .await
        .unwrap();
    assert_eq!(again, 0, "asking again does nothing");

    let events = fixture.jeton.ledger.events(Some(fixture.service), 100).await.unwrap();
    let batches: Vec<_> = events.iter().filter(|e| e.kind == EventKind::TokensRevoked).collect();
    let named: usize = batches.iter().map(|event| event.batch().0.len()).sum();
    assert_eq!((batches.len(), named), (19, 600), "one event a command, and it names every token");
    assert!(batches.iter().all(|event| event.detail.as_deref().is_some_and(|d| d.contains("leaving"))));
}

#[tokio::test]
async fn a_refresh_token_takes_its_family_along_unless_told_otherwise() {
    for (revocation_scope, access_lives) in [(RevocationScope::Family, false), (RevocationScope::Token, true)] {
        let fixture = Fixture::new().await;
        let issued = fixture.by_password("read").await.unwrap();
        let (access, refresh) = (text_of(&issued, TokenKind::Access), text_of(&issued, TokenKind::Refresh));
        let filter =
            TokenFilter { service: Some(fixture.service), kinds: vec![TokenKind::Refresh], ..TokenFilter::default() };
        let ending = Ending::new(Reason::Admin, Actor::System).noting("test").reaching(revocation_scope);
        assert_eq!(fixture.jeton.ledger.revoke_matching(filter, ending).await.unwrap(), 1);
        assert!(!fixture.is_live(&refresh).await);
        assert_eq!(fixture.is_live(&access).await, access_lives, "{revocation_scope:?}");
        fixture.by_refresh(&refresh).await.expect_err("a revoked refresh token");
    }
}

#[tokio::test]
async fn it_goes_on_when_the_caller_hangs_up() {
    let store = Arc::<HeldStore>::default();
    let fixture = Arc::new(Fixture::on(store.clone()).await);
    let app = fixture.record().await;
    let texts = minted(&fixture, &app, 600).await;
    let gate = store.hold(|w| matches!(w, Write::RevokeToken { .. }));
    let caller = tokio::spawn({
        let (fixture, filter) = (Arc::clone(&fixture), access_of(&fixture, app.key));
        async move {
            fixture.jeton.ledger.revoke_matching(filter, Ending::new(Reason::Admin, Actor::System).noting("test")).await
        }
    });
    gate.done().await;
    caller.abort();
    caller.await.expect_err("the caller is gone");
    gate.open();
    let all_dead = async {
        while alive(&fixture, &texts).await > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(300), all_dead).await.expect("the rest is ended too");
}
