//! The algorithm of ID tokens and logout tokens: what a client named, else RS256 (OpenID Connect Registration section 2); MACs are
//! keyed by the client's secret (OIDC Core section 10.1).

use jeton_core::administration::Caller;
use jeton_core::exchange::{ClientMatch, ExchangeRule};
use jeton_core::model::{Client, UnnamedAlg};
use jeton_core::store::Write;
use jeton_jose::{Algorithm, VerifyingKey, base64url, jws};
use serde_json::{Value, json};

use crate::registration::{house, minimal, register};
use jeton_served::{Ask, Browser, House, PASSWORD, Reply, TOKEN_EXCHANGE, USER, VERIFIER, code_params};
use jeton_testkit::sample;

const SECRET: &str = "a secret of sixty-four bytes, which is what HS512 needs at least";
const MACS: [(Algorithm, usize); 3] = [(Algorithm::HS256, 16), (Algorithm::HS384, 24), (Algorithm::HS512, 32)];

async fn tokens(house: &House, client: &str, secret: &str) -> Reply {
    let code = Browser::default().code(house, &code_params(client, "openid")).await;
    let form = [("grant_type", "authorization_code"), ("code", code.as_str()), ("code_verifier", VERIFIER)];
    house.token((client, secret), &form).await.ok()
}

async fn alg(house: &House, client: &str, secret: &str) -> String {
    let text = tokens(house, client, secret).await.member("id_token");
    house.verified(&text).await.header["alg"].as_str().unwrap().to_owned()
}

/// The header and claims of a JWT with a right MAC.
fn opened(text: &str, alg: Algorithm, secret: &str) -> (Value, Value) {
    let token = jws::parse_compact(text).unwrap();
    assert_eq!(token.header().alg(), alg);
    jws::verify(&token, &VerifyingKey::from_secret(alg, secret.as_bytes()).unwrap()).unwrap();
    let header = base64url::decode(text.split('.').next().unwrap()).unwrap();
    (serde_json::from_slice(&header).unwrap(), serde_json::from_slice(token.payload()).unwrap())
}

#[tokio::test]
async fn a_client_that_names_none_gets_rs256_and_registration_says_so() {
    let (house, token) = house().await;
    let made = register(&house, &token, &minimal()).await;
    let (id, secret) = (made.member("client_id"), made.member("client_secret"));
    assert_eq!(made.member("id_token_signed_response_alg"), "RS256");
    assert_eq!(alg(&house, &id, &secret).await, "RS256");
    let own = Ask::get(&format!("/registration/{id}")).bearer(&made.member("registration_access_token"));
    assert_eq!(own.send(&house).await.ok().member("id_token_signed_response_alg"), "RS256");

    house.client("app", Some(SECRET), |_| ()).await;
    assert_eq!(alg(&house, "app", SECRET).await, "RS256");
    let access = tokens(&house, "app", SECRET).await.access();
    assert_eq!(house.verified(&access).await.header["alg"], "ES256", "access tokens have their own");
}

#[tokio::test]
async fn the_service_s_setting_counts_for_those_that_name_none() {
    let house = House::new().await;
    house.set(|s| s.id_token_signing_alg = Algorithm::EdDSA).await;
    house.client("app", Some(SECRET), |_| ()).await;
    house.client("own", Some(SECRET), |c| c.id_token_signed_response_alg = Some(Algorithm::ES256)).await;
    assert_eq!((alg(&house, "app", SECRET).await, alg(&house, "own", SECRET).await), ("EdDSA".into(), "ES256".into()));
    let listed = house.metadata().await.texts("id_token_signing_alg_values_supported");
    assert!(["EdDSA", "RS256", "ES256"].iter().all(|alg| listed.contains(&(*alg).to_owned())), "{listed:?}");
}

/// RFC 7591 section 3.2.1: the answer says what is registered, so it stays when the operator changes the default.
#[tokio::test]
async fn what_registration_answered_stays_when_the_default_changes() {
    let (house, token) = house().await;
    let made = register(&house, &token, &minimal()).await;
    let (id, secret) = (made.member("client_id"), made.member("client_secret"));
    house.set(|s| s.id_token_signing_alg = Algorithm::EdDSA).await;
    assert_eq!(alg(&house, &id, &secret).await, "RS256");
    let own = format!("/registration/{id}");
    let bearer = made.member("registration_access_token");
    let shown = Ask::get(&own).bearer(&bearer).send(&house).await.ok();
    assert_eq!(shown.member("id_token_signed_response_alg"), "RS256");
    // A document without it asks for the default of now, and the answer says which that is.
    let mut metadata = minimal();
    metadata["client_id"] = json!(id);
    let put = Ask::put(&own).bearer(&bearer).json(&metadata).send(&house).await.ok();
    assert_eq!(put.member("id_token_signed_response_alg"), "EdDSA");
    assert_eq!(alg(&house, &id, &secret).await, "EdDSA");
}

/// Verifiers of clients that exist are set to the algorithm that they got.
#[tokio::test]
async fn a_client_of_before_keeps_the_algorithm_of_access_tokens() {
    let house = House::new().await;
    let of_before = |c: &mut Client| c.unnamed_id_token_alg = UnnamedAlg::AccessTokens;
    house.client("app", Some(SECRET), of_before).await;
    assert_eq!(alg(&house, "app", SECRET).await, "ES256");
    // Whoever writes its record again without naming one changes nothing about it.
    house.client("app", Some(SECRET), |c| c.require_pkce = true).await;
    assert_eq!(alg(&house, "app", SECRET).await, "ES256");
    house.change_client("app", |c| c.id_token_signed_response_alg = Some(Algorithm::RS256)).await;
    assert_eq!(alg(&house, "app", SECRET).await, "RS256");
}

#[tokio::test]
async fn a_mac_is_keyed_by_the_secret_that_registration_made() {
    let (house, token) = house().await;
    for (alg, half) in MACS {
        let mut metadata = minimal();
        metadata["id_token_signed_response_alg"] = alg.as_str().into();
        let made = register(&house, &token, &metadata).await;
        let (id, secret) = (made.member("client_id"), made.member("client_secret"));
        assert_eq!(made.member("id_token_signed_response_alg"), alg.as_str());
        assert!(secret.len() >= 64, "{}", secret.len());
        let (header, claims) = opened(&tokens(&house, &id, &secret).await.member("id_token"), alg, &secret);
        assert_eq!((&header["typ"], header.get("kid"), &claims["aud"]), (&json!("JWT"), None, &json!(id)));
        assert_eq!(base64url::decode(claims["at_hash"].as_str().unwrap()).unwrap().len(), half);
    }
}

/// The secret keys MACs also of a client that authenticates otherwise.
#[tokio::test]
async fn a_client_with_a_key_of_its_own_gets_a_secret_for_macs() {
    let (house, token) = house().await;
    let mut metadata = minimal();
    metadata["token_endpoint_auth_method"] = "private_key_jwt".into();
    metadata["jwks"] = jeton_served::jwks(&[&jeton_served::key(Algorithm::ES256)]);
    assert!(!register(&house, &token, &metadata).await.has("client_secret"));
    metadata["id_token_signed_response_alg"] = "HS256".into();
    let made = register(&house, &token, &metadata).await;
    assert!(made.member("client_secret").len() >= 64);
    let id = made.member("client_id");
    let form = [("grant_type", "refresh_token"), ("refresh_token", "x")];
    let refused = house.token((&id, &made.member("client_secret")), &form).await;
    assert_eq!(refused.member("error"), "invalid_client", "it is no way to authenticate");
}

#[tokio::test]
async fn user_info_and_logout_tokens_have_macs_too() {
    const BACK: &str = "https://app.example/back";
    let house = House::new().await;
    house.network.answer(BACK, 200, "", None);
    house
        .client("app", Some(SECRET), |c| {
            c.id_token_signed_response_alg = Some(Algorithm::HS256);
            c.metadata.set("userinfo_signed_response_alg", "HS384");
            c.metadata.set("backchannel_logout_uri", BACK);
        })
        .await;
    let mut browser = Browser::default();
    let code = browser.code(&house, &code_params("app", "openid")).await;
    let form = [("grant_type", "authorization_code"), ("code", code.as_str()), ("code_verifier", VERIFIER)];
    let answer = house.token(("app", SECRET), &form).await.ok();
    let userinfo = Ask::get("/userinfo").bearer(&answer.access()).send(&house).await.ok();
    assert_eq!(opened(userinfo.text(), Algorithm::HS384, SECRET).1["sub"], "sub-of-alice");

    let leave = [("id_token_hint", answer.member("id_token")), ("client_id", "app".into())];
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(leave).finish();
    // The client could have made the hint itself, so the person is asked.
    let form = browser.send(&house, Ask::get(&format!("/end_session?{query}"))).await.ok().form();
    let approved = [("ticket", form.ticket.as_str()), ("decision", "approve")];
    browser.send(&house, Ask::post(&form.action).form(&approved)).await.ok();
    assert_eq!(house.jeton.oauth.deliver_notices().await.unwrap(), 1);
    let asked = house.network.asked().into_iter().find(|asked| asked.url == BACK).expect("a notice");
    let body = asked.body.unwrap();
    let (_, token) = form_urlencoded::parse(body.as_bytes()).into_owned().next().unwrap();
    let (header, claims) = opened(&token, Algorithm::HS256, SECRET);
    assert_eq!((&header["typ"], &claims["aud"]), (&json!("logout+jwt"), &json!("app")));
}

/// A client can make such an ID token itself, about anybody.
#[tokio::test]
async fn a_mac_proves_nothing_to_others_than_the_client() {
    let house = House::new().await;
    for name in ["app", "gate"] {
        house.client(name, Some(SECRET), |c| c.id_token_signed_response_alg = Some(Algorithm::HS256)).await;
    }
    let rule = ExchangeRule {
        origin: ClientMatch::ById("app".into()),
        client: ClientMatch::ById("gate".into()),
        scope: Some(sample::scope("read")),
        ..ExchangeRule::default()
    };
    house.jeton.oauth.put_exchange_rule(&Caller::local(), house.service, "a", &rule).await.unwrap();
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "openid read")];
    let id_token = house.token(("app", SECRET), &form).await.ok().member("id_token");
    let form = [
        ("grant_type", TOKEN_EXCHANGE),
        ("subject_token", id_token.as_str()),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:id_token"),
    ];
    house.token(("gate", SECRET), &form).await.refused(400, "invalid_request", "the subject token is not valid");
}

/// Records may be older than this rule: their clients got the service's algorithm, since nobody could check their MACs.
#[tokio::test]
async fn a_stored_mac_without_its_key_has_no_effect() {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    let stored = house.jeton.administration.show_client(house.service, "app").await.unwrap();
    let old = Client { id_token_signed_response_alg: Some(Algorithm::HS256), ..stored };
    house.jeton.ledger.applied(vec![Write::Client(Box::new(old))]).await.unwrap();
    house.change_client("app", |c| c.require_pkce = true).await;
    assert_eq!(alg(&house, "app", SECRET).await, "RS256");
}
