//! What people granted to clients: records of a subject, and the memory of consent.

use jeton_served::{CHALLENGE, House, VERIFIER};
use serde_json::{Value, json};

use crate::api::{code, get, house, made, own, post, set_service};

async fn ready() -> (House, Value) {
    let house = house().await;
    set_service(&house, json!({ "supportedScopes": [{ "name": "read" }, { "name": "write" }] })).await;
    let client = made(&house, json!({ "developer": "dora" })).await;
    (house, client)
}

async fn granted(house: &House, client: &Value, subject: &str) -> Value {
    let body = json!({
        "grantType": "AUTHORIZATION_CODE", "clientId": client["clientId"], "subject": subject, "scopes": ["read", "write"],
    });
    let reply = post(house, "/auth/token/create", body).await.json();
    assert_eq!(reply["action"], "OK", "{reply}");
    reply
}

async fn records(house: &House, subject: &str) -> Value {
    get(house, &format!("/auth/token/get/list?subject={subject}&tokenStatus=VALID")).await.json()
}

#[tokio::test]
async fn the_clients_of_a_subject_are_listed_by_every_path() {
    let (house, client) = ready().await;
    let other = made(&house, json!({ "developer": "sam" })).await;
    for each in [&client, &client, &other] {
        granted(&house, each, "joe").await;
    }
    granted(&house, &other, "ann").await;
    house.wait(100_000);
    for (method, path, body) in [
        ("GET", "/client/authorization/get/list?subject=joe", None),
        ("GET", "/client/authorization/get/list/joe", None),
        (
            "POST",
            "/client/authorization/get/list",
            Some(json!({ "subject": "joe", "start": 0, "end": 0, "developer": null })),
        ),
    ] {
        let list = own(&house, method, path, body).await.json();
        assert_eq!((&list["subject"], &list["totalCount"]), (&json!("joe"), &json!(2)), "{path}: {list}");
        assert_eq!(list["clients"][0]["clientId"], client["clientId"]);
        assert_eq!(list["clients"][0].get("clientSecret"), None);
    }
    let one = get(&house, "/client/authorization/get/list?subject=joe&developer=sam").await.json();
    assert_eq!((&one["totalCount"], &one["clients"][0]["clientId"]), (&json!(1), &other["clientId"]));
    let page = get(&house, "/client/authorization/get/list?subject=joe&start=1&end=2").await.json();
    assert_eq!((&page["totalCount"], page["clients"].as_array().unwrap().len()), (&json!(2), 1));
    let nobody = get(&house, "/client/authorization/get/list?subject=nobody").await.json();
    assert_eq!((&nobody["totalCount"], nobody.get("clients")), (&json!(0), None));
    for (bad, wanted) in [
        ("", "A136201"),
        ("subject=j%C3%B6", "A136203"),
        ("subject=joe&start=-1", "A136204"),
        ("subject=joe&end=x", "A136204"),
        ("subject=joe&start=0&end=101", "A136204"),
    ] {
        let reply = get(&house, &format!("/client/authorization/get/list?{bad}")).await;
        assert_eq!(code(&reply), (400, wanted.to_owned()), "{bad}: {}", reply.text());
    }
    let long = "x".repeat(101);
    let reply = get(&house, &format!("/client/authorization/get/list/{long}")).await;
    assert_eq!(code(&reply), (400, "A136202".to_owned()));
}

#[tokio::test]
async fn an_update_changes_all_records_of_a_client_and_a_subject() {
    let (house, client) = ready().await;
    for subject in ["joe", "joe", "ann"] {
        granted(&house, &client, subject).await;
    }
    let path = format!("/client/authorization/update/{}", client["clientId"]);
    let done = post(&house, &path, json!({ "subject": "joe", "scopes": ["read", "nothing"] })).await;
    assert_eq!(code(&done), (200, "A138001".to_owned()), "{}", done.text());
    let all = records(&house, "joe").await;
    for record in all["accessTokens"].as_array().unwrap() {
        assert_eq!(record["scopes"], json!(["read"]), "{all}");
    }
    assert_eq!(records(&house, "ann").await["accessTokens"][0]["scopes"], json!(["read", "write"]));
    assert_eq!(code(&post(&house, &path, json!({ "scopes": ["read"] })).await), (400, "A138201".to_owned()));
    let wrong = post(&house, &path, json!({ "subject": "joe", "scopes": "read" })).await;
    assert_eq!(code(&wrong), (400, "A138204".to_owned()));
}

#[tokio::test]
async fn a_deletion_ends_all_records_of_a_client_and_a_subject() {
    let (house, client) = ready().await;
    let id = &client["clientId"];
    for (method, path, body) in [
        ("DELETE", format!("/client/authorization/delete/{id}?subject=joe"), None),
        ("DELETE", format!("/client/authorization/delete/{id}/joe"), None),
        ("POST", format!("/client/authorization/delete/{id}"), Some(json!({ "subject": "joe" }))),
    ] {
        granted(&house, &client, "joe").await;
        granted(&house, &client, "ann").await;
        let done = own(&house, method, &path, body).await;
        assert_eq!(code(&done), (200, "A137001".to_owned()), "{path}: {}", done.text());
        assert_eq!(records(&house, "joe").await["totalCount"], 0, "{path}");
        assert_ne!(records(&house, "ann").await["totalCount"], 0, "{path}");
    }
    let unnamed = own(&house, "DELETE", &format!("/client/authorization/delete/{id}"), None).await;
    assert_eq!(code(&unnamed), (400, "A137201".to_owned()));
}

#[tokio::test]
async fn what_a_subject_granted_is_remembered_until_it_is_forgotten() {
    let (house, client) = ready().await;
    let id = client["clientId"].to_string();
    let record = house.jeton.backend.client_named(&house.service(), &id).await.unwrap();
    let scope = |text: &str| jeton_core::Scope::parse(text).unwrap();
    for words in ["read", "write"] {
        house.jeton.backend.remember_granted_scopes(&record, "joe", &scope(words)).await.unwrap();
    }
    for (method, path, body) in [
        ("GET", format!("/client/granted_scopes/get/{id}?subject=joe"), None),
        ("GET", format!("/client/granted_scopes/get/{id}/joe"), None),
        ("POST", format!("/client/granted_scopes/get/{id}"), Some(json!({ "subject": "joe" }))),
    ] {
        let seen = own(&house, method, &path, body).await;
        assert_eq!(code(&seen), (200, "A139001".to_owned()), "{path}: {}", seen.text());
        let seen = seen.json();
        assert_eq!(seen["latestGrantedScopes"], json!(["write"]));
        assert_eq!((&seen["mergedGrantedScopes"], &seen["subject"]), (&json!(["read", "write"]), &json!("joe")));
        assert_eq!(
            (&seen["modifiedAt"], &seen["clientId"]),
            (&json!(house.clock_seconds() * 1000), &client["clientId"])
        );
    }
    let token = granted(&house, &client, "joe").await;
    for (path, known) in [
        (format!("/client/granted_scopes/delete/{id}/joe"), "A140001"),
        (format!("/client/granted_scopes/delete/{id}?subject=joe"), "A140002"),
    ] {
        let done = own(&house, "DELETE", &path, None).await;
        assert_eq!(code(&done), (200, known.to_owned()), "{path}: {}", done.text());
    }
    let done = post(&house, &format!("/client/granted_scopes/delete/{id}"), json!({ "subject": "joe" })).await;
    assert_eq!(code(&done), (200, "A140002".to_owned()));
    let seen = get(&house, &format!("/client/granted_scopes/get/{id}/joe")).await;
    assert_eq!((code(&seen).1.as_str(), seen.json().get("latestGrantedScopes").cloned()), ("A139002", None));
    let live = post(&house, "/auth/introspection", json!({ "token": token["accessToken"] })).await.json();
    assert_eq!(live["action"], "OK", "tokens do not depend on it");
    for (verb, wanted) in [("get", "A139201"), ("delete", "A140201")] {
        let reply = post(&house, &format!("/client/granted_scopes/{verb}/{id}"), json!({})).await;
        assert_eq!(code(&reply), (400, wanted.to_owned()), "{verb}");
    }
}

#[tokio::test]
async fn what_an_authorization_server_grants_is_remembered() {
    let house = house().await;
    let service = json!({ "supportedScopes": [{ "name": "read" }, { "name": "write" }], "clientIdAliasEnabled": true });
    set_service(&house, service).await;
    let document = json!({
        "redirectUris": ["https://app.example/cb"], "clientIdAlias": "tides", "clientIdAliasEnabled": true,
        "tokenAuthMethod": "CLIENT_SECRET_POST",
    });
    let client = made(&house, document).await;
    let request = format!(
        "client_id=tides&response_type=code&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&scope=read+write&code_challenge={CHALLENGE}\
         &code_challenge_method=S256"
    );
    let begun = post(&house, "/auth/authorization", json!({ "parameters": request })).await.json();
    assert_eq!(begun["action"], "INTERACTION", "{begun}");
    let decision = json!({ "ticket": begun["ticket"], "subject": "joe", "scopes": ["read"] });
    let issued = post(&house, "/auth/authorization/issue", decision).await.json();
    assert_eq!(issued["action"], "LOCATION", "{issued}");
    let seen = get(&house, &format!("/client/granted_scopes/get/{}/joe", client["clientId"])).await.json();
    assert_eq!(
        (&seen["latestGrantedScopes"], &seen["mergedGrantedScopes"]),
        (&json!(["read"]), &json!(["read"])),
        "{seen}"
    );
    let parameters = format!(
        "grant_type=authorization_code&code={}&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&code_verifier={VERIFIER}&client_id=tides\
         &client_secret={}",
        issued["authorizationCode"].as_str().unwrap(),
        client["clientSecret"].as_str().unwrap()
    );
    let token = post(&house, "/auth/token", json!({ "parameters": parameters })).await.json();
    assert_eq!((&token["action"], &token["clientId"]), (&json!("OK"), &client["clientId"]), "{token}");
}

#[tokio::test]
async fn a_subject_that_became_a_user_is_still_the_same_subject() {
    let house = house().await;
    house.set(|settings| (settings.by_hash, settings.backend.is_managed) = (true, true)).await;
    house.client("4711", Some("a secret that nobody guesses"), |_| ()).await;
    let create = async || {
        let body = json!({ "grantType": "PASSWORD", "clientId": 4711, "subject": "sub-of-bob", "scopes": ["read"] });
        post(&house, "/auth/token/create", body).await.json()["accessToken"].clone()
    };
    let before = create().await;
    let client = house.jeton.administration.show_client(house.service, "4711").await.unwrap();
    let granted = jeton_core::Scope::parse("read").unwrap();
    house.jeton.backend.remember_granted_scopes(&client, "sub-of-bob", &granted).await.unwrap();
    house.person("bob", jeton_served::PASSWORD).await;
    let after = create().await;
    let subject = json!({ "subject": "sub-of-bob" });

    for (page, count) in [("start=0&end=10", 2), ("start=1&end=10", 1), ("start=0&end=1", 1), ("start=1&end=2", 1)] {
        let list = get(&house, &format!("/auth/token/get/list?subject=sub-of-bob&{page}")).await.json();
        let tokens = list["accessTokens"].as_array().unwrap();
        assert_eq!((&list["totalCount"], tokens.len()), (&json!(2), count), "{page}: {list}");
        assert!(tokens.iter().all(|token| token["subject"] == "sub-of-bob"), "{list}");
    }
    let scopes = json!({ "subject": "sub-of-bob", "scopes": ["write"] });
    post(&house, "/client/authorization/update/4711", scopes).await;
    for token in [&before, &after] {
        let seen = post(&house, "/auth/introspection", json!({ "token": token })).await.json();
        assert_eq!((&seen["subject"], &seen["scopes"]), (&json!("sub-of-bob"), &json!(["write"])), "{seen}");
    }
    let authorized = get(&house, "/client/authorization/get/list?subject=sub-of-bob").await.json();
    assert_eq!(authorized["totalCount"], 1, "{authorized}");
    let granted = post(&house, "/client/granted_scopes/get/4711", subject.clone()).await.json();
    assert_eq!(granted["mergedGrantedScopes"], json!(["read"]), "{granted}");
    post(&house, "/client/granted_scopes/delete/4711", subject.clone()).await;
    let granted = post(&house, "/client/granted_scopes/get/4711", subject.clone()).await.json();
    assert_eq!(granted.get("mergedGrantedScopes"), None, "{granted}");
    let revoked = post(&house, "/auth/token/revoke", subject).await.json();
    assert_eq!(revoked["count"], 2, "{revoked}");
    for token in [&before, &after] {
        let seen = post(&house, "/auth/introspection", json!({ "token": token })).await.json();
        assert_eq!(seen["usable"], false, "{seen}");
    }
}
