//! `/registration/{client_id}`: RFC 7592.

use http::Method;
use serde_json::{Value, json};

use crate::registration::{house, minimal, register};
use jeton_served::{Ask, Browser, House, Reply, VERIFIER, code_params};

async fn at(house: &House, method: Method, made: &Reply, body: Option<&Value>) -> Reply {
    let path = format!("/registration/{}", made.member("client_id"));
    let ask = Ask::new(method, &path).bearer(&made.member("registration_access_token"));
    let ask = if let Some(body) = body { ask.json(body) } else { ask };
    ask.send(house).await
}

#[tokio::test]
async fn a_record_is_shown_without_its_secret() {
    let (house, token) = house().await;
    let made = register(&house, &token, &minimal()).await;
    let shown = at(&house, Method::GET, &made, None).await.ok();
    assert_eq!(shown.header("cache-control"), Some("no-store"));
    let (mut before, after) = (made.json(), shown.json());
    for once in ["client_secret", "client_secret_expires_at"] {
        before.as_object_mut().unwrap().remove(once);
    }
    assert_eq!(before, after, "the same token, the same address, the same metadata");
}

#[tokio::test]
async fn an_update_replaces_the_metadata() {
    let (house, token) = house().await;
    let made = register(
        &house,
        &token,
        &json!({ "redirect_uris": ["https://app.example/cb"], "client_name": "One", "client_uri": "https://app.example" }),
    )
    .await;
    let id = made.member("client_id");
    let new = json!({
        "client_id": id,
        "client_secret": made.member("client_secret"),
        "redirect_uris": ["https://app.example/new"],
        "client_name": "Two",
        "registration_access_token": "ignored",
    });
    let done = at(&house, Method::PUT, &made, Some(&new)).await.ok();
    assert_eq!(done.json()["redirect_uris"], json!(["https://app.example/new"]));
    assert_eq!(done.member("client_name"), "Two");
    assert!(!done.has("client_uri"), "what is left out is gone");
    assert!(!done.has("client_secret"), "it has not changed");
    assert_eq!(done.member("registration_access_token"), made.member("registration_access_token"));
    let form = [("token", "x")];
    Ask::post("/token/revoke").basic(&id, &made.member("client_secret")).form(&form).send(&house).await.ok();
}

#[tokio::test]
async fn an_update_must_name_the_client_and_may_not_choose_a_secret() {
    let (house, token) = house().await;
    let made = register(&house, &token, &minimal()).await;
    let id = made.member("client_id");
    let other = register(&house, &token, &minimal()).await;
    for (changes, message) in [
        (json!({}), "client_id: must be the client's own"),
        (json!({ "client_id": 1 }), "client_id: must be the client's own"),
        (json!({ "client_id": other.member("client_id") }), "client_id: must be the client's own"),
        (
            json!({ "client_id": id, "client_secret": "chosen" }),
            "client_secret: must be the client's own, or be left out",
        ),
        (
            json!({ "client_id": id, "client_secret": other.member("client_secret") }),
            "client_secret: must be the client's own, or be left out",
        ),
    ] {
        let mut body = minimal();
        for (name, value) in changes.as_object().unwrap() {
            body[name] = value.clone();
        }
        at(&house, Method::PUT, &made, Some(&body)).await.refused(400, "invalid_client_metadata", message);
    }
    let bad = json!({ "client_id": id, "redirect_uris": ["/cb"] });
    assert_eq!(at(&house, Method::PUT, &made, Some(&bad)).await.member("error"), "invalid_redirect_uri");
    assert_eq!(at(&house, Method::GET, &made, None).await.json()["redirect_uris"], minimal()["redirect_uris"]);
}

#[tokio::test]
async fn a_secret_comes_and_goes_with_the_method() {
    let (house, token) = house().await;
    let made = register(&house, &token, &minimal()).await;
    let (id, secret) = (made.member("client_id"), made.member("client_secret"));
    let mut body = minimal();
    body["client_id"] = id.as_str().into();
    body["token_endpoint_auth_method"] = "none".into();
    let public = at(&house, Method::PUT, &made, Some(&body)).await.ok();
    assert!(!public.has("client_secret"));
    body["token_endpoint_auth_method"] = "client_secret_post".into();
    let again = at(&house, Method::PUT, &made, Some(&body)).await.ok();
    assert_ne!(again.member("client_secret"), secret);
    assert_eq!(again.json()["client_secret_expires_at"], 0);
    for (secret, status) in [(secret, 401), (again.member("client_secret"), 200)] {
        let form = [("token", "x"), ("client_id", id.as_str()), ("client_secret", secret.as_str())];
        assert_eq!(Ask::post("/token/revoke").form(&form).send(&house).await.status, status);
    }
}

#[tokio::test]
async fn what_the_operator_decided_outlives_an_update() {
    let (house, token) = house().await;
    let made = register(&house, &token, &minimal()).await;
    let id = made.member("client_id");
    house
        .change_client(&id, |c| {
            c.scope = jeton_testkit::sample::scope("openid api1");
            c.skip_consent = true;
            c.grant_types.push("password".into());
        })
        .await;
    let mut body = minimal();
    body["client_id"] = id.as_str().into();
    body["scope"] = "openid api1".into();
    body["grant_types"] = json!(["authorization_code", "password"]);
    at(&house, Method::PUT, &made, Some(&body)).await.ok();
    let client = house.jeton.administration.show_client(house.service, &id).await.unwrap();
    assert!(client.skip_consent && client.scope.contains("api1") && client.self_registered);
    body["scope"] = "openid api2".into();
    assert_eq!(at(&house, Method::PUT, &made, Some(&body)).await.status, 400);
}

#[tokio::test]
async fn deleting_ends_the_client_and_its_tokens() {
    let (house, token) = house().await;
    let made = register(&house, &token, &minimal()).await;
    let (id, secret) = (made.member("client_id"), made.member("client_secret"));
    let code = Browser::default().code(&house, &code_params(&id, "openid")).await;
    let form = [("grant_type", "authorization_code"), ("code", code.as_str()), ("code_verifier", VERIFIER)];
    let access = house.token((&id, &secret), &form).await.ok().access();
    assert!(house.is_active(&access).await);
    let gone = at(&house, Method::DELETE, &made, None).await;
    assert_eq!((gone.status, gone.body.len()), (204, 0));
    assert!(!house.is_active(&access).await);
    for method in [Method::GET, Method::DELETE] {
        at(&house, method, &made, None).await.refused(401, "invalid_token", "the access token is not valid");
    }
    house.token((&id, &secret), &form).await.refused(401, "invalid_client", "the client doesn't exist");
}

#[tokio::test]
async fn a_wrong_token_and_an_unknown_client_are_one_answer() {
    let (house, token) = house().await;
    let (made, other) = (register(&house, &token, &minimal()).await, register(&house, &token, &minimal()).await);
    let path = format!("/registration/{}", made.member("client_id"));
    let cut = made.member("registration_access_token");
    for wrong in ["x", token.as_str(), &other.member("registration_access_token"), &cut[..cut.len() - 1]] {
        for method in [Method::GET, Method::DELETE, Method::PUT] {
            let ask = Ask::new(method, &path).bearer(wrong).json(&minimal());
            let reply = ask.send(&house).await;
            reply.refused(401, "invalid_token", "the access token is not valid");
            assert!(reply.header("www-authenticate").unwrap().starts_with("Bearer "));
        }
    }
    let unknown = Ask::get("/registration/nobody").bearer(&made.member("registration_access_token"));
    unknown.send(&house).await.refused(401, "invalid_token", "the access token is not valid");
    Ask::get(&path).send(&house).await.refused(401, "invalid_request", "an access token is needed");
    house.change_client(&made.member("client_id"), |c| c.enabled = false).await;
    assert_eq!(at(&house, Method::GET, &made, None).await.status, 401, "nor may a disabled one look after itself");
}

#[tokio::test]
async fn its_token_opens_nothing_else() {
    let (house, token) = house().await;
    let made = register(&house, &token, &minimal()).await;
    let own = made.member("registration_access_token");
    assert_eq!(Ask::get("/userinfo").bearer(&own).send(&house).await.status, 401);
    assert!(!house.is_active(&own).await, "it is between the registrant and this server");
}
