//! Lifetimes and refreshes by the settings of a service (section 3 of the contract).

use jeton_served::{CHALLENGE, House, VERIFIER};
use serde_json::{Value, json};

use crate::api::{SECRET, house, made, said, set_service};

const BACK: &str = "redirect_uri=https%3A%2F%2Fapp.example%2Fcb";

/// A service whose access tokens live for 100 seconds and whose refresh tokens live for 1000, with these settings too.
async fn ready(settings: Value) -> House {
    let house = house().await;
    let mut document = json!({ "accessTokenDuration": 100, "refreshTokenDuration": 1000 });
    document.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
    set_service(&house, document).await;
    house.client("4711", Some(SECRET), |_| ()).await;
    house
}

async fn code(house: &House, client: &str, scope: &str) -> String {
    let ask = format!(
        "client_id={client}&response_type=code&{BACK}&scope={scope}&code_challenge={CHALLENGE}&code_challenge_method=S256"
    );
    let begun = said(house, "/auth/authorization", json!({ "parameters": ask })).await;
    assert_eq!(begun["action"], "INTERACTION", "{begun}");
    let issued = said(house, "/auth/authorization/issue", json!({ "ticket": begun["ticket"], "subject": "joe" })).await;
    issued["authorizationCode"].as_str().unwrap().to_owned()
}

fn redeem(code: &str) -> String {
    format!("grant_type=authorization_code&code={code}&{BACK}&code_verifier={VERIFIER}")
}

async fn asked(house: &House, parameters: &str, more: Value) -> Value {
    let mut body = json!({ "parameters": parameters, "clientId": "4711", "clientSecret": SECRET });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    said(house, "/auth/token", body).await
}

async fn signed_in(house: &House) -> Value {
    let code = code(house, "4711", "openid+read+offline_access").await;
    let done = asked(house, &redeem(&code), json!({})).await;
    assert_eq!(lifetimes(&done), (100, 1000), "{done}");
    done
}

async fn refreshed(house: &House, before: &Value) -> Value {
    let text = before["refreshToken"].as_str().unwrap();
    let done = asked(house, &format!("grant_type=refresh_token&refresh_token={text}"), json!({})).await;
    assert_eq!((&done["action"], &done["resultCode"]), (&json!("OK"), &json!("A053001")), "{done}");
    let seen = said(house, "/auth/introspection", json!({ "token": done["accessToken"] })).await;
    assert_eq!((&seen["action"], &seen["expiresAt"]), (&json!("OK"), &done["accessTokenExpiresAt"]), "{seen}");
    done
}

/// Of the access token and of the refresh token, in seconds.
fn lifetimes(answer: &Value) -> (i64, i64) {
    (answer["accessTokenDuration"].as_i64().unwrap(), answer["refreshTokenDuration"].as_i64().unwrap())
}

#[tokio::test]
async fn a_new_refresh_token_has_a_lifetime_of_its_own() {
    let house = ready(json!({})).await;
    let mut last = signed_in(&house).await;
    for _ in 0..3 {
        house.wait(900);
        let next = refreshed(&house, &last).await;
        assert_eq!(lifetimes(&next), (100, 1000), "{next}");
        assert_ne!(next["refreshToken"], last["refreshToken"]);
        assert_eq!(next["previousRefreshTokenUsed"], false);
        last = next;
    }
    house.wait(1001);
    let late = asked(
        &house,
        &format!("grant_type=refresh_token&refresh_token={}", last["refreshToken"].as_str().unwrap()),
        json!({}),
    )
    .await;
    assert_eq!((&late["action"], &late["resultCode"]), (&json!("BAD_REQUEST"), &json!("A053308")), "{late}");
}

#[tokio::test]
async fn a_new_refresh_token_can_have_what_the_old_one_had_left() {
    let house = ready(json!({ "refreshTokenDurationKept": true })).await;
    let first = signed_in(&house).await;
    house.wait(400);
    let second = refreshed(&house, &first).await;
    assert_eq!(lifetimes(&second), (100, 600), "{second}");
    house.wait(550);
    // The access token has its own lifetime: it outlives the refresh token.
    let third = refreshed(&house, &second).await;
    assert_eq!(lifetimes(&third), (100, 50), "{third}");
    assert_eq!(third["refreshTokenExpiresAt"], first["refreshTokenExpiresAt"]);
}

#[tokio::test]
async fn a_kept_refresh_token_ends_when_it_was_to_end() {
    let house = ready(json!({ "refreshTokenKept": true, "refreshTokenDurationKept": true })).await;
    let first = signed_in(&house).await;
    house.wait(950);
    let second = refreshed(&house, &first).await;
    assert_eq!(lifetimes(&second), (100, 50), "{second}");
    assert_eq!(second["refreshToken"], first["refreshToken"]);
    let content: Value = serde_json::from_str(second["responseContent"].as_str().unwrap()).unwrap();
    assert_eq!(content["refresh_token"], first["refreshToken"]);
    house.wait(60);
    let seen = said(&house, "/auth/introspection", json!({ "token": second["accessToken"] })).await;
    assert_eq!((&seen["action"], &seen["refreshable"]), (&json!("OK"), &json!(false)), "{seen}");
}

#[tokio::test]
async fn a_kept_refresh_token_can_start_anew_with_each_use() {
    let house = ready(json!({ "refreshTokenKept": true, "refreshTokenDurationReset": true })).await;
    let mut last = signed_in(&house).await;
    for _ in 0..3 {
        house.wait(900);
        let next = refreshed(&house, &last).await;
        assert_eq!((lifetimes(&next), &next["refreshToken"]), ((100, 1000), &last["refreshToken"]), "{next}");
        last = next;
    }
    // Without `refreshTokenKept` it has no effect.
    set_service(&house, json!({ "refreshTokenDurationReset": true, "refreshTokenDurationKept": true })).await;
    house.wait(900);
    assert_eq!(refreshed(&house, &last).await["refreshTokenDuration"], 100);
}

#[tokio::test]
async fn an_access_token_can_end_with_its_refresh_token() {
    for kept in [true, false] {
        let settings =
            json!({ "tokenExpirationLinked": true, "refreshTokenKept": kept, "refreshTokenDurationKept": true });
        let house = ready(settings).await;
        let first = signed_in(&house).await;
        house.wait(950);
        let second = refreshed(&house, &first).await;
        assert_eq!(lifetimes(&second), (50, 50), "{second}");
        let body = json!({ "grantType": "AUTHORIZATION_CODE", "clientId": 4711, "subject": "joe", "refreshTokenDuration": 60 });
        let made = said(&house, "/auth/token/create", body).await;
        assert_eq!(made["expiresIn"], 60, "{made}");
    }
}

#[tokio::test]
async fn the_lifetimes_of_a_request_beat_those_of_the_service() {
    let house = ready(json!({})).await;
    let code = code(&house, "4711", "read+offline_access").await;
    let longer = json!({ "accessTokenDuration": 5000, "refreshTokenDuration": 4000 });
    let first = asked(&house, &redeem(&code), longer.clone()).await;
    assert_eq!(lifetimes(&first), (5000, 4000), "{first}");
    house.wait(3900);
    let text = first["refreshToken"].as_str().unwrap();
    let second = asked(&house, &format!("grant_type=refresh_token&refresh_token={text}"), longer).await;
    assert_eq!(lifetimes(&second), (5000, 4000), "{second}");
    house.wait(4900);
    let seen = said(&house, "/auth/introspection", json!({ "token": second["accessToken"] })).await;
    assert_eq!(seen["action"], "OK", "{seen}");
    // A record that was created keeps what its refresh token had, too.
    let body = json!({ "grantType": "AUTHORIZATION_CODE", "clientId": 4711, "subject": "joe", "scopes": ["read"], "refreshTokenDuration": 600 });
    let made = said(&house, "/auth/token/create", body).await;
    set_service(&house, json!({ "refreshTokenDurationKept": true })).await;
    house.wait(10);
    assert_eq!(refreshed(&house, &made).await["refreshTokenDuration"], 590);
}

#[tokio::test]
async fn a_repeated_refresh_says_so() {
    let house = ready(json!({ "refreshTokenIdempotent": true })).await;
    let first = signed_in(&house).await;
    let second = refreshed(&house, &first).await;
    house.wait(50);
    let again = refreshed(&house, &first).await;
    assert_eq!((&again["refreshToken"], &again["accessToken"]), (&second["refreshToken"], &second["accessToken"]));
    assert_eq!(
        (&second["previousRefreshTokenUsed"], &again["previousRefreshTokenUsed"]),
        (&json!(false), &json!(true))
    );
    // Another request with it gets an access token of its own, beside the same refresh token.
    let text = first["refreshToken"].as_str().unwrap();
    let narrower = asked(&house, &format!("grant_type=refresh_token&refresh_token={text}&scope=read"), json!({})).await;
    assert_eq!(
        (&narrower["refreshToken"], &narrower["previousRefreshTokenUsed"]),
        (&second["refreshToken"], &json!(true)),
        "{narrower}"
    );
}

#[tokio::test]
async fn openid_can_need_offline_access_in_a_refresh() {
    let house = ready(json!({ "openidDroppedOnRefreshWithoutOfflineAccess": true })).await;
    let with = refreshed(&house, &signed_in(&house).await).await;
    assert!(with["idToken"].is_string() && with["scopes"].as_array().unwrap().contains(&json!("openid")), "{with}");
    let app = made(&house, json!({ "redirectUris": ["https://app.example/cb"], "clientType": "PUBLIC" })).await;
    let id = app["clientId"].as_u64().unwrap().to_string();
    let code = code(&house, &id, "openid+profile").await;
    let first = said(&house, "/auth/token", json!({ "parameters": redeem(&code), "clientId": id })).await;
    assert!(first["idToken"].is_string(), "{first}");
    let refresh = format!("grant_type=refresh_token&refresh_token={}", first["refreshToken"].as_str().unwrap());
    let without = said(&house, "/auth/token", json!({ "parameters": refresh, "clientId": id })).await;
    assert_eq!((&without["scopes"], without.get("idToken")), (&json!(["profile"]), None), "{without}");
}

#[tokio::test]
async fn a_public_client_may_leave_its_name_out_where_the_service_lets_it() {
    let house = ready(json!({})).await;
    let app = made(&house, json!({ "redirectUris": ["https://app.example/cb"], "clientType": "PUBLIC" })).await;
    let id = app["clientId"].as_u64().unwrap().to_string();
    let own = code(&house, &id, "profile").await;
    let refused = said(&house, "/auth/token", json!({ "parameters": redeem(&own) })).await;
    assert_eq!(refused["action"], "INVALID_CLIENT", "{refused}");
    set_service(&house, json!({ "missingClientIdAllowed": true })).await;
    let first = said(&house, "/auth/token", json!({ "parameters": redeem(&own) })).await;
    assert_eq!((&first["action"], &first["clientId"]), (&json!("OK"), &app["clientId"]), "{first}");
    let refresh = format!("grant_type=refresh_token&refresh_token={}", first["refreshToken"].as_str().unwrap());
    let second = said(&house, "/auth/token", json!({ "parameters": refresh })).await;
    assert_eq!(second["action"], "OK", "{second}");
    // A client with a secret must prove itself.
    let foreign = code(&house, "4711", "read").await;
    for parameters in [redeem(&foreign), redeem("x"), "grant_type=client_credentials&scope=read".to_owned()] {
        let refused = said(&house, "/auth/token", json!({ "parameters": parameters })).await;
        assert_eq!(refused["action"], "INVALID_CLIENT", "{parameters}: {refused}");
    }
}

#[tokio::test]
async fn a_service_can_demand_scopes() {
    let house = ready(json!({})).await;
    let app = made(&house, json!({ "grantTypes": ["CLIENT_CREDENTIALS"] })).await;
    let body = json!({ "parameters": "grant_type=client_credentials", "clientId": app["clientId"].to_string(), "clientSecret": app["clientSecret"] });
    assert_eq!(said(&house, "/auth/token", body.clone()).await["action"], "OK");
    set_service(&house, json!({ "scopeRequired": true })).await;
    let refused = said(&house, "/auth/token", body.clone()).await;
    assert_eq!(refused["action"], "BAD_REQUEST", "{refused}");
    let scopes = json!([{ "name": "pay", "defaultEntry": true }]);
    set_service(&house, json!({ "scopeRequired": true, "supportedScopes": scopes })).await;
    assert_eq!(said(&house, "/auth/token", body).await["scopes"], json!(["pay"]));
}

#[tokio::test]
async fn pushed_requests_and_device_codes_live_as_long_as_the_service_says() {
    let house =
        ready(json!({ "pushedAuthReqDuration": 300, "deviceFlowCodeDuration": 90, "deviceFlowPollingInterval": 1 }))
            .await;
    let ask = format!("client_id=4711&response_type=code&{BACK}&scope=read");
    let own = json!({ "clientId": "4711", "clientSecret": SECRET });
    let with = |parameters: &str| {
        let mut body = own.clone();
        body["parameters"] = parameters.into();
        body
    };
    let pushed = said(&house, "/pushed_auth_req", with(&ask)).await;
    let content: Value = serde_json::from_str(pushed["responseContent"].as_str().unwrap()).unwrap();
    assert_eq!(content["expires_in"], 300, "{pushed}");
    house.wait(299);
    let parameters = format!("client_id=4711&request_uri={}", pushed["requestUri"].as_str().unwrap());
    let begun = said(&house, "/auth/authorization", json!({ "parameters": parameters })).await;
    assert_eq!(begun["action"], "INTERACTION", "{begun}");

    let begun = said(&house, "/device/authorization", with("scope=read")).await;
    assert_eq!((&begun["expiresIn"], &begun["interval"]), (&json!(90), &json!(1)), "{begun}");
    let poll =
        format!("grant_type={}&device_code={}", jeton_served::DEVICE_CODE, begun["deviceCode"].as_str().unwrap());
    for _ in 0..3 {
        house.wait(1);
        let pending = said(&house, "/auth/token", with(&poll)).await;
        assert!(pending["responseContent"].as_str().unwrap().contains("authorization_pending"), "{pending}");
    }
    let early = said(&house, "/auth/token", with(&poll)).await;
    assert!(early["responseContent"].as_str().unwrap().contains("slow_down"), "{early}");
    house.wait(90);
    let late = said(&house, "/device/verification", json!({ "userCode": begun["userCode"] })).await;
    assert_eq!(late["action"], "EXPIRED", "{late}");
}
