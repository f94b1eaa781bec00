//! Many tokens ended by one filter: all that match, no others, even if the caller disconnects.

use std::sync::Arc;
use std::time::Duration;

use jeton_core::ids::ClientKey;
use jeton_core::ledger::{Ending, Plan, RevocationScope, TokenPlan};
use jeton_core::model::{Actor, Client, EventKind, Reason, TokenFormat, TokenKind};
use jeton_core::store::{TokenFilter, Write};
use jeton_testkit::sample;

use crate::held_store::HeldStore;
use crate::house::{House, text_of};

/// The texts of `count` access tokens of a client.
async fn minted(house: &House, client: &Arc<Client>, count: usize) -> Vec<String> {
    let token = || {
        let life = Some(Duration::from_secs(600));
        TokenPlan::new(TokenKind::Access, TokenFormat::Opaque, sample::scope("read"), life)
    };
    let tokens = std::iter::repeat_with(token).take(count).collect();
    let plan = Plan { tokens, ..Plan::new(house.service(), Some(Arc::clone(client))) };
    let issued = house.jeton.ledger.mint(plan).await.unwrap();
    issued.tokens.iter().map(|token| token.text.expose().to_owned()).collect()
}

fn access_of(house: &House, client: ClientKey) -> TokenFilter {
    TokenFilter {
        service: Some(house.service),
        kinds: vec![TokenKind::Access],
        client: Some(client),
        ..TokenFilter::default()
    }
}

async fn alive(house: &House, texts: &[String]) -> usize {
    let mut alive = 0;
    for text in texts {
        alive += usize::from(house.is_live(text).await);
    }
    alive
}

#[tokio::test]
async fn all_that_match_end_and_nothing_else_does() {
    let house = House::new().await;
    let (app, other) = (house.record().await, house.client("other", |_| ()).await);
    let (wanted, spared) = (minted(&house, &app, 600).await, minted(&house, &other, 3).await);
    assert_eq!(alive(&house, &wanted).await, 600, "and all of them are remembered now");
    let filter = access_of(&house, app.key);
    let ended = house
        .jeton
        .ledger
        .revoke_matching(filter.clone(), Ending::new(Reason::Admin, Actor::System).noting("leaving"))
        .await
        .unwrap();
    assert_eq!((ended, alive(&house, &wanted).await, alive(&house, &spared).await), (600, 0, 3));
    let again = house
        .jeton
        .ledger
        .revoke_matching(filter, Ending::new(Reason::Admin, Actor::System).noting("leaving"))
        .await
        .unwrap();
    assert_eq!(again, 0, "asking again does nothing");

    let events = house.jeton.ledger.events(Some(house.service), 100).await.unwrap();
    let batches: Vec<_> = events.iter().filter(|e| e.kind == EventKind::TokensRevoked).collect();
    let named: usize = batches.iter().map(|event| event.batch().0.len()).sum();
    assert_eq!((batches.len(), named), (19, 600), "one event a command, and it names every token");
    assert!(batches.iter().all(|event| event.detail.as_deref().is_some_and(|d| d.contains("leaving"))));
}

#[tokio::test]
async fn a_refresh_token_takes_its_family_along_unless_told_otherwise() {
    for (revocation_scope, access_lives) in [(RevocationScope::Family, false), (RevocationScope::Token, true)] {
        let house = House::new().await;
        let issued = house.by_password("read").await.unwrap();
        let (access, refresh) = (text_of(&issued, TokenKind::Access), text_of(&issued, TokenKind::Refresh));
        let filter =
            TokenFilter { service: Some(house.service), kinds: vec![TokenKind::Refresh], ..TokenFilter::default() };
        let ending = Ending::new(Reason::Admin, Actor::System).noting("test").reaching(revocation_scope);
        assert_eq!(house.jeton.ledger.revoke_matching(filter, ending).await.unwrap(), 1);
        assert!(!house.is_live(&refresh).await);
        assert_eq!(house.is_live(&access).await, access_lives, "{revocation_scope:?}");
        house.by_refresh(&refresh).await.expect_err("a revoked refresh token");
    }
}

#[tokio::test]
async fn it_goes_on_when_the_caller_hangs_up() {
    let store = Arc::<HeldStore>::default();
    let house = Arc::new(House::on(store.clone()).await);
    let app = house.record().await;
    let texts = minted(&house, &app, 600).await;
    let gate = store.hold(|w| matches!(w, Write::RevokeToken { .. }));
    let caller = tokio::spawn({
        let (house, filter) = (Arc::clone(&house), access_of(&house, app.key));
        async move {
            house.jeton.ledger.revoke_matching(filter, Ending::new(Reason::Admin, Actor::System).noting("test")).await
        }
    });
    gate.done().await;
    caller.abort();
    caller.await.expect_err("the caller is gone");
    gate.open();
    let all_dead = async {
        while alive(&house, &texts).await > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(300), all_dead).await.expect("the rest is ended too");
}
