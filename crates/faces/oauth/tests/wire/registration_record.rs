//! `/registration/{client_id}`: RFC 7592.

use std::sync::Arc;

use http::Method;
use jeton_core::administration::Caller;
use jeton_core::model::{CLIENT_PROPERTIES, Client, Mark};
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
    assert_eq!(at(&house, Method::PUT, &made, Some(&body)).await.ok().member("scope"), "openid");
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

/// A client of an operator's, and its registration access token.
async fn operated(house: &House, change: impl FnOnce(&mut Client)) -> String {
    house
        .client("web", Some("s3cret"), |c| {
            c.grant_types = vec!["authorization_code".into()];
            c.scope = jeton_testkit::sample::scope("openid");
            change(c);
        })
        .await;
    let (_, _, text) =
        house.jeton.administration.renew_registration_token(&Caller::local(), &house.service(), "web").await.unwrap();
    text.expose().to_owned()
}

/// Both doors.
const PATHS: &[&str] = &["/registration/", "/iam/api/client-registration/"];

async fn put(house: &House, path: &str, (client, token): (&str, &str), members: &Value) -> Reply {
    let mut body =
        json!({ "client_id": client, "client_name": "The web", "redirect_uris": ["https://app.example/new"] });
    body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    Ask::put(&format!("{path}{client}")).bearer(token).json(&body).send(house).await
}

async fn stored(house: &House, id: &str) -> Arc<Client> {
    house.jeton.administration.show_client(house.service, id).await.unwrap().into()
}

#[tokio::test]
async fn a_registration_token_adds_nothing_to_an_operator_s_client() {
    let house = House::new().await;
    house.set(|s| s.registration.open = true).await;
    let token = operated(&house, |_| ()).await;
    for path in PATHS {
        let before = stored(&house, "web").await;
        for members in [
            json!({ "grant_types": ["authorization_code", "client_credentials"] }),
            json!({ "grant_types": ["authorization_code", "refresh_token"] }),
        ] {
            let reply = put(&house, path, ("web", &token), &members).await;
            // INDIGO IAM's registration refuses grant types that it does not give.
            assert_eq!(reply.status == 400, path.starts_with("/iam"), "{path} {members}: {}", reply.show());
        }
        let public = put(&house, path, ("web", &token), &json!({ "token_endpoint_auth_method": "none" })).await;
        assert_eq!(public.status, 400, "{}", public.show());
        for members in [json!({ "scope": "openid profile" }), json!({ "response_types": ["code", "code id_token"] })] {
            put(&house, path, ("web", &token), &members).await.ok();
        }
        let after = stored(&house, "web").await;
        assert_eq!((&after.scope, &after.grant_types), (&before.scope, &before.grant_types));
        assert_eq!(after.response_types, before.response_types);
        let reply = put(&house, path, ("web", &token), &json!({ "client_uri": "https://app.example" })).await.ok();
        assert_eq!(reply.json()["redirect_uris"], json!(["https://app.example/new"]), "its addresses are its own");
        assert_eq!(
            (reply.member("scope"), reply.json()["grant_types"].clone()),
            ("openid".into(), json!(["authorization_code"]))
        );
    }
}

#[tokio::test]
async fn a_registration_token_narrows_an_operator_s_client() {
    let house = House::new().await;
    let token = operated(&house, |c| {
        c.grant_types = vec!["authorization_code".into(), "client_credentials".into()];
        c.scope = jeton_testkit::sample::scope("openid api");
    })
    .await;
    put(&house, PATHS[0], ("web", &token), &json!({ "redirect_uris": ["https://app.example/cb"] })).await.ok();
    assert!(stored(&house, "web").await.may_use("client_credentials"), "what is left out stays");
    let narrow = json!({ "grant_types": ["client_credentials"], "response_types": [], "scope": "api" });
    put(&house, PATHS[0], ("web", &token), &narrow).await.ok();
    let client = stored(&house, "web").await;
    assert_eq!((client.scope.as_str(), client.grant_types.clone()), ("api", vec!["client_credentials".to_owned()]));
    let wide = json!({ "scope": "openid api", "grant_types": ["client_credentials", "authorization_code"] });
    let shown = put(&house, PATHS[0], ("web", &token), &wide).await.ok().json();
    assert_eq!(
        (&shown["scope"], &shown["grant_types"]),
        (&json!("api"), &json!(["client_credentials"])),
        "no way back"
    );
}

#[tokio::test]
async fn what_an_administrator_has_changed_is_not_widened_by_the_client() {
    let house = House::new().await;
    house.set(|s| s.registration.open = true).await;
    for path in PATHS {
        let metadata =
            json!({ "client_name": "The web", "redirect_uris": ["https://app.example/cb"], "scope": "openid" });
        let made = Ask::post(path.trim_end_matches('/')).at("192.0.2.1").json(&metadata).send(&house).await;
        let (id, token) = (made.member("client_id"), made.member("registration_access_token"));
        let wide = json!({ "scope": "openid profile", "grant_types": ["authorization_code", "refresh_token"] });
        let reply = put(&house, path, (&id, &token), &wide).await.ok();
        assert_eq!(reply.member("scope"), "openid profile", "as if it were registered anew");
        house
            .change_client(&id, |c| {
                c.scope = jeton_testkit::sample::scope("openid");
                c.grant_types = vec!["authorization_code".into()];
                c.default_scope = None;
            })
            .await;
        let reply = put(&house, path, (&id, &token), &wide).await;
        assert_eq!(reply.status == 400, path.starts_with("/iam"), "{}", reply.show());
        put(&house, path, (&id, &token), &json!({})).await.ok();
        let client = stored(&house, &id).await;
        assert_eq!((client.scope.as_str(), client.grant_types.len()), ("openid", 1));
    }
}

#[tokio::test]
async fn an_initial_access_token_s_client_gains_nothing_without_that_token() {
    let (house, token) = house().await;
    let made =
        register(&house, &token, &json!({ "redirect_uris": ["https://app.example/cb"], "scope": "openid" })).await;
    let (id, own) = (made.member("client_id"), made.member("registration_access_token"));
    for path in PATHS {
        let wide = json!({ "grant_types": ["authorization_code", "client_credentials"] });
        put(&house, path, (&id, &own), &wide).await;
        assert!(!stored(&house, &id).await.may_use("client_credentials"), "{path}");
    }
    let wide = json!({ "scope": "openid profile" });
    assert_eq!(put(&house, PATHS[0], (&id, &own), &wide).await.ok().member("scope"), "openid");
    // Where nobody can register any more, an open client gains nothing either.
    house.set(|s| s.registration.open = true).await;
    let made = Ask::post("/registration")
        .at("192.0.2.1")
        .json(&json!({ "redirect_uris": ["https://app.example/cb"], "scope": "openid" }));
    let made = made.send(&house).await;
    let (id, own) = (made.member("client_id"), made.member("registration_access_token"));
    house.set(|s| s.registration.open = false).await;
    assert_eq!(put(&house, PATHS[0], (&id, &own), &wide).await.ok().member("scope"), "openid");
}

/// Protections, and how a client that has them looks.
fn protect(client: &mut Client) {
    for name in [
        "strict_assertion_aud",
        "tls_client_certificate_bound_access_tokens",
        "require_pushed_authorization_requests",
        "require_signed_request_object",
    ] {
        client.metadata.set(name, true);
    }
    client.metadata.set("default_max_age", 60);
    client.metadata.set("request_object_signing_alg", "ES256");
}

#[tokio::test]
async fn protections_of_an_operator_s_client_stay() {
    let house = House::new().await;
    let token = operated(&house, protect).await;
    let before = stored(&house, "web").await;
    for path in PATHS {
        for members in [
            json!({}),
            json!({ "require_signed_request_object": false, "strict_assertion_aud": false, "default_max_age": 9999 }),
            json!({ "require_pushed_authorization_requests": null, "request_object_signing_alg": "RS256" }),
        ] {
            put(&house, path, ("web", &token), &members).await.ok();
            let after = stored(&house, "web").await;
            for property in CLIENT_PROPERTIES.iter().filter(|property| property.is(Mark::Narrows)) {
                assert_eq!(after.metadata.get(property.name), before.metadata.get(property.name), "{}", property.name);
            }
            assert_eq!(after.metadata.default_max_age, Some(60));
            assert_eq!(after.metadata.request_object_signing_alg.as_deref(), Some("ES256"));
        }
    }
    put(&house, PATHS[0], ("web", &token), &json!({ "default_max_age": 5 })).await.ok();
    assert_eq!(stored(&house, "web").await.metadata.default_max_age, Some(5), "it may protect itself more");
}

#[tokio::test]
async fn a_client_adds_protections_and_removes_its_own() {
    let (house, token) = house().await;
    let made = register(&house, &token, &minimal()).await;
    let (id, own) = (made.member("client_id"), made.member("registration_access_token"));
    let more = json!({ "require_pushed_authorization_requests": true });
    put(&house, PATHS[0], (&id, &own), &more).await.ok();
    assert_eq!(stored(&house, &id).await.metadata.require_pushed_authorization_requests, Some(true));
    put(&house, PATHS[0], (&id, &own), &json!({})).await.ok();
    assert_eq!(stored(&house, &id).await.metadata.require_pushed_authorization_requests, None);
    let web = operated(&house, |_| ()).await;
    put(&house, PATHS[0], ("web", &web), &more).await.ok();
    put(&house, PATHS[0], ("web", &web), &json!({})).await.ok();
    let kept = stored(&house, "web").await.metadata.require_pushed_authorization_requests;
    assert_eq!(kept, Some(true), "nobody notes who added it to an operator's record");
}
