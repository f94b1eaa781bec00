//! What the authorization server chooses and states: texts of access tokens, sessions, and how a request named its client.

use jeton_jose::base64url;
use jeton_served::House;
use serde_json::{Value, json};

use crate::api::{SECRET, house, made, post, ready, said, set_service};
use crate::flows::{REQUEST, code, redeem, token};

/// Lets the client get access tokens from the authorization endpoint.
async fn browser_tokens(house: &House) {
    house
        .change_client("4711", |client| {
            client.grant_types.push("implicit".to_owned());
            client.response_types.push("token".to_owned());
        })
        .await;
}

#[tokio::test]
async fn a_chosen_text_becomes_the_access_token_of_each_grant() {
    let house = ready().await;
    let bad = json!({ "accessToken": "of-the-code" });
    let redeemed = token(&house, &redeem(&code(&house, json!({})).await), bad).await;
    assert_eq!((&redeemed["action"], &redeemed["accessToken"]), (&json!("OK"), &json!("of-the-code")), "{redeemed}");
    let content: Value = serde_json::from_str(redeemed["responseContent"].as_str().unwrap()).unwrap();
    assert_eq!(content["access_token"], "of-the-code");
    let refresh = format!("grant_type=refresh_token&refresh_token={}", redeemed["refreshToken"].as_str().unwrap());
    let refreshed = token(&house, &refresh, json!({ "accessToken": "of-the-refresh" })).await;
    assert_eq!(refreshed["accessToken"], "of-the-refresh", "{refreshed}");
    let own =
        token(&house, "grant_type=client_credentials&scope=read", json!({ "accessToken": "of-the-client" })).await;
    assert_eq!(own["accessToken"], "of-the-client", "{own}");
    let handed = token(&house, "grant_type=password&username=joe&password=pw&scope=read", json!({})).await;
    let issue = json!({ "ticket": handed["ticket"], "subject": "joe", "accessToken": "of-the-password",
                        "accessTokenDuration": 61, "refreshTokenDuration": 62 });
    let issued = said(&house, "/auth/token/issue", issue).await;
    assert_eq!(issued["accessToken"], "of-the-password", "{issued}");
    assert_eq!((&issued["accessTokenDuration"], &issued["refreshTokenDuration"]), (&json!(61), &json!(62)));
    for text in ["of-the-refresh", "of-the-client", "of-the-password"] {
        let seen = said(&house, "/auth/introspection", json!({ "token": text })).await;
        assert_eq!(seen["action"], "OK", "{text}: {seen}");
    }
    let parameters = REQUEST.replace("response_type=code", "response_type=token");
    browser_tokens(&house).await;
    let begun = said(&house, "/auth/authorization", json!({ "parameters": parameters })).await;
    assert_eq!(begun["action"], "INTERACTION", "{begun}");
    let issue = json!({ "ticket": begun["ticket"], "subject": "joe", "accessToken": "of-the-browser" });
    let issued = said(&house, "/auth/authorization/issue", issue).await;
    assert_eq!((&issued["action"], &issued["accessToken"]), (&json!("LOCATION"), &json!("of-the-browser")), "{issued}");
}

#[tokio::test]
async fn a_text_that_is_taken_or_no_token_spends_nothing() {
    let house = ready().await;
    let taken = token(&house, "grant_type=client_credentials&scope=read", json!({ "accessToken": "taken" })).await;
    assert_eq!(taken["action"], "OK", "{taken}");
    let refused = |answer: &Value, codes: [&str; 2]| {
        let code = answer["resultCode"].as_str().unwrap();
        assert!(codes.contains(&code) && answer.get("accessToken").is_none(), "{answer}");
        answer["action"].clone()
    };
    let redeem = redeem(&code(&house, json!({})).await);
    for text in ["taken", "not a token", "jtn_at_x"] {
        let answer = token(&house, &redeem, json!({ "accessToken": text })).await;
        assert_eq!(refused(&answer, ["A144201", "A050202"]), "BAD_REQUEST", "{answer}");
    }
    let redeemed = token(&house, &redeem, json!({})).await;
    assert_eq!(redeemed["action"], "OK", "the code was not spent: {redeemed}");
    let refresh = format!("grant_type=refresh_token&refresh_token={}", redeemed["refreshToken"].as_str().unwrap());
    let answer = token(&house, &refresh, json!({ "accessToken": "taken" })).await;
    assert_eq!(refused(&answer, ["A144201", "A144201"]), "BAD_REQUEST");
    let seen = said(&house, "/auth/introspection", json!({ "token": redeemed["accessToken"] })).await;
    assert_eq!(seen["action"], "OK", "the earlier access token lives: {seen}");
    assert_eq!(token(&house, &refresh, json!({})).await["action"], "OK", "the refresh token was not spent");

    let handed = token(&house, "grant_type=password&username=joe&password=pw&scope=read", json!({})).await;
    let mut issue = json!({ "ticket": handed["ticket"], "subject": "joe", "accessToken": "taken" });
    let answer = said(&house, "/auth/token/issue", issue.clone()).await;
    assert_eq!(refused(&answer, ["A144201", "A144201"]), "INTERNAL_SERVER_ERROR");
    issue["accessToken"] = Value::Null;
    assert_eq!(said(&house, "/auth/token/issue", issue).await["action"], "OK", "the ticket was not spent");

    let parameters = REQUEST.replace("response_type=code", "response_type=token");
    browser_tokens(&house).await;
    let begun = said(&house, "/auth/authorization", json!({ "parameters": parameters })).await;
    assert_eq!(begun["action"], "INTERACTION", "{begun}");
    let mut issue = json!({ "ticket": begun["ticket"], "subject": "joe", "accessToken": "taken" });
    let answer = said(&house, "/auth/authorization/issue", issue.clone()).await;
    assert_eq!(refused(&answer, ["A144201", "A144201"]), "BAD_REQUEST");
    issue["accessToken"] = "".into();
    assert_eq!(said(&house, "/auth/authorization/issue", issue).await["action"], "LOCATION", "nor this one");
}

#[tokio::test]
async fn a_session_stays_with_the_record() {
    let house = ready().await;
    let redeemed = token(&house, &redeem(&code(&house, json!({ "sessionId": "s-1" })).await), json!({})).await;
    assert_eq!(redeemed["sessionId"], "s-1", "{redeemed}");
    let refresh = format!("grant_type=refresh_token&refresh_token={}", redeemed["refreshToken"].as_str().unwrap());
    assert_eq!(token(&house, &refresh, json!({})).await["sessionId"], "s-1");
    let create = json!({ "grantType": "AUTHORIZATION_CODE", "clientId": 4711, "subject": "joe", "scopes": ["openid"], "sessionId": "s-2" });
    let created = said(&house, "/auth/token/create", create.clone()).await;
    assert_eq!(created["sessionId"], "s-2", "{created}");
    let refresh = format!("grant_type=refresh_token&refresh_token={}", created["refreshToken"].as_str().unwrap());
    let refreshed = token(&house, &refresh, json!({})).await;
    assert_eq!(refreshed["sessionId"], "s-2", "{refreshed}");
    let payload = refreshed["idToken"].as_str().unwrap().split('.').nth(1).unwrap().to_owned();
    let claims: Value = serde_json::from_slice(&base64url::decode(&payload).unwrap()).unwrap();
    assert_eq!(claims["sid"], "s-2", "{claims}");
    let mut alone = create;
    alone["grantType"] = "CLIENT_CREDENTIALS".into();
    let alone = said(&house, "/auth/token/create", alone).await;
    assert!(alone["action"] == "OK" && alone.get("sessionId").is_none(), "nobody has a session: {alone}");
    let wrong = json!({ "grantType": "AUTHORIZATION_CODE", "clientId": 4711, "subject": "joe", "sessionId": 7 });
    assert_eq!(said(&house, "/auth/token/create", wrong).await["action"], "BAD_REQUEST");
}

#[tokio::test]
async fn how_the_client_was_named_is_kept_and_an_alias_is_the_audience_of_user_info() {
    let house = house().await;
    let scopes = json!([{ "name": "openid" }, { "name": "read" }]);
    set_service(&house, json!({ "clientIdAliasEnabled": true, "supportedScopes": scopes })).await;
    let client = json!({ "clientIdAlias": "harbour", "clientIdAliasEnabled": true, "userInfoSignAlg": "ES256",
                         "grantTypes": ["AUTHORIZATION_CODE", "CLIENT_CREDENTIALS", "DEVICE_CODE", "PASSWORD", "REFRESH_TOKEN"],
                         "responseTypes": ["CODE"], "redirectUris": ["https://app.example/cb"] });
    let client = made(&house, client).await;
    let create = |more: Value| {
        let mut body = json!({ "grantType": "AUTHORIZATION_CODE", "clientId": client["clientId"], "subject": "joe", "scopes": ["openid"] });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let audience = async |token: &Value| {
        let made = said(&house, "/auth/userinfo/issue", json!({ "token": token })).await;
        assert_eq!(made["action"], "JWT", "{made}");
        let payload = made["responseContent"].as_str().unwrap().split('.').nth(1).unwrap().to_owned();
        let claims: Value = serde_json::from_slice(&base64url::decode(&payload).unwrap()).unwrap();
        claims["aud"].clone()
    };
    let plain = said(&house, "/auth/token/create", create(json!({}))).await["accessToken"].clone();
    assert_eq!(audience(&plain).await, client["clientId"].to_string().as_str());
    let flags = json!({ "clientIdAliasUsed": true, "clientEntityIdUsed": true, "metadataDocumentUsed": true });
    let named = said(&house, "/auth/token/create", create(flags)).await["accessToken"].clone();
    assert_eq!(audience(&named).await, "harbour");
    for path in ["/auth/introspection", "/auth/userinfo"] {
        let seen = said(&house, path, json!({ "token": named })).await;
        assert_eq!((&seen["clientIdAlias"], &seen["clientIdAliasUsed"]), (&json!("harbour"), &json!(true)), "{seen}");
        assert_eq!(
            (&seen["clientEntityIdUsed"], &seen["metadataDocumentUsed"]),
            (&json!(true), &json!(true)),
            "{seen}"
        );
        let seen = said(&house, path, json!({ "token": plain })).await;
        assert_eq!((&seen["clientIdAlias"], &seen["clientIdAliasUsed"]), (&json!("harbour"), &json!(false)), "{seen}");
    }
    // Flows keep it by themselves.
    let begun = said(&house, "/auth/authorization", json!({ "parameters": "client_id=harbour&response_type=code&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&scope=openid" })).await;
    assert_eq!((&begun["action"], &begun["clientIdAliasUsed"]), (&json!("INTERACTION"), &json!(true)), "{begun}");
    let issued =
        said(&house, "/auth/authorization/issue", json!({ "ticket": begun["ticket"], "subject": "joe" })).await;
    let code = issued["authorizationCode"].as_str().unwrap();
    let parameters = format!("grant_type=authorization_code&code={code}&redirect_uri=https%3A%2F%2Fapp.example%2Fcb");
    let redeem = json!({ "parameters": parameters, "clientId": "harbour", "clientSecret": client["clientSecret"] });
    let redeemed = said(&house, "/auth/token", redeem).await;
    assert_eq!((&redeemed["action"], &redeemed["clientIdAliasUsed"]), (&json!("OK"), &json!(true)), "{redeemed}");
    assert_eq!(audience(&redeemed["accessToken"]).await, "harbour");
    let own = json!({ "parameters": "grant_type=client_credentials", "clientId": "harbour", "clientSecret": client["clientSecret"] });
    assert_eq!(said(&house, "/auth/token", own).await["clientIdAliasUsed"], true);
    for (name, is) in [("harbour".to_owned(), true), (client["clientId"].to_string(), false)] {
        let parameters = "grant_type=password&username=joe&password=p&scope=openid";
        let ask = json!({ "parameters": parameters, "clientId": name, "clientSecret": client["clientSecret"] });
        let handed = said(&house, "/auth/token", ask).await;
        assert_eq!((&handed["action"], &handed["clientIdAliasUsed"]), (&json!("PASSWORD"), &json!(is)), "{handed}");
        let issue = json!({ "ticket": handed["ticket"], "subject": "joe" });
        let issued = said(&house, "/auth/token/issue", issue).await;
        assert_eq!((&issued["action"], &issued["clientIdAliasUsed"]), (&json!("OK"), &json!(is)), "{issued}");
        let ask = json!({ "parameters": "scope=openid", "clientId": name, "clientSecret": client["clientSecret"] });
        let device = said(&house, "/device/authorization", ask).await;
        assert_eq!((&device["action"], &device["clientIdAliasUsed"]), (&json!("OK"), &json!(is)), "{device}");
        let wanted = if is { json!("harbour") } else { json!(client["clientId"].to_string()) };
        assert_eq!(audience(&issued["accessToken"]).await, wanted);
    }
    // Without an alias the flag has no effect.
    let update = json!({ "clientName": "no alias", "userInfoSignAlg": "ES256", "grantTypes": ["AUTHORIZATION_CODE"] });
    assert_eq!(post(&house, &format!("/client/update/{}", client["clientId"]), update).await.status, 200);
    assert_eq!(audience(&named).await, client["clientId"].to_string().as_str());
    assert_eq!(said(&house, "/auth/introspection", json!({ "token": named })).await["clientIdAliasUsed"], false);
}

#[tokio::test]
async fn answers_say_how_the_client_authenticates() {
    let house = ready().await;
    let pushed = json!({ "parameters": REQUEST, "clientId": "4711", "clientSecret": SECRET });
    let pushed = said(&house, "/pushed_auth_req", pushed).await;
    assert_eq!(
        (&pushed["action"], &pushed["clientAuthMethod"]),
        (&json!("CREATED"), &json!("CLIENT_SECRET_BASIC")),
        "{pushed}"
    );
    assert_eq!(
        token(&house, "grant_type=client_credentials&scope=read", json!({})).await["clientAuthMethod"],
        "CLIENT_SECRET_BASIC"
    );
}
