//! Claims that a client may require: `auth_time` in ID tokens (OIDC Registration section 2), `sid` in logout tokens (Back-Channel
//! Logout section 2.2). All clients get them, those that require them too.

use jeton_served::{Ask, Browser, House, PASSWORD, USER, VERIFIER, code_params};
use serde_json::{Value, json};

const SECRET: &str = "s3cret";
const BACK: &str = "https://app.example/back";

async fn house(required: Option<bool>) -> House {
    let house = House::new().await;
    house
        .client("app", Some(SECRET), |c| {
            c.grant_types.push("implicit".into());
            c.response_types = ["code", "id_token", "code id_token"].map(str::to_owned).to_vec();
            c.metadata.set("backchannel_logout_uri", BACK);
            if let Some(required) = required {
                c.metadata.set("require_auth_time", required);
                c.metadata.set("backchannel_logout_session_required", required);
            }
        })
        .await;
    house.network.answer(BACK, 200, "", None);
    house
}

async fn claims(house: &House, id_token: &str) -> Value {
    house.verified(id_token).await.claims
}

#[tokio::test]
async fn every_id_token_says_when_the_person_signed_in() {
    for required in [None, Some(false), Some(true)] {
        let house = house(required).await;
        let signed_in = house.clock_seconds();
        let mut browser = Browser::default();
        let code = browser.code(&house, &code_params("app", "openid offline_access")).await;
        house.wait(10);
        let form = [("grant_type", "authorization_code"), ("code", code.as_str()), ("code_verifier", VERIFIER)];
        let first = house.token(("app", SECRET), &form).await.ok();
        let form = [("grant_type", "refresh_token"), ("refresh_token", &*first.refresh())];
        let next = house.token(("app", SECRET), &form).await.ok();
        let mut all = vec![first.member("id_token"), next.member("id_token")];
        for response_type in ["id_token", "code id_token"] {
            let mut params = code_params("app", "openid");
            params[0] = ("response_type", response_type);
            all.push(browser.answered(&house, &params).await.remove("id_token").unwrap());
        }
        for id_token in &all {
            assert_eq!(claims(&house, id_token).await["auth_time"], json!(signed_in), "{required:?}");
        }
        let now = house.clock_seconds();
        let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "openid")];
        let by_password = house.token(("app", SECRET), &form).await.ok().member("id_token");
        assert_eq!(claims(&house, &by_password).await["auth_time"], json!(now), "{required:?}");
    }
}

#[tokio::test]
async fn every_logout_token_names_the_session() {
    for required in [None, Some(false), Some(true)] {
        let house = house(required).await;
        let mut browser = Browser::default();
        let code = browser.code(&house, &code_params("app", "openid")).await;
        let form = [("grant_type", "authorization_code"), ("code", code.as_str()), ("code_verifier", VERIFIER)];
        let id_token = house.token(("app", SECRET), &form).await.ok().member("id_token");
        browser.send(&house, Ask::post("/end_session").form(&[("id_token_hint", &*id_token)])).await;
        assert_eq!(house.jeton.oauth.deliver_notices().await.unwrap(), 1, "{required:?}");
        let asked = house.network.asked();
        let logout_token = asked[0].body.as_deref().unwrap().strip_prefix("logout_token=").unwrap();
        let sid = claims(&house, logout_token).await["sid"].clone();
        assert!(sid.is_string() && sid == claims(&house, &id_token).await["sid"], "{required:?}: {sid}");
    }
}
