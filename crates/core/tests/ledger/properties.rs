//! Properties of a token and of its family: in the JWT, in the answer, and at a refresh.

use std::time::Duration;

use jeton_core::ledger::{Family, Issued, NewGrant, Plan, TokenPlan};
use jeton_core::model::{GrantDetails, Property, TokenDetails, TokenFormat, TokenKind};
use jeton_jose::base64url;
use jeton_testkit::sample;
use serde_json::{Value, json};

use crate::fixture::{Fixture, text_of};

const HOUR: Duration = Duration::from_secs(3600);

fn property(key: &str, value: &str, hidden: bool) -> Property {
    Property { key: key.into(), value: value.into(), hidden }
}

fn claims(jwt: &str) -> Value {
    serde_json::from_slice(&base64url::decode(jwt.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

fn shown(issued: &Issued) -> Vec<(&str, &str)> {
    issued.first(TokenKind::Access).unwrap().visible_properties().collect()
}

/// Mints a family with properties of its own, and an access token with more.
async fn begun(house: &Fixture, format: TokenFormat) -> Issued {
    let details = GrantDetails {
        properties: vec![
            property("tenant", "of the family", false),
            property("note", "of the family", false),
            property("secret", "of the family", true),
        ],
        authorization_details: Some(json!([{ "type": "payment" }])),
        ..GrantDetails::default()
    };
    let family =
        NewGrant { details, lifetime: Some(HOUR), ..NewGrant::new("password", sample::scope("read"), "".into()) };
    let mut access = TokenPlan::new(TokenKind::Access, format, sample::scope("read"), Some(HOUR));
    let own =
        [("note", false), ("sub", false), ("exp", false), ("access_token", false), ("scope", false), ("own", true)];
    access.details = TokenDetails {
        properties: own.map(|(key, hidden)| property(key, "of the token", hidden)).to_vec(),
        ..TokenDetails::default()
    };
    let refresh = TokenPlan::new(TokenKind::Refresh, TokenFormat::Opaque, sample::scope("read"), Some(HOUR));
    let plan = Plan {
        family: Family::New(Box::new(family)),
        tokens: vec![access, refresh],
        ..Plan::new(house.service(), Some(house.record().await)).of_user(house.user().await)
    };
    house.jeton.ledger.mint(plan).await.unwrap()
}

#[tokio::test]
async fn visible_ones_are_in_the_jwt_and_the_answer_and_replace_nothing() {
    for copied in [false, true] {
        let house = Fixture::new().await;
        house.settings(|settings| settings.signed_copy = copied).await;
        let issued = begun(&house, TokenFormat::Jwt).await;
        let claims = claims(issued.tokens[0].presented().expose());
        assert_eq!((&claims["tenant"], &claims["note"]), (&json!("of the family"), &json!("of the token")));
        assert_eq!((&claims["sub"], &claims["scope"]), (&json!("sub-of-alice"), &json!("read")));
        assert!(claims["exp"].is_number() && claims.get("secret").is_none() && claims.get("own").is_none());
        assert_eq!(claims["authorization_details"], json!([{ "type": "payment" }]));
        let shown = shown(&issued);
        assert!(shown.contains(&("tenant", "of the family")) && shown.contains(&("note", "of the token")));
        assert!(!shown.iter().any(|(key, _)| ["secret", "own", "scope", "access_token"].contains(key)), "{shown:?}");
    }
}

#[tokio::test]
async fn a_refreshed_token_has_those_of_the_family() {
    let house = Fixture::new().await;
    let issued = begun(&house, TokenFormat::Opaque).await;
    let refresh = issued.first(TokenKind::Refresh).unwrap().text.expose().to_owned();
    for _ in 0..2 {
        let again = house.by_refresh(&refresh).await.unwrap();
        assert_eq!(shown(&again.issued), [("tenant", "of the family"), ("note", "of the family")]);
        let row = house.jeton.ledger.find(house.service, &text_of(&again, TokenKind::Access)).await.unwrap().unwrap();
        let details = row.details.as_ref().unwrap();
        assert_eq!(details.properties.len(), 3, "the hidden one too");
        assert_eq!(details.authorization_details, Some(json!([{ "type": "payment" }])));
    }
}
