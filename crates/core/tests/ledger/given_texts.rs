//! Texts that a caller chose, and finding tokens by the hash of their text.

use std::sync::Arc;
use std::time::Duration;

use jeton_core::formats::verifier;
use jeton_core::ledger::{Exchanged, Family, Given, GivenText, Inactive, Issued, NewGrant, Plan, TokenPlan};
use jeton_core::model::{Actor, TokenFormat, TokenKind};
use jeton_core::refusal::{Class, Refusal};
use jeton_core::refusals::{INVALID, TOKEN_TEXT_TAKEN};
use jeton_core::{Secret, Store};
use jeton_testkit::{ModelStore, sample};

use crate::fixture::{Fixture, text_of};

const HOUR: Duration = Duration::from_secs(3600);

/// A token with this text; none: one that is made here.
fn token(kind: TokenKind, text: Option<&str>) -> TokenPlan {
    let given = text.map(|text| Given { text: GivenText::Clear(Secret::new(text)), by: Some(Actor::System) });
    let format = if given.is_some() { TokenFormat::Foreign } else { TokenFormat::Opaque };
    TokenPlan { given, ..TokenPlan::new(kind, format, sample::scope("read"), Some(HOUR)) }
}

/// Mints an access token and a refresh token in a family of their own.
async fn mint(house: &Fixture, access: Option<&str>, refresh: Option<&str>) -> Result<Issued, Refusal> {
    let family = NewGrant { lifetime: Some(HOUR), ..NewGrant::new("password", sample::scope("read"), "".into()) };
    let plan = Plan {
        family: Family::New(Box::new(family)),
        tokens: vec![token(TokenKind::Access, access), token(TokenKind::Refresh, refresh)],
        ..Plan::new(house.service(), Some(house.record().await)).of_user(house.user().await)
    };
    house.jeton.ledger.mint(plan).await
}

#[tokio::test]
async fn a_given_text_is_the_token() {
    let house = Fixture::new().await;
    let issued = mint(&house, Some("an access token/of+another~system=="), Some("its-refresh-token")).await;
    assert!(issued.is_err_and(|refusal| refusal.is(&INVALID)), "a space is not visible");
    let issued = mint(&house, Some("access/of+another~system=="), Some("its-refresh-token")).await.unwrap();
    assert_eq!(issued.tokens[0].text.expose(), "access/of+another~system==");
    for (token, text) in issued.tokens.iter().zip(["access/of+another~system==", "its-refresh-token"]) {
        assert!(house.is_live(text).await);
        let found = house.jeton.ledger.find(house.service, text).await.unwrap().unwrap();
        assert_eq!((found.id, found.format), (token.id, TokenFormat::Foreign));
        let by_hash = house.jeton.ledger.find_by_hash(house.service, verifier(text).0).await.unwrap().unwrap();
        assert_eq!(by_hash.id, token.id);
    }
    let again = house.by_refresh("its-refresh-token").await.unwrap();
    assert!(house.is_live(&text_of(&again, TokenKind::Access)).await);
    // The answer is repeated within the grace period.
    let repeated = house.by_refresh("its-refresh-token").await.unwrap();
    assert_eq!(text_of(&repeated, TokenKind::Access), text_of(&again, TokenKind::Access));
}

#[tokio::test]
async fn a_text_in_use_makes_the_whole_mint_fail_and_says_which() {
    let house = Fixture::new().await;
    mint(&house, Some("one"), Some("two")).await.unwrap();
    let rows = house.rows().await;
    let cases = [
        (Some("one"), None, "access"),
        (Some("new"), Some("two"), "refresh"),
        (Some("two"), Some("three"), "access"),
        (None, Some("one"), "refresh"),
        (Some("same"), Some("same"), "refresh"),
    ];
    for (access, refresh, kind) in cases {
        let refusal = mint(&house, access, refresh).await.unwrap_err();
        assert!(refusal.is(&TOKEN_TEXT_TAKEN) && refusal.kind().class == Class::Conflict, "{refusal:?}");
        assert_eq!(refusal.message(), format!("the given {kind} token is already in use"));
    }
    assert_eq!(house.rows().await, rows, "nothing was minted");
    // An ended token keeps its text: whoever presents it must not get another's rights.
    let row = house.jeton.ledger.find(house.service, "one").await.unwrap().unwrap();
    let ending = jeton_core::ledger::Ending::new(jeton_core::model::Reason::Admin, Actor::System);
    house.jeton.ledger.revoke(&row, ending).await.unwrap();
    assert!(mint(&house, Some("one"), None).await.is_err());
    assert_eq!(house.verdict("one").await, Some(Inactive::Revoked));
}

#[tokio::test]
async fn of_many_mints_of_one_text_at_once_one_succeeds() {
    let house = Arc::new(Fixture::new().await);
    let racers = (0..24).map(|n| {
        let house = Arc::clone(&house);
        tokio::spawn(async move {
            let (access, refresh) = if n % 2 == 0 { (Some("contested"), None) } else { (None, Some("contested")) };
            mint(&house, access, refresh).await.map(|issued| issued.tokens[n % 2].id)
        })
    });
    let outcomes: Vec<_> = futures::future::join_all(racers).await.into_iter().map(Result::unwrap).collect();
    let winners: Vec<_> = outcomes.iter().flatten().collect();
    assert_eq!(winners.len(), 1);
    assert!(outcomes.iter().flat_map(|one| one.as_ref().err()).all(|refusal| refusal.is(&TOKEN_TEXT_TAKEN)));
    assert_eq!(house.jeton.ledger.find(house.service, "contested").await.unwrap().unwrap().id, *winners[0]);
    assert_eq!(house.rows().await, 2);
}

#[tokio::test]
async fn a_text_that_could_not_be_found_is_refused() {
    let house = Fixture::new().await;
    let own = text_of(&house.by_password("read").await.unwrap(), TokenKind::Access);
    let reference = mint(&house, None, None).await.unwrap().tokens[0].text.expose().to_owned();
    let rows = house.rows().await;
    let long = "x".repeat(16 * 1024 + 1);
    for text in [&*reference, "jtn_", "jtn_at_short", "", "two words", "line\nbreak", "caf\u{e9}", &long] {
        let refusal = mint(&house, Some(text), None).await.unwrap_err();
        assert!(refusal.is(&INVALID), "{text}: {refusal:?}");
        assert!(mint(&house, None, Some(text)).await.is_err());
    }
    assert_eq!(house.rows().await, rows);
    assert!(house.is_live(&reference).await && house.is_live(&own).await);
}

/// Our own JWTs name their row by a `jti` that is a random UUID to look at, and so do JWTs of others.
#[tokio::test]
async fn a_given_jwt_whose_jti_looks_like_ours_is_found() {
    let house = Fixture::new().await;
    let own = text_of(&house.by_password("read").await.unwrap(), TokenKind::Access);
    let mut parts: Vec<_> = own.split('.').map(str::to_owned).collect();
    parts[2] = jeton_jose::base64url::encode("signed by another");
    let foreign = parts.join(".");
    assert_eq!(house.verdict(&foreign).await, Some(Inactive::Unknown));
    let issued = mint(&house, Some(&foreign), None).await.unwrap();
    assert_eq!(house.jeton.ledger.find(house.service, &foreign).await.unwrap().unwrap().id, issued.tokens[0].id);
    assert!(house.is_live(&own).await, "and shadows nothing");
}

#[tokio::test]
async fn tokens_are_found_by_hash_where_the_service_says_so() {
    let store = Arc::new(ModelStore::new());
    let house = Fixture::on(Arc::clone(&store) as Arc<dyn Store>).await;
    let find = async |text: &str| house.jeton.ledger.find_by_hash(house.service, verifier(text).0).await.unwrap();
    let before = house.by_password("read offline_access").await.unwrap();
    for kind in [TokenKind::Access, TokenKind::Refresh] {
        assert!(find(&text_of(&before, kind)).await.is_none());
    }
    house.settings(|settings| settings.by_hash = true).await;
    let issued = house.by_password("read offline_access").await.unwrap();
    for kind in [TokenKind::Access, TokenKind::Refresh] {
        let found = find(&text_of(&issued, kind)).await.unwrap();
        assert_eq!(found.id, issued.issued.first(kind).unwrap().id);
    }
    let refreshed = house.by_refresh(&text_of(&issued, TokenKind::Refresh)).await.unwrap();
    let next = text_of(&refreshed, TokenKind::Refresh);
    assert_eq!(find(&next).await.unwrap().id, refreshed.issued.first(TokenKind::Refresh).unwrap().id);
    // The second key goes with the row.
    house.clock.advance(Duration::from_secs(3_600 * 24 * 400));
    store.sweep(house.jeton.ledger.now(), 1_000).await.unwrap();
    assert!(find(&next).await.is_none());
}

#[tokio::test]
async fn a_given_text_is_a_refusal_for_an_exchange_too() {
    let house = Fixture::new().await;
    mint(&house, Some("one"), None).await.unwrap();
    let plan = Plan {
        tokens: vec![token(TokenKind::Access, Some("one"))],
        ..Plan::new(house.service(), Some(house.record().await))
    };
    let outcome: Result<Exchanged, _> = house.jeton.ledger.exchange(plan).await;
    assert!(outcome.is_err_and(|refusal| refusal.is(&TOKEN_TEXT_TAKEN)));
}
