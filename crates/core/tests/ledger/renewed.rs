//! A new text for an existing token.

use std::time::Duration;

use jeton_core::Secret;
use jeton_core::formats::verifier;
use jeton_core::ledger::{Amended, Amendment, Given, GivenText, Inactive, Plan, TokenPlan};
use jeton_core::model::{Actor, Binding, EventKind, TokenFormat, TokenKind};
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{INVALID, NOT_FOUND};
use jeton_testkit::sample;

use crate::fixture::{Fixture, text_of};

async fn amend(house: &Fixture, text: &str, amendment: Amendment) -> Result<Amended, Refusal> {
    let row = house.jeton.ledger.find(house.service, text).await.unwrap().unwrap();
    house.jeton.ledger.amend(&row, amendment, Actor::Admin("admin".into())).await
}

async fn renew(house: &Fixture, text: &str) -> Result<Amended, Refusal> {
    amend(house, text, Amendment { renew: true, ..Amendment::default() }).await
}

fn new_text(amended: &Amended) -> String {
    amended.renewed.as_ref().unwrap().text.expose().to_owned()
}

async fn opaque() -> Fixture {
    let house = Fixture::new().await;
    house.client("app", |client| client.access_token_format = Some(TokenFormat::Opaque)).await;
    house
}

#[tokio::test]
async fn the_new_text_is_the_same_token_and_the_old_one_is_unknown() {
    let house = opaque().await;
    let begun = house.by_password("read offline_access").await.unwrap();
    for kind in [TokenKind::Access, TokenKind::Refresh] {
        let old = text_of(&begun, kind);
        assert!(house.is_live(&old).await, "and it is in memory");
        let amended = renew(&house, &old).await.unwrap();
        let new = new_text(&amended);
        assert_eq!(house.verdict(&old).await, Some(Inactive::Unknown));
        assert!(house.is_live(&new).await);
        assert_eq!(amended.token.id, begun.issued.first(kind).unwrap().id);
        let again = house.another().await;
        assert!(again.is_live(&new).await && !again.is_live(&old).await, "it is durable");
        let events = house.jeton.ledger.events(Some(house.service), 1).await.unwrap();
        assert_eq!((events[0].kind, events[0].token), (EventKind::TokenAmended, Some(amended.token.id)));
        assert!(!format!("{events:?}").contains(&new));
        if kind == TokenKind::Refresh {
            assert!(house.by_refresh(&old).await.is_err());
            house.by_refresh(&new).await.unwrap();
        }
    }
}

#[tokio::test]
async fn other_changes_come_with_it_in_one_commit() {
    let house = opaque().await;
    let old = text_of(&house.by_password("read").await.unwrap(), TokenKind::Access);
    let (binding, end) = (Binding::Jwk([7; 32]), house.jeton.ledger.now() + Duration::from_secs(60));
    let amendment = Amendment {
        scope: Some(sample::scope("")),
        expires: Some(Some(end)),
        binding: Some(binding),
        renew: true,
        ..Amendment::default()
    };
    let amended = amend(&house, &old, amendment).await.unwrap();
    let row = house.jeton.ledger.find(house.service, &new_text(&amended)).await.unwrap().unwrap();
    assert_eq!((row.scope.as_str(), row.expires, row.binding), ("", Some(end), Some(binding)));
    assert_eq!(amended.renewed.unwrap().expires_in(), Some(60));
}

#[tokio::test]
async fn a_given_text_is_replaced_and_free_and_the_hash_follows() {
    let house = Fixture::new().await;
    house
        .settings(|settings| (settings.by_hash, settings.signed_copy, settings.show_values) = (true, true, true))
        .await;
    let mint = async || {
        let given = Some(Given { text: GivenText::Clear(Secret::new("theirs")), by: Some(Actor::System) });
        let life = Some(Duration::from_secs(60));
        let token =
            TokenPlan { given, ..TokenPlan::new(TokenKind::Access, TokenFormat::Foreign, sample::scope("read"), life) };
        let plan = Plan { tokens: vec![token], ..Plan::new(house.service(), Some(house.record().await)) };
        house.jeton.ledger.mint(plan).await
    };
    let issued = mint().await.unwrap();
    let old_copy = issued.tokens[0].signed.as_ref().unwrap().expose().to_owned();
    let amended = renew(&house, "theirs").await.unwrap();
    let (new, renewed) = (new_text(&amended), amended.renewed.as_ref().unwrap());
    let copy = renewed.signed.as_ref().unwrap().expose();
    for gone in ["theirs", &old_copy] {
        assert_eq!(house.verdict(gone).await, Some(Inactive::Unknown));
    }
    assert!(house.is_live(&new).await && house.is_live(copy).await);
    let find = async |text: &str| house.jeton.ledger.find_by_hash(house.service, verifier(text).0).await.unwrap();
    assert_eq!(find(&new).await.unwrap().id, issued.tokens[0].id);
    assert!(find("theirs").await.is_none());
    assert_eq!(amended.token.format, TokenFormat::Opaque);
    assert_eq!(house.jeton.ledger.secrets().opened_value(&amended.token).unwrap().expose(), new);
    assert_ne!(mint().await.unwrap().tokens[0].id, amended.token.id, "the text is free again");
}

#[tokio::test]
async fn what_cannot_have_a_new_text_is_refused() {
    let house = Fixture::new().await;
    let jwt = text_of(&house.by_password("read").await.unwrap(), TokenKind::Access);
    assert!(renew(&house, &jwt).await.is_err_and(|refusal| refusal.is(&INVALID)));
    assert!(house.is_live(&jwt).await);
    let house = opaque().await;
    let text = text_of(&house.by_password("read").await.unwrap(), TokenKind::Access);
    house.clock.advance(Duration::from_secs(7200));
    assert!(renew(&house, &text).await.is_err_and(|refusal| refusal.is(&NOT_FOUND)));
    let house = opaque().await;
    let begun = house.by_password("read offline_access").await.unwrap();
    let refresh = text_of(&begun, TokenKind::Refresh);
    house.by_refresh(&refresh).await.unwrap();
    assert!(renew(&house, &refresh).await.is_err_and(|refusal| refusal.is(&NOT_FOUND)), "a rotated one is no more");
}
