//! Rights only shrink, and what was done stays done, whatever is written and asked at the same time or later.

use jeton_core::Scope;
use serde_json::json;

use crate::api::{SECRET, house, made, post, ready, said, set_service};

#[tokio::test]
async fn a_jwt_is_found_whatever_the_service_signs_now() {
    let house = house().await;
    set_service(&house, json!({ "accessTokenSignAlg": "ES256" })).await;
    let id = made(&house, json!({ "clientName": "app" })).await["clientId"].clone();
    let token = json!({ "grantType": "CLIENT_CREDENTIALS", "clientId": id, "scopes": [] });
    let token = said(&house, "/auth/token/create", token).await;
    let jwt = token["jwtAccessToken"].as_str().unwrap();
    set_service(&house, json!({})).await;
    let seen = said(&house, "/auth/introspection", json!({ "token": jwt })).await;
    assert_eq!(seen["action"], "OK", "{seen}");
    let revoked = said(&house, "/auth/token/revoke", json!({ "accessTokenIdentifier": jwt })).await;
    assert_eq!(revoked["count"], 1, "{revoked}");
    for text in [jwt, token["accessToken"].as_str().unwrap()] {
        let seen = said(&house, "/auth/introspection", json!({ "token": text })).await;
        assert_eq!(seen["action"], "UNAUTHORIZED", "{seen}");
    }
}

#[tokio::test]
async fn one_of_many_clients_gets_an_alias() {
    let house = house().await;
    set_service(&house, json!({ "clientIdAliasEnabled": true })).await;
    let document = || json!({ "clientName": "app", "clientIdAlias": "race", "clientIdAliasEnabled": true });
    let ask = || post(&house, "/client/create", document());
    let made: [_; 4] = tokio::join!(ask(), ask(), ask(), ask()).into();
    let good = made.iter().filter(|reply| reply.status == 200).count();
    assert_eq!(good, 1);
    assert!(made.iter().filter(|reply| reply.status != 200).all(|reply| reply.text().contains("clientIdAlias")));
}

#[tokio::test]
async fn no_token_of_a_backend_call_opens_this_server() {
    let house = ready().await;
    house.client("4712", Some(SECRET), |client| client.scope = Scope::parse("jeton:admin read").unwrap()).await;
    let ask = json!({
        "clientId": "4712", "clientSecret": SECRET, "accessToken": "a-value-that-the-caller-chose",
        "parameters": "grant_type=client_credentials&scope=jeton:admin+read",
    });
    let reply = said(&house, "/auth/token", ask).await;
    assert_eq!((&reply["action"], &reply["scopes"]), (&json!("OK"), &json!(["read"])), "{reply}");
}
