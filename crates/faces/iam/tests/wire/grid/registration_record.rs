//! `/iam/api/client-registration/{client_id}`: a registrant manages their client.

use http::Method;
use serde_json::json;

use super::registration::{house, register};
use jeton_served::{Ask, House, Reply, oidc_agent};

struct Made {
    path: String,
    token: String,
    reply: Reply,
}

async fn made(house: &House) -> Made {
    let reply = register(house, None, &oidc_agent()).await;
    let path = reply.member("registration_client_uri").replace("https://id.example", "");
    Made { path, token: reply.member("registration_access_token"), reply }
}

#[tokio::test]
async fn the_client_is_shown_replaced_and_deleted_with_its_token() {
    let house = house().await;
    let made = made(&house).await;
    let shown = Ask::get(&made.path).bearer(&made.token).send(&house).await.ok();
    assert_eq!(shown.member("client_id"), made.reply.member("client_id"));
    assert!(!shown.has("client_secret"), "it is not kept");
    let mut changed = oidc_agent();
    changed["client_name"] = json!("another name");
    changed["scope"] = json!("openid storage.read:/");
    let ask = Ask::put(&made.path).bearer(&made.token).json(&changed);
    let reply = ask.send(&house).await.ok();
    assert_eq!((reply.member("client_name"), reply.member("scope")), ("another name".into(), "openid".into()));
    assert_eq!(reply.member("registration_client_uri"), made.reply.member("registration_client_uri"));
    // The record that was read may be sent back.
    let mut whole = reply.json();
    whole["client_secret"] = made.reply.json()["client_secret"].clone();
    Ask::put(&made.path).bearer(&made.token).json(&whole).send(&house).await.ok();
    let gone = Ask::delete(&made.path).bearer(&made.token).send(&house).await;
    assert_eq!((gone.status, gone.body.len()), (204, 0));
    for method in [Method::GET, Method::DELETE] {
        let again = Ask::new(method, &made.path).bearer(&made.token).send(&house).await;
        again.refused(401, "invalid_token", "the access token is not valid");
    }
}

#[tokio::test]
async fn nobody_else_gets_at_it() {
    let house = house().await;
    let (first, second) = (made(&house).await, made(&house).await);
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let ask = || Ask::new(method.clone(), &first.path).json(&oidc_agent());
        assert_eq!(ask().send(&house).await.status, 401);
        assert_eq!(ask().bearer(&second.token).send(&house).await.status, 401);
        assert_eq!(ask().bearer("x").send(&house).await.status, 401);
    }
    Ask::get(&first.path).bearer(&first.token).send(&house).await.ok();
}

#[tokio::test]
async fn a_change_keeps_the_rules_of_the_first_time() {
    let house = house().await;
    let made = made(&house).await;
    let put = |document: serde_json::Value| Ask::put(&made.path).bearer(&made.token).json(&document);
    let mut wrong = oidc_agent();
    wrong["grant_types"] = json!(["password"]);
    let reply = put(wrong).send(&house).await;
    assert_eq!((reply.status, reply.json()), (400, json!({ "error": "Grant type not allowed: password" })));
    for (name, value) in [("client_id", "another"), ("client_secret", "wrong"), ("client_name", "abc")] {
        let mut wrong = oidc_agent();
        wrong[name] = json!(value);
        assert_eq!(put(wrong).send(&house).await.status, 400, "{name}");
    }
}

#[tokio::test]
async fn a_client_without_a_scope_in_its_request_gets_all_its_scopes() {
    let house = house().await;
    let made = made(&house).await;
    let client = house.jeton.administration.show_client(house.service, &made.reply.member("client_id")).await.unwrap();
    assert_eq!(client.default_scope.as_ref(), Some(&client.scope));
    let mut changed = oidc_agent();
    changed["scope"] = json!("openid profile email");
    Ask::put(&made.path).bearer(&made.token).json(&changed).send(&house).await.ok();
    let client = house.jeton.administration.show_client(house.service, &made.reply.member("client_id")).await.unwrap();
    assert_eq!(client.default_scope.as_ref().map(ToString::to_string).as_deref(), Some("openid profile email"));
}
