//! Amending and revoking tokens as an administrator.

use std::time::Duration;

use jeton_core::administration::{Caller, TokenName};
use jeton_core::ledger::{Amendment, Ending, Inactive, LONGEST_LIFETIME, RevocationScope};
use jeton_core::model::{TokenFormat, TokenKind};
use jeton_core::refusals::{INVALID, NOT_FOUND, SCOPE_NOT_ALLOWED};
use jeton_core::tokens::TokenList;
use jeton_testkit::sample;

use crate::fixture::{Fixture, text_of};

async fn opaque() -> (Fixture, String, std::sync::Arc<jeton_core::model::Token>) {
    let fixture = Fixture::new().await;
    fixture.client("app", |c| c.access_token_format = Some(TokenFormat::Opaque)).await;
    let begun = fixture.by_password("read").await.unwrap();
    let id = begun.issued.first(TokenKind::Access).unwrap().id;
    let row = fixture.jeton.ledger.token_by_number(fixture.service, id).await.unwrap().unwrap();
    (fixture, text_of(&begun, TokenKind::Access), row)
}

#[tokio::test]
async fn an_ended_token_is_not_amended_back_to_life() {
    let (fixture, text, row) = opaque().await;
    let admin = Caller::local();
    let (tokens, name) = (&fixture.jeton.administration.tokens, TokenName::Number(row.id));
    tokens.end(&admin, fixture.service, TokenList::EVERY, &name, RevocationScope::Family).await.unwrap();
    let later = fixture.jeton.ledger.now() + Duration::from_secs(7200);
    let change = Amendment { expires: Some(Some(later)), ..Amendment::default() };
    let refused = fixture.jeton.administration.amend_for(&admin, &row, change).await;
    assert!(refused.as_ref().is_err_and(|refusal| refusal.is(&NOT_FOUND)));
    assert_eq!(fixture.verdict(&text).await, Some(Inactive::Revoked));
}

#[tokio::test]
async fn a_token_of_an_ended_family_is_not_amended() {
    let (fixture, text, row) = opaque().await;
    let (service, grant, actor) = (fixture.service, row.grant.unwrap(), jeton_core::model::Actor::System);
    fixture
        .jeton
        .ledger
        .revoke_family(service, grant, None, Ending::new(jeton_core::model::Reason::Admin, actor))
        .await
        .unwrap();
    let change = Amendment { scope: Some(sample::scope("")), ..Amendment::default() };
    let refused = fixture.jeton.administration.amend_for(&Caller::local(), &row, change).await;
    assert!(refused.as_ref().is_err_and(|refusal| refusal.is(&NOT_FOUND)));
    assert_eq!(fixture.verdict(&text).await, Some(Inactive::GrantEnded));
}

#[tokio::test]
async fn an_expired_token_is_not_amended_back_to_life() {
    let (fixture, text, row) = opaque().await;
    fixture.clock.advance(Duration::from_secs(3600));
    assert_eq!(fixture.verdict(&text).await, Some(Inactive::Expired));
    let change =
        Amendment { expires: Some(Some(fixture.jeton.ledger.now() + Duration::from_secs(60))), ..Amendment::default() };
    // "Changes a live token": an expired one is not live.
    assert!(fixture.jeton.administration.amend_for(&Caller::local(), &row, change).await.is_err());
    assert!(!fixture.is_live(&text).await);
}

#[tokio::test]
async fn rights_are_not_amended_beyond_family_and_client() {
    let (fixture, _, row) = opaque().await;
    for scope in ["read write", "admin"] {
        let change = Amendment { scope: Some(sample::scope(scope)), ..Amendment::default() };
        let refused = fixture.jeton.administration.amend_for(&Caller::local(), &row, change).await;
        assert!(refused.as_ref().is_err_and(|refusal| refusal.is(&SCOPE_NOT_ALLOWED)), "{scope}");
    }
}

/// Rule 1: "lifetimes are bounded", by ten years.
#[tokio::test]
async fn a_life_is_not_amended_beyond_what_could_be_minted() {
    let (fixture, _, row) = opaque().await;
    let far = fixture.jeton.ledger.now() + LONGEST_LIFETIME + Duration::from_millis(1);
    let change = Amendment { expires: Some(Some(far)), ..Amendment::default() };
    assert!(fixture.jeton.administration.amend_for(&Caller::local(), &row, change).await.is_err());
}

/// No token outlives its family: an access token of a 30-day authorization may be extended to its end, no further.
#[tokio::test]
async fn a_life_is_not_amended_beyond_its_family() {
    let (fixture, _, row) = opaque().await;
    let family = fixture.store.grant(row.grant.unwrap()).await.unwrap().unwrap();
    let end = family.expires.unwrap();
    for beyond in [None, Some(end + Duration::from_millis(1))] {
        let change = Amendment { expires: Some(beyond), ..Amendment::default() };
        let refused = fixture.jeton.administration.amend_for(&Caller::local(), &row, change).await;
        assert!(refused.as_ref().is_err_and(|refusal| refusal.is(&INVALID)), "{beyond:?}");
    }
    let change = Amendment { expires: Some(Some(end)), ..Amendment::default() };
    assert_eq!(
        fixture.jeton.administration.amend_for(&Caller::local(), &row, change).await.unwrap().expires,
        Some(end)
    );
}
