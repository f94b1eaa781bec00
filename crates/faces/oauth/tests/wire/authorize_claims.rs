//! The `claims` parameter (OIDC Core section 5.5), with `acr`, `sub` and consent.

use serde_json::Value;

use jeton_served::{Ask, Browser, House, Reply, VERIFIER, back, code_params};

const SECRET: &str = "s3cret";
const ACR: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";

async fn house() -> House {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    house
}

fn with<'a>(scope: &'a str, name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut params = code_params("app", scope);
    params.push((name, value));
    params
}

async fn redeemed(house: &House, params: &[(&str, &str)]) -> Reply {
    let code = Browser::default().code(house, params).await;
    let form = [("grant_type", "authorization_code"), ("code", &code), ("code_verifier", VERIFIER)];
    house.token(("app", SECRET), &form).await.ok()
}

async fn id_claims(house: &House, reply: &Reply) -> Value {
    house.verified(&reply.member("id_token")).await.claims
}

async fn userinfo(house: &House, access: &str) -> Value {
    Ask::get("/userinfo").bearer(access).send(house).await.ok().json()
}

#[tokio::test]
async fn claims_go_where_they_are_asked_for() {
    let house = house().await;
    let claims = r#"{"id_token":{"email":null,"name":{"essential":true}},"userinfo":{"email_verified":null}}"#;
    let reply = redeemed(&house, &with("openid offline_access", "claims", claims)).await;
    let id = id_claims(&house, &reply).await;
    assert_eq!((&id["email"], &id["name"]), (&"alice@example.org".into(), &"Alice Doe".into()));
    assert_eq!(id.get("email_verified"), None);
    let claims = userinfo(&house, &reply.access()).await;
    assert_eq!(claims, serde_json::json!({ "sub": "sub-of-alice", "email_verified": true }));

    let form = [("grant_type", "refresh_token"), ("refresh_token", &reply.refresh())];
    let again = house.token(("app", SECRET), &form).await.ok();
    assert_eq!(id_claims(&house, &again).await["email"], "alice@example.org");
    assert_eq!(userinfo(&house, &again.access()).await, claims);
}

#[tokio::test]
async fn a_claim_of_another_value_is_left_out() {
    let house = house().await;
    let claims = r#"{"id_token":{"email":{"value":"eve@example.org"},"name":{"values":["x","Alice Doe"]}}}"#;
    let id = id_claims(&house, &redeemed(&house, &with("openid", "claims", claims)).await).await;
    assert_eq!((id.get("email"), &id["name"]), (None, &"Alice Doe".into()));
}

#[tokio::test]
async fn claims_beyond_the_clients_scope_are_not_told() {
    let house = house().await;
    let claims =
        r#"{"id_token":{"phone_number":null,"email":null,"groups":null,"iss":null},"userinfo":{"email":null}}"#;
    house.change_client("app", |c| c.scope = jeton_testkit::sample::scope("openid profile")).await;
    let reply = redeemed(&house, &with("openid", "claims", claims)).await;
    let id = id_claims(&house, &reply).await;
    assert!(id.get("email").is_none() && id.get("groups").is_none() && id["iss"] == "https://id.example");
    assert_eq!(userinfo(&house, &reply.access()).await, serde_json::json!({ "sub": "sub-of-alice" }));
}

#[tokio::test]
async fn a_scope_that_the_client_lost_closes_its_claims() {
    let house = house().await;
    let reply = redeemed(&house, &with("openid", "claims", r#"{"userinfo":{"email":null}}"#)).await;
    assert_eq!(userinfo(&house, &reply.access()).await["email"], "alice@example.org");
    house.change_client("app", |c| c.scope = jeton_testkit::sample::scope("openid")).await;
    assert_eq!(userinfo(&house, &reply.access()).await.get("email"), None);
}

#[tokio::test]
async fn a_person_is_asked_for_claims_by_their_scope() {
    let house = house().await;
    let mut browser = Browser::default();
    browser.code(&house, &code_params("app", "openid")).await;
    let claims = r#"{"userinfo":{"email":null}}"#;
    let mut silent = with("openid", "claims", claims);
    silent.push(("prompt", "none"));
    assert_eq!(back(&browser.open(&house, &silent).await)["error"], "consent_required");
    let page = browser.open(&house, &with("openid", "claims", claims)).await.ok();
    assert!(page.text().contains("See your e-mail address"), "{}", page.text());
    browser.decide(&house, &page, "approve").await;
    assert!(back(&browser.open(&house, &silent).await).contains_key("code"));
}

#[tokio::test]
async fn what_is_no_claims_request_is_refused() {
    let house = house().await;
    for bad in ["x", "[]", "{\"userinfo\":1}", "{\"id_token\":{\"email\":true}}", "{\"userinfo\":{},\"userinfo\":{}}"] {
        let members = back(&Browser::default().open(&house, &with("openid", "claims", bad)).await);
        assert_eq!(members["error"], "invalid_request", "{bad}");
        assert_eq!(members["error_description"], "the parameter claims is not valid");
    }
}

#[tokio::test]
async fn a_named_subject_is_the_only_one_answered_for() {
    let house = house().await;
    house.person("bob", "builder").await;
    let alice = r#"{"id_token":{"sub":{"value":"sub-of-alice"}}}"#;
    let bob = r#"{"id_token":{"sub":{"value":"sub-of-bob"}}}"#;
    let mut browser = Browser::default();
    browser.code(&house, &with("openid", "claims", alice)).await;
    for (claims, good) in [(alice, true), (bob, false)] {
        let mut params = with("openid", "claims", claims);
        params.push(("prompt", "none"));
        assert_eq!(back(&browser.open(&house, &params).await).contains_key("code"), good);
    }
    let page = browser.open(&house, &with("openid", "claims", bob)).await.ok();
    assert_eq!(back(&browser.sign_in(&house, &page).await)["error"], "login_required", "alice is not bob");
}

#[tokio::test]
async fn acr_is_told_to_who_asks() {
    let house = house().await;
    let claims = r#"{"id_token":{"acr":null}}"#;
    let essential = format!(r#"{{"id_token":{{"acr":{{"essential":true,"values":["x","{ACR}"]}}}}}}"#);
    for params in [
        with("openid", "acr_values", ACR),
        with("openid", "acr_values", "something better"),
        with("openid", "claims", claims),
        with("openid", "claims", &essential),
    ] {
        assert_eq!(id_claims(&house, &redeemed(&house, &params).await).await["acr"], ACR, "{params:?}");
    }
    let id = id_claims(&house, &redeemed(&house, &code_params("app", "openid")).await).await;
    assert_eq!(id.get("acr"), None, "nobody asked");
    house.change_client("app", |c| c.metadata.set("default_acr_values", vec![ACR])).await;
    assert_eq!(id_claims(&house, &redeemed(&house, &code_params("app", "openid")).await).await["acr"], ACR);
}

/// OIDC Core section 5.5.1.1: an essential `acr` that cannot be reached is a failed authentication.
#[tokio::test]
async fn an_essential_acr_that_nobody_reaches_is_refused() {
    let house = house().await;
    let claims = r#"{"id_token":{"acr":{"essential":true,"value":"urn:example:gold"}}}"#;
    let members = back(&Browser::default().open(&house, &with("openid", "claims", claims)).await);
    assert_eq!(members["error"], "unmet_authentication_requirements");
    let id = house.jeton.ledger.refusals().counts().find(|(id, _)| *id == "acr_unmet").unwrap();
    assert_eq!(id.1, 1);
}
