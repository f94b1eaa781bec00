//! A claim token of this issuer proves its person until they sign out, or until what was issued with it is revoked.

use std::time::Duration;

use jeton_core::model::Client;
use jeton_served::{Ask, Browser, PASSWORD, Reply, Uma, VERIFIER, code_params};

const SECRET: &str = "s3cret";
const BAD: &str = "the claim token is not valid";

/// A resource of alice, whose own claim token always suffices. `app` has ID tokens that outlive its access tokens.
async fn gallery() -> (Uma, String) {
    let uma = Uma::new().await;
    let change = |client: &mut Client| {
        client.grant_types.push("implicit".into());
        client.scope = jeton_testkit::sample::scope("openid offline_access view print");
        client.access_token_lifetime = Some(Duration::from_secs(60));
        client.id_token_lifetime = Some(Duration::from_hours(4));
    };
    uma.house.change_client("app", change).await;
    let photo = uma.resource("photo").await;
    (uma, photo)
}

async fn by_code(uma: &Uma, browser: &mut Browser, scope: &str) -> Reply {
    let code = browser.code(&uma.house, &code_params("app", scope)).await;
    let form = [("grant_type", "authorization_code"), ("code", code.as_str()), ("code_verifier", VERIFIER)];
    uma.house.token(("app", SECRET), &form).await.ok()
}

/// An ID token from `/authorization`, with which no access token was issued.
async fn by_front_channel(uma: &Uma, browser: &mut Browser) -> String {
    let mut params = code_params("app", "openid");
    params.retain(|(name, _)| !name.starts_with("code_challenge"));
    params[0] = ("response_type", "id_token");
    browser.answered(&uma.house, &params).await.remove("id_token").unwrap()
}

async fn sign_out(uma: &Uma, browser: &mut Browser, id_token: &str) {
    browser.send(&uma.house, Ask::post("/end_session").form(&[("id_token_hint", id_token)])).await;
}

async fn redeemed(uma: &Uma, photo: &str, id_token: &str) -> Reply {
    uma.redeem_for(&uma.ticket(photo, &["view"]).await, id_token).await
}

#[tokio::test]
async fn an_expired_access_token_takes_nothing_from_its_id_token() {
    let (uma, photo) = gallery().await;
    let id_token = by_code(&uma, &mut Browser::default(), "openid").await.member("id_token");
    redeemed(&uma, &photo, &id_token).await.ok();
    uma.house.wait(61);
    redeemed(&uma, &photo, &id_token).await.ok();
    uma.house.wait(3600);
    uma.house.jeton.ledger.sweep(1000).await.unwrap();
    redeemed(&uma, &photo, &id_token).await.ok();
}

#[tokio::test]
async fn a_sign_out_ends_every_id_token_of_the_session() {
    let (uma, photo) = gallery().await;
    let mut browser = Browser::default();
    let first = by_code(&uma, &mut browser, "openid offline_access").await;
    let by_code = first.member("id_token");
    let without_access_token = by_front_channel(&uma, &mut browser).await;
    let elsewhere = by_front_channel(&uma, &mut Browser::default()).await;
    for id_token in [&by_code, &without_access_token, &elsewhere] {
        redeemed(&uma, &photo, id_token).await.ok();
    }
    sign_out(&uma, &mut browser, &by_code).await;
    for waited in [0, 61, 3600] {
        uma.house.wait(waited);
        uma.house.jeton.ledger.sweep(1000).await.unwrap();
        for id_token in [&by_code, &without_access_token] {
            redeemed(&uma, &photo, id_token).await.refused(400, "invalid_grant", BAD);
        }
        redeemed(&uma, &photo, &elsewhere).await.ok();
    }
    // What does not depend on the session stays valid, and is news of the person.
    let form = [("grant_type", "refresh_token"), ("refresh_token", &*first.refresh())];
    let next = uma.house.token(("app", SECRET), &form).await.ok().member("id_token");
    redeemed(&uma, &photo, &next).await.ok();
}

#[tokio::test]
async fn what_is_revoked_proves_nobody() {
    for expired in [false, true] {
        for member in ["access_token", "refresh_token"] {
            let (uma, photo) = gallery().await;
            let form = [
                ("grant_type", "password"),
                ("username", jeton_served::USER),
                ("password", PASSWORD),
                ("scope", "openid offline_access"),
            ];
            let first = uma.house.token(("app", SECRET), &form).await.ok();
            redeemed(&uma, &photo, &first.member("id_token")).await.ok();
            let token = first.member(member);
            Ask::post("/token/revoke").basic("app", SECRET).form(&[("token", &token)]).send(&uma.house).await.ok();
            uma.house.wait(if expired { 61 } else { 0 });
            redeemed(&uma, &photo, &first.member("id_token")).await.refused(400, "invalid_grant", BAD);
        }
    }
}
