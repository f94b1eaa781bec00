//! Batches of tokens (section 2.8 of the contract).

use jeton_core::confirmation::Limits;
use jeton_jose::{base64url, digest};
use jeton_served::{Ask, House};
use serde_json::{Value, json};

use crate::api::{
    ORGANIZATION_TOKEN, SECRET, SERVICE_TOKEN, bearer, call, code, get, give_credentials, own, pair, post, ready,
    with_right,
};

fn token(text: &str) -> Value {
    json!({ "grantType": "AUTHORIZATION_CODE", "clientId": 4711, "subject": "joe", "scopes": ["read"], "accessToken": text })
}

/// Sends a batch; the status that it ended with.
async fn ended(house: &House, query: &str, batch: Value) -> Value {
    let reply = post(house, &format!("/auth/token/create/batch{query}"), batch).await;
    assert_eq!(code(&reply), (200, "A391001".to_owned()), "{}", reply.text());
    let name = reply.json()["requestId"].as_str().unwrap().to_owned();
    let status = get(house, &format!("/auth/token/create/batch/status/{name}")).await.json()["status"].clone();
    assert_eq!((&status["batchKind"], &status["requestId"]), (&json!("CREATE"), &json!(name)), "{status}");
    let now = json!(house.clock_seconds() * 1000);
    assert_eq!((&status["createdAt"], &status["modifiedAt"]), (&now, &now), "{status}");
    status
}

async fn is_live(house: &House, text: &str) -> bool {
    let reply = Ask::post("/introspect").basic("4711", SECRET).form(&[("token", text)]).send(house).await;
    reply.json()["active"] == true
}

#[tokio::test]
async fn a_batch_creates_all_of_its_tokens() {
    let house = ready().await;
    let mut persistent = token("second-token");
    persistent["accessTokenPersistent"] = true.into();
    let batch = json!([token("first-token"), null, persistent, { "grantType": "CLIENT_CREDENTIALS", "clientIdentifier": "4711" }]);
    let status = ended(&house, "", batch).await;
    assert_eq!((&status["result"], &status["tokenCount"]), (&json!("SUCCEEDED"), &json!(3)), "{status}");
    assert!(status.get("errorCode").is_none() && status.get("errorDescription").is_none(), "{status}");
    assert!(is_live(&house, "first-token").await && is_live(&house, "second-token").await);
    let listed = get(&house, "/auth/token/get/list?clientIdentifier=4711").await.json();
    assert_eq!(listed["totalCount"], 3, "{listed}");
    let hash = base64url::encode(digest::sha256(b"first-token"));
    assert!(listed["accessTokens"].as_array().unwrap().iter().any(|each| each["accessTokenHash"] == hash.as_str()));
}

#[tokio::test]
async fn one_bad_token_means_that_none_is_created() {
    let house = ready().await;
    let changed = |change: Value| {
        let mut body = token("changed");
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        body
    };
    assert_eq!(post(&house, "/auth/token/create", token("taken-before")).await.json()["action"], "OK");
    let rows = house.rows().await;
    for (bad, error) in [
        (json!({}), "A104201"),
        (changed(json!({ "grantType": "REFRESH_TOKEN" })), "A104202"),
        (changed(json!({ "subject": "" })), "A105201"),
        (changed(json!({ "subject": "x".repeat(101) })), "A105202"),
        (changed(json!({ "scopes": ["unknown"] })), "A106201"),
        (changed(json!({ "clientId": 9 })), "A107201"),
        (changed(json!({ "properties": [{ "key": "k", "value": "v".repeat(65_536) }] })), "A108201"),
        (changed(json!({ "accessToken": "first-token" })), "A144201"),
        (changed(json!({ "accessToken": "taken-before" })), "A144201"),
        (changed(json!({ "refreshToken": "first-token" })), "A144202"),
        (changed(json!({ "refreshToken": "taken-before" })), "A144202"),
    ] {
        for query in ["", "?dryRun=true"] {
            let status = ended(&house, query, json!([token("first-token"), bad, token("third-token")])).await;
            let said = (&status["result"], &status["tokenCount"], &status["errorCode"]);
            assert_eq!(said, (&json!("FAILED"), &json!(0), &json!(error)), "{bad}: {status}");
            assert!(status["errorDescription"].as_str().unwrap().starts_with("token 2 of the batch: "), "{status}");
            assert_eq!(house.rows().await, rows, "{bad}");
        }
    }
    assert!(!is_live(&house, "first-token").await);
}

#[tokio::test]
async fn a_dry_run_creates_nothing() {
    let house = ready().await;
    for query in ["?dryRun=true", "?dryRun=True"] {
        let status = ended(&house, query, json!([token("one"), token("two")])).await;
        assert_eq!((&status["result"], &status["tokenCount"]), (&json!("SUCCEEDED"), &json!(2)), "{status}");
        assert_eq!(house.rows().await, 0);
    }
    assert_eq!(ended(&house, "?dryRun=false", json!([token("one")])).await["result"], "SUCCEEDED");
    assert!(is_live(&house, "one").await);
}

#[tokio::test]
async fn what_is_no_batch_is_refused() {
    let house = ready().await;
    let many: Vec<_> = (0..1001)
        .map(|n| json!({ "grantType": "CLIENT_CREDENTIALS", "clientId": 4711, "accessToken": format!("t{n}") }))
        .collect();
    for (query, bad) in [
        ("", json!({})),
        ("", json!([])),
        ("", json!([null])),
        ("", json!(["a"])),
        ("", json!([[token("one")]])),
        ("", json!(many)),
        ("?dryRun=perhaps", json!([token("one")])),
    ] {
        let reply = post(&house, &format!("/auth/token/create/batch{query}"), bad).await;
        assert_eq!(code(&reply), (400, "A391201".to_owned()), "{query}: {}", reply.text());
    }
    let empty = own(&house, "POST", "/auth/token/create/batch", None).await;
    assert_eq!(code(&empty), (400, "A391201".to_owned()), "{}", empty.text());
    assert_eq!(house.rows().await, 0);
    let most = Value::from(many.into_iter().take(1000).collect::<Vec<_>>());
    assert_eq!(ended(&house, "", most).await["tokenCount"], 1000);
    let large = post(&house, "/auth/token/create/batch", json!([{ "x": "x".repeat(1 << 20) }])).await;
    assert_eq!(large.status, 413, "{}", large.text());
}

#[tokio::test]
async fn a_batch_is_known_to_its_service_for_a_week() {
    let house = ready().await;
    let reply = post(&house, "/auth/token/create/batch", json!([token("one")])).await;
    let status = format!("/auth/token/create/batch/status/{}", reply.json()["requestId"].as_str().unwrap());
    for path in [format!("/api{status}"), format!("/api/{}{status}/", house.service)] {
        let credential =
            if path.ends_with('/') { bearer(SERVICE_TOKEN) } else { pair(&house.service.to_string(), SERVICE_TOKEN) };
        let reply = call(&house, &credential, ("GET", &path), None).await;
        assert_eq!(code(&reply), (200, "A391002".to_owned()), "{path}: {}", reply.text());
    }
    let other = call(
        &house,
        &bearer(ORGANIZATION_TOKEN),
        ("POST", "/api/service/create"),
        Some(json!({ "serviceName": "other" })),
    )
    .await;
    let other = format!("/api/{}{status}", other.json()["apiKey"]);
    let foreign = call(&house, &bearer(ORGANIZATION_TOKEN), ("GET", &other), None).await;
    assert_eq!(code(&foreign), (404, "A391202".to_owned()), "{}", foreign.text());
    let unknown = get(&house, "/auth/token/create/batch/status/unknown").await;
    assert_eq!(
        (code(&unknown), unknown.json()["resultMessage"].clone()),
        (code(&foreign), foreign.json()["resultMessage"].clone())
    );
    let house = house.another_node(&std::sync::Arc::default(), Limits::default()).await;
    give_credentials(&house);
    house.wait(7 * 86_400 - 1);
    assert_eq!(get(&house, &status).await.status, 200);
    house.wait(1);
    assert_eq!(get(&house, &status).await.status, 404);
}

#[tokio::test]
async fn a_batch_needs_the_right_to_use_the_service() {
    let house = ready().await;
    let path = format!("/api/{}/auth/token/create/batch", house.service);
    let weak = bearer(&with_right(&house, "use_introspection").await);
    for (credential, said) in
        [(String::new(), (401, "A001202")), (bearer("wrong"), (401, "A003201")), (weak, (403, "A001217"))]
    {
        for (method, path, body) in
            [("POST", path.clone(), Some(json!([token("one")]))), ("GET", format!("{path}/status/x"), None)]
        {
            let reply = call(&house, &credential, (method, &path), body).await;
            assert_eq!(code(&reply), (said.0, said.1.to_owned()), "{method}: {}", reply.text());
        }
    }
    assert_eq!(house.rows().await, 1, "the weak token");
}

#[tokio::test]
async fn where_a_subject_has_one_token_a_batch_ends_the_earlier_and_has_no_two() {
    let house = ready().await;
    house
        .set(|settings| {
            settings.backend.is_managed = true;
            settings.backend.single_access_token_per_subject = true;
        })
        .await;
    assert_eq!(ended(&house, "", json!([token("before")])).await["result"], "SUCCEEDED");
    let twice = ended(&house, "", json!([token("one"), token("two")])).await;
    assert_eq!((&twice["result"], &twice["errorCode"]), (&json!("FAILED"), &json!("A391203")), "{twice}");
    assert!(is_live(&house, "before").await);
    let mut other = token("other");
    other["subject"] = "ann".into();
    assert_eq!(ended(&house, "", json!([token("after"), other])).await["result"], "SUCCEEDED");
    assert!(!is_live(&house, "before").await && is_live(&house, "after").await && is_live(&house, "other").await);
}
