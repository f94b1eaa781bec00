//! Introspection, revocation and user info on behalf of an authorization server (section 4.1 of the contract).

use jeton_jose::{base64url, digest};
use jeton_served::{Ask, House};
use serde_json::{Value, json};

use crate::api::{SECRET, post, ready};

async fn token(house: &House, more: Value) -> String {
    let mut body = json!({ "grantType": "PASSWORD", "clientId": 4711, "subject": "joe", "scopes": ["read", "openid"] });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    post(house, "/auth/token/create", body).await.member("accessToken")
}

#[tokio::test]
async fn a_valid_token_is_described() {
    let house = ready().await;
    let token = token(&house, json!({ "properties": [{ "key": "k", "value": "v", "hidden": true }] })).await;
    let seen =
        post(&house, "/auth/introspection", json!({ "token": token, "scopes": ["read"], "subject": "joe" })).await;
    let seen = seen.json();
    assert_eq!((&seen["action"], &seen["resultCode"]), (&json!("OK"), &json!("A056001")), "{seen}");
    for (name, value) in [
        ("existent", json!(true)),
        ("usable", json!(true)),
        ("sufficient", json!(true)),
        ("refreshable", json!(true)),
        ("clientId", json!(4711)),
        ("subject", json!("joe")),
        ("grantType", json!("PASSWORD")),
        ("properties", json!([{ "key": "k", "value": "v", "hidden": true }])),
    ] {
        assert_eq!(seen[name], value, "{name}");
    }
}

#[tokio::test]
async fn what_a_token_lacks_is_said_with_a_challenge_for_the_client() {
    let house = ready().await;
    let good = token(&house, json!({})).await;
    let bound = digest::sha256(b"a certificate");
    let bound = token(&house, json!({ "certificateThumbprint": base64url::encode(bound) })).await;
    let short = token(&house, json!({ "accessTokenDuration": 10 })).await;
    house.wait(11);
    let dpop = token(&house, json!({ "dpopKeyThumbprint": base64url::encode([7; 32]) })).await;
    let for_one = token(&house, json!({ "resources": ["https://one.example"] })).await;
    for (body, code, action, error, refusal) in [
        (json!({}), "A057301", "BAD_REQUEST", "invalid_request", "bearer_missing"),
        (json!({ "token": "unknown" }), "A057302", "UNAUTHORIZED", "invalid_token", "bearer_invalid"),
        (json!({ "token": short }), "A065301", "UNAUTHORIZED", "invalid_token", "token_expired"),
        (
            json!({ "token": good, "scopes": ["read", "admin"] }),
            "A064301",
            "FORBIDDEN",
            "insufficient_scope",
            "bearer_scope",
        ),
        (
            json!({ "token": good, "subject": "ann" }),
            "A066302",
            "FORBIDDEN",
            "invalid_request",
            "token_subject_foreign",
        ),
        (json!({ "token": bound }), "A065304", "UNAUTHORIZED", "invalid_token", "token_certificate_unproven"),
        (
            json!({ "token": bound, "clientCertificate": "AAAA" }),
            "A065305",
            "UNAUTHORIZED",
            "invalid_token",
            "token_certificate_unproven",
        ),
        (json!({ "token": dpop }), "A065308", "UNAUTHORIZED", "invalid_token", "token_key_unproven"),
        (
            json!({ "token": dpop, "dpop": "x", "htm": "GET", "htu": "https://api.example/" }),
            "A065309",
            "UNAUTHORIZED",
            "invalid_dpop_proof",
            "token_key_unproven",
        ),
        (
            json!({ "token": for_one, "resources": ["https://two.example"] }),
            "A064302",
            "FORBIDDEN",
            "invalid_token",
            "token_resource_foreign",
        ),
        (
            json!({ "token": good, "maxAge": 60 }),
            "A065307",
            "UNAUTHORIZED",
            "insufficient_user_authentication",
            "token_sign_in_insufficient",
        ),
    ] {
        let reply = post(&house, "/auth/introspection", body.clone()).await;
        assert_eq!((reply.status, house.refusal(&reply)), (200, refusal));
        let said = reply.json();
        assert_eq!(
            (said["resultCode"].as_str(), said["action"].as_str()),
            (Some(code), Some(action)),
            "{body}: {said}"
        );
        let challenge = said["responseContent"].as_str().unwrap();
        let scheme = if refusal == "token_key_unproven" { "DPoP" } else { "Bearer" };
        assert!(challenge.starts_with(&format!("{scheme} error=\"{error}\"")), "{challenge}");
    }
}

#[tokio::test]
async fn standard_introspection_answers_as_the_endpoint_does() {
    let house = ready().await;
    let token = token(&house, json!({ "properties": [{ "key": "k", "value": "v", "hidden": true }] })).await;
    let native = Ask::post("/introspect").basic("4711", SECRET).form(&[("token", &token)]).send(&house).await.json();
    let body = json!({ "parameters": format!("token={token}") });
    let said = post(&house, "/auth/introspection/standard", body.clone()).await.json();
    assert_eq!(said["action"], "OK", "{said}");
    let content: Value = serde_json::from_str(said["responseContent"].as_str().unwrap()).unwrap();
    assert_eq!(content, native);
    let mut body = body;
    body["withHiddenProperties"] = json!(true);
    let said = post(&house, "/auth/introspection/standard", body).await.json();
    assert!(said["responseContent"].as_str().unwrap().contains("\"k\":\"v\""), "{said}");
    let none = post(&house, "/auth/introspection/standard", json!({ "parameters": "token_type_hint=x" })).await.json();
    assert_eq!(none["action"], "BAD_REQUEST", "{none}");
    let without = post(&house, "/auth/introspection/standard", json!({})).await.json();
    assert_eq!((&without["action"], &without["resultCode"]), (&json!("BAD_REQUEST"), &json!("A145201")));
}

#[tokio::test]
async fn a_revocation_request_ends_the_record_of_its_client() {
    let house = ready().await;
    house.client("4712", Some(SECRET), |_| ()).await;
    let made = post(
        &house,
        "/auth/token/create",
        json!({ "grantType": "PASSWORD", "clientId": 4711, "subject": "joe", "scopes": ["read"] }),
    )
    .await;
    let (access, refresh) = (made.member("accessToken"), made.member("refreshToken"));
    let body = |client: &str, secret: &str| json!({ "parameters": format!("token={access}"), "clientId": client, "clientSecret": secret });
    let wrong = post(&house, "/auth/revocation", body("4711", "another")).await.json();
    assert_eq!(
        (&wrong["action"], wrong["responseContent"].as_str().unwrap().contains("invalid_client")),
        (&json!("INVALID_CLIENT"), true)
    );
    let foreign = post(&house, "/auth/revocation", body("4712", SECRET)).await.json();
    assert_eq!(foreign["action"], "BAD_REQUEST", "{foreign}");
    let done = post(&house, "/auth/revocation", body("4711", SECRET)).await.json();
    assert_eq!((&done["action"], &done["resultCode"]), (&json!("OK"), &json!("A113001")));
    for token in [&access, &refresh] {
        let seen = Ask::post("/introspect").basic("4711", SECRET).form(&[("token", token)]).send(&house).await.json();
        assert_eq!(seen["active"], false);
    }
}

#[tokio::test]
async fn user_info_is_built_from_the_callers_claims() {
    let house = ready().await;
    let good = token(&house, json!({ "scopes": ["openid", "email"] })).await;
    let asked = post(&house, "/auth/userinfo", json!({ "token": good })).await.json();
    assert_eq!((&asked["action"], &asked["subject"]), (&json!("OK"), &json!("joe")), "{asked}");
    assert_eq!(asked["claims"], json!(["email", "email_verified"]));
    let claims = json!({ "email": "joe@example.org" }).to_string();
    let made = post(&house, "/auth/userinfo/issue", json!({ "token": good, "claims": claims })).await.json();
    assert_eq!((&made["action"], &made["resultCode"]), (&json!("JSON"), &json!("A096001")), "{made}");
    let content: Value = serde_json::from_str(made["responseContent"].as_str().unwrap()).unwrap();
    assert_eq!(content, json!({ "sub": "joe", "email": "joe@example.org" }));
    let plain = token(&house, json!({ "scopes": ["read"] })).await;
    let refused = post(&house, "/auth/userinfo", json!({ "token": plain })).await;
    assert_eq!(house.refusal(&refused), "bearer_scope");
    let refused = refused.json();
    assert_eq!((&refused["action"], &refused["resultCode"]), (&json!("FORBIDDEN"), &json!("A093302")));
    let unknown = post(&house, "/auth/userinfo/issue", json!({ "token": "unknown" })).await.json();
    assert_eq!(unknown["action"], "UNAUTHORIZED");
}
