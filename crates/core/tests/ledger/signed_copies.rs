//! Opaque access tokens that a signed JWT accompanies.

use std::time::Duration;

use jeton_core::ledger::{Given, GivenText, IdTokenPlan, IdTokenReader, Inactive, Plan, TokenPlan};
use jeton_core::model::{AccessTokenTyp, Actor, TokenFormat, TokenKind};
use jeton_core::refusal::Refusal;
use jeton_core::{Secret, grants::TokenAnswer};
use jeton_jose::{Algorithm, base64url};
use jeton_testkit::sample;
use serde_json::{Map, Value, json};

use crate::fixture::{Fixture, text_of};

async fn copying(alg: Algorithm) -> Fixture {
    let house = Fixture::new().await;
    house
        .settings(|settings| {
            settings.signed_copy = true;
            settings.signing_alg = alg;
        })
        .await;
    house
}

fn copy_of(answer: &TokenAnswer) -> String {
    answer.issued.first(TokenKind::Access).unwrap().signed.as_ref().unwrap().expose().to_owned()
}

fn part(jwt: &str, n: usize) -> Value {
    serde_json::from_slice(&base64url::decode(jwt.split('.').nth(n).unwrap()).unwrap()).unwrap()
}

/// Also where access tokens state the type of every JWT: the copy is known by the mark in its header.
#[tokio::test]
async fn a_copy_of_another_type_is_the_same_token() {
    let house = copying(Algorithm::ES256).await;
    house.settings(|settings| settings.access_token_typ = AccessTokenTyp::Jwt).await;
    let answer = house.by_password("read openid").await.unwrap();
    let copy = copy_of(&answer);
    assert_eq!((&part(&copy, 0)["typ"], &part(&copy, 0)["jeton_kind"]), (&json!("JWT"), &json!("access_token")));
    assert!(house.is_live(&copy).await);
}

#[tokio::test]
async fn the_copy_says_what_the_token_is_and_both_are_the_same_token() {
    for alg in [Algorithm::ES256, Algorithm::EdDSA, Algorithm::RS256] {
        let house = copying(alg).await;
        let answer = house.by_password("read openid").await.unwrap();
        let (text, copy) = (text_of(&answer, TokenKind::Access), copy_of(&answer));
        assert!(text.starts_with("jtn_at_"));
        let (header, claims) = (part(&copy, 0), part(&copy, 1));
        assert_eq!((&header["typ"], &header["alg"]), (&json!("at+jwt"), &json!(alg.as_str())));
        assert_eq!((&claims["jti"], &claims["client_id"]), (&json!(text), &json!("app")));
        assert_eq!((&claims["iss"], &claims["sub"]), (&json!("https://id.example"), &json!("sub-of-alice")));
        assert_eq!(answer.issued.tokens[0].presented().expose(), copy);
        let find = async |text: &str| house.jeton.ledger.find(house.service, text).await.unwrap().unwrap();
        assert_eq!((find(&text).await.id, find(&copy).await.format), (find(&copy).await.id, TokenFormat::Opaque));
        assert!(house.is_live(&copy).await);
        // The ID token is about what the client is given.
        let id_token = part(answer.issued.id_token.as_ref().unwrap().expose(), 1);
        // EdDSA takes SHA-512.
        let hash = jeton_core::formats::verifier(&copy).0;
        assert!(alg == Algorithm::EdDSA || id_token["at_hash"] == json!(base64url::encode(&hash[..16])), "{alg:?}");
        let row = find(&copy).await;
        let ending = jeton_core::ledger::Ending::new(jeton_core::model::Reason::Admin, Actor::System);
        house.jeton.ledger.revoke(&row, ending).await.unwrap();
        assert_eq!(
            (house.verdict(&copy).await, house.verdict(&text).await),
            (Some(Inactive::Revoked), Some(Inactive::Revoked))
        );
    }
}

#[tokio::test]
async fn a_forged_or_altered_copy_is_unknown() {
    let house = copying(Algorithm::ES256).await;
    let answer = house.by_password("read").await.unwrap();
    let (text, copy) = (text_of(&answer, TokenKind::Access), copy_of(&answer));
    let parts: Vec<_> = copy.split('.').collect();
    let encoded = |value: &Value| base64url::encode(value.to_string());
    let mut claims = part(&copy, 1);
    claims["scope"] = json!("read write");
    let mut forged = vec![
        format!("{}.{}.{}", parts[0], encoded(&claims), parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}.{}", encoded(&json!({ "alg": "none", "typ": "at+jwt" })), parts[1], parts[2]),
        format!("{}.{}.{}", encoded(&json!({ "alg": "ES256", "typ": "at+jwt", "kid": "k1" })), parts[1], parts[2]),
        format!("{}.{}.{}", encoded(&json!({ "alg": "ES256", "kid": part(&copy, 0)["kid"] })), parts[1], parts[2]),
        format!("{copy}="),
    ];
    // Signed by another service of this installation.
    let other = copying(Algorithm::ES256).await;
    let theirs = copy_of(&other.by_password("read").await.unwrap());
    forged.push(theirs);
    // A signature is 64 bytes: each changed one.
    let signature = base64url::decode(parts[2]).unwrap();
    for at in 0..signature.len() {
        let mut changed = signature.clone();
        changed[at] ^= 1;
        forged.push(format!("{}.{}.{}", parts[0], parts[1], base64url::encode(changed)));
    }
    for jwt in forged {
        assert_eq!(house.verdict(&jwt).await, Some(Inactive::Unknown), "{jwt}");
    }
    assert!(house.is_live(&copy).await && house.is_live(&text).await);
    // Whether the service makes copies now says nothing about those that it made.
    house.settings(|settings| settings.signed_copy = false).await;
    assert!(house.is_live(&copy).await && house.is_live(&text).await);
}

#[tokio::test]
async fn a_refresh_repeats_the_same_copy() {
    for scope in ["read offline_access", "openid read offline_access"] {
        let house = copying(Algorithm::ES256).await;
        let first = house.by_password(scope).await.unwrap();
        let refresh = text_of(&first, TokenKind::Refresh);
        let one = house.by_refresh(&refresh).await.unwrap();
        let two = house.another().await.by_refresh(&refresh).await.unwrap();
        assert_eq!(
            (copy_of(&one), text_of(&one, TokenKind::Access)),
            (copy_of(&two), text_of(&two, TokenKind::Access))
        );
        assert_eq!(text_of(&one, TokenKind::Refresh), text_of(&two, TokenKind::Refresh));
        assert!(house.is_live(&copy_of(&one)).await);
    }
}

#[tokio::test]
async fn a_given_text_has_a_copy_and_a_given_hash_none() {
    let house = copying(Algorithm::ES256).await;
    let of = async |text: GivenText| -> Result<_, Refusal> {
        let given = Some(Given { text, by: Some(Actor::System) });
        let life = Some(Duration::from_secs(60));
        let token =
            TokenPlan { given, ..TokenPlan::new(TokenKind::Access, TokenFormat::Foreign, sample::scope("read"), life) };
        let plan = Plan { tokens: vec![token], ..Plan::new(house.service(), Some(house.record().await)) };
        Ok(house.jeton.ledger.mint(plan).await?.tokens.remove(0))
    };
    let minted = of(GivenText::Clear(Secret::new("theirs"))).await.unwrap();
    let copy = minted.signed.as_ref().unwrap().expose();
    assert_eq!(part(copy, 1)["jti"], json!("theirs"));
    assert!(house.is_live(copy).await && house.is_live("theirs").await);
    let unseen = of(GivenText::Hash(jeton_core::formats::verifier("unseen"))).await.unwrap();
    assert!(unseen.signed.is_none() && house.is_live("unseen").await);
}

/// Whatever the plan says: no row of such a service is a JWT.
#[tokio::test]
async fn a_plan_for_a_jwt_makes_an_opaque_token_with_a_copy() {
    let house = copying(Algorithm::ES256).await;
    let token =
        TokenPlan::new(TokenKind::Access, TokenFormat::Jwt, sample::scope("read"), Some(Duration::from_secs(9)));
    let id_token = IdTokenPlan {
        sub: "somebody".into(),
        nonce: None,
        authentication: None,
        lifetime: Duration::from_secs(60),
        alg: Algorithm::ES256,
        reader: IdTokenReader::Anyone,
        claims: serde_json::from_value(json!({ "jti": "jtn_at_x" })).unwrap(),
        header: Map::new(),
        has_id: false,
        audience_as_array: false,
        code: None,
    };
    let plan = Plan {
        tokens: vec![token],
        id_token: Some(id_token),
        ..Plan::new(house.service(), Some(house.record().await))
    };
    let issued = house.jeton.ledger.mint(plan).await.unwrap();
    let row = house.jeton.ledger.find(house.service, issued.tokens[0].text.expose()).await.unwrap().unwrap();
    assert_eq!(row.format, TokenFormat::Opaque);
    assert!(issued.tokens[0].signed.is_some());
    assert_eq!(house.verdict(issued.id_token.unwrap().expose()).await, Some(Inactive::Unknown));
}
