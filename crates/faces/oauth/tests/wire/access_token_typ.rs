//! Access tokens that state the type `JWT`: what verifies them needs no setting, and they are taken for no other kind of token
//! (RFC 8725 section 3.12).

use jeton_core::model::{AccessTokenTyp, AuthMethod};
use jeton_jose::Algorithm;
use jeton_served::{Ask, Assertion, Browser, House, PASSWORD, Reply, USER, back, code_params, jwks, key};
use serde_json::json;

const SECRET: &str = "s3cret";
const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";

async fn house() -> House {
    let house = House::new().await;
    house.set(|s| s.access_token_typ = AccessTokenTyp::Jwt).await;
    house.client("app", Some(SECRET), |c| c.grant_types.push(EXCHANGE.into())).await;
    house
}

async fn by_password(house: &House) -> Reply {
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "openid read")];
    house.token(("app", SECRET), &form).await.ok()
}

#[tokio::test]
async fn the_clients_setting_counts_before_the_services() {
    let house = house().await;
    for (own, typ, marked) in
        [(None, "JWT", true), (Some(AccessTokenTyp::AtJwt), "at+jwt", false), (Some(AccessTokenTyp::Jwt), "JWT", true)]
    {
        house.change_client("app", |c| c.access_token_typ = own).await;
        let token = house.verified(&by_password(&house).await.access()).await;
        assert_eq!((&token.header["typ"], token.header.get("jeton_kind").is_some()), (&json!(typ), marked));
    }
    house.set(|s| s.access_token_typ = AccessTokenTyp::AtJwt).await;
    house.change_client("app", |c| c.access_token_typ = None).await;
    assert_eq!(house.verified(&by_password(&house).await.access()).await.header["typ"], "at+jwt");
}

#[tokio::test]
async fn it_is_an_access_token_everywhere() {
    let house = house().await;
    let answer = by_password(&house).await;
    let (access, id_token) = (answer.access(), answer.member("id_token"));
    Ask::get("/userinfo").bearer(&access).send(&house).await.ok();
    let introspected = Ask::post("/introspect").basic("app", SECRET).form(&[("token", &access)]).send(&house).await;
    assert_eq!(introspected.json()["active"], true);
    let exchanged = |text: String, kind: &'static str| {
        let house = &house;
        async move {
            let kind = format!("urn:ietf:params:oauth:token-type:{kind}");
            let form = [("grant_type", EXCHANGE), ("subject_token", &*text), ("subject_token_type", &*kind)];
            house.token(("app", SECRET), &form).await
        }
    };
    exchanged(access.clone(), "access_token").await.ok();
    exchanged(id_token, "id_token").await.ok();
    let refused = exchanged(access.clone(), "id_token").await;
    refused.refused(400, "invalid_request", "the subject token is not valid");
    Ask::post("/token/revoke").basic("app", SECRET).form(&[("token", &access)]).send(&house).await.ok();
    let introspected = Ask::post("/introspect").basic("app", SECRET).form(&[("token", &access)]).send(&house).await;
    assert_eq!(introspected.json()["active"], false);
}

/// Its audience is the client, as that of an ID token: only the header tells them apart.
#[tokio::test]
async fn it_is_no_hint() {
    let house = house().await;
    let mut browser = Browser::default();
    browser.code(&house, &code_params("app", "openid")).await;
    let access = by_password(&house).await.access();
    assert_eq!(house.verified(&access).await.claims["aud"], "app");
    let page = browser.send(&house, Ask::get(&format!("/end_session?id_token_hint={access}"))).await.ok();
    assert_eq!(page.form().stage(), "sign-out", "asked, not signed out");
    let mut params = code_params("app", "openid");
    params.extend([("prompt", "none"), ("id_token_hint", access.as_str())]);
    assert_eq!(back(&browser.open(&house, &params).await)["error"], "invalid_request");
}

#[tokio::test]
async fn it_is_no_assertion() {
    let house = house().await;
    let own = key(Algorithm::ES256);
    let set = jwks(&[&own]);
    house
        .client("signs", None, |c| {
            c.token_endpoint_auth_method = AuthMethod::PrivateKeyJwt;
            c.metadata.set("jwks", set);
        })
        .await;
    let marked = Assertion::of(&house, "signs", &own).head("typ", "JWT").head("jeton_kind", "access_token").sign(&own);
    let reply = Ask::asserting(&marked).send(&house).await;
    assert_eq!((reply.status, house.refusal(&reply)), (400, "assertion_kind"), "{}", reply.show());
    let plain = Assertion::of(&house, "signs", &own).head("typ", "JWT").sign(&own);
    Ask::asserting(&plain).send(&house).await.ok();
}
