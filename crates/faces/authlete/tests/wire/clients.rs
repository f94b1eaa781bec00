//! Clients: create, get, list, update, delete, lock (section 4.3 of the contract).

use jeton_served::{Ask, House};
use serde_json::{Value, json};

use crate::api::{ORGANIZATION_TOKEN, SERVICE_TOKEN, bearer, call, code, get, house, made, own, post, set_service};

/// A client as a developer describes it.
pub(crate) fn described() -> Value {
    json!({
        "clientName": "Tide Tables", "clientType": "CONFIDENTIAL", "developer": "dora",
        "redirectUris": ["https://app.example/cb"], "responseTypes": ["CODE", "CODE_ID_TOKEN"],
        "grantTypes": ["AUTHORIZATION_CODE", "REFRESH_TOKEN", "CLIENT_CREDENTIALS"],
        "tokenAuthMethod": "CLIENT_SECRET_BASIC", "idTokenSignAlg": "ES256", "applicationType": "WEB",
        "attributes": [{ "key": "a", "value": "1" }], "customMetadata": "{\"x\":1}", "logoUri": "https://app.example/logo",
        "extension": { "accessTokenDuration": 60 }, "number": 0, "clientSecret": null,
    })
}

async fn token(house: &House, client: &Value, secret: &str) -> jeton_served::Reply {
    let id = client["clientId"].to_string();
    Ask::post("/token").basic(&id, secret).form(&[("grant_type", "client_credentials")]).send(house).await
}

#[tokio::test]
async fn a_created_client_works_and_comes_back_as_it_was_written() {
    let house = house().await;
    let client = made(&house, described()).await;
    let id = client["clientId"].as_u64().unwrap();
    assert!(id < 1 << 53 && client["number"] == client["clientId"], "{client}");
    let secret = client["clientSecret"].as_str().unwrap();
    assert_eq!(secret.len(), 86);
    assert_eq!(client["createdAt"], json!(house.clock_seconds() * 1000));
    for (name, value) in described().as_object().unwrap() {
        if !["number", "clientSecret"].contains(&name.as_str()) {
            assert_eq!(&client[name], value, "{name}");
        }
    }
    assert_eq!(get(&house, &format!("/client/get/{id}")).await.json(), client);
    let answer = token(&house, &client, secret).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["expires_in"], 60, "the client's duration is shorter than the service's");
    assert_eq!(token(&house, &client, "another").await.status, 401);
    let short = get(&house, &format!("/auth/token/get/list?clientIdentifier={id}")).await.json();
    assert_eq!((&short["client"]["clientName"], short["client"].get("developer")), (&json!("Tide Tables"), None));
}

#[tokio::test]
async fn absent_members_have_the_contract_s_defaults() {
    let house = house().await;
    let plain = made(&house, json!({ "clientType": "PUBLIC" })).await;
    assert_eq!((&plain["tokenAuthMethod"], &plain["responseTypes"]), (&json!("NONE"), &json!(["CODE"])));
    assert_eq!(plain["grantTypes"], json!(["AUTHORIZATION_CODE", "REFRESH_TOKEN"]));
    let confidential = made(&house, json!({})).await;
    assert_eq!(confidential["tokenAuthMethod"], "CLIENT_SECRET_BASIC");
    assert_eq!((confidential.get("redirectUris"), confidential.get("extension")), (None, None));
    let kept = made(&house, json!({ "clientType": "PUBLIC", "tokenAuthMethod": "CLIENT_SECRET_POST" })).await;
    assert_eq!(kept["tokenAuthMethod"], "CLIENT_SECRET_POST", "as it was written, though a public client has none");
}

#[tokio::test]
async fn a_client_from_elsewhere_brings_its_id_and_its_secret_once() {
    let house = house().await;
    let mut document = described();
    document["clientId"] = json!(26_478_243_745_571_u64);
    document["clientSecret"] = json!("a-secret-of-before");
    let client = made(&house, document.clone()).await;
    assert_eq!((&client["clientId"], &client["clientSecret"]), (&document["clientId"], &document["clientSecret"]));
    assert_eq!(token(&house, &client, "a-secret-of-before").await.status, 200);
    let again = post(&house, "/client/create", document).await;
    assert_eq!(code(&again), (400, "A026201".to_owned()), "{}", again.text());
}

#[tokio::test]
async fn what_a_client_cannot_be_is_refused_and_changes_nothing() {
    let house = house().await;
    let client = made(&house, described()).await;
    let update = format!("/client/update/{}", client["clientId"]);
    for bad in [
        json!({ "clientType": "OTHER" }),
        json!({ "tokenAuthMethod": "NONE", "clientType": "CONFIDENTIAL" }),
        json!({ "tokenAuthMethod": "ATTEST_JWT_CLIENT_AUTH" }),
        json!({ "tokenAuthMethod": "TLS_CLIENT_AUTH", "tlsClientAuthSubjectDn": "CN=app" }),
        json!({ "grantTypes": ["authorization_code"] }),
        json!({ "grantTypes": "CODE" }),
        json!({ "redirectUris": ["not a uri"] }),
        json!({ "redirectUris": [7] }),
        json!({ "jwks": "not json" }),
        json!({ "jwks": "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}" }),
        json!({ "tokenAuthMethod": "PRIVATE_KEY_JWT" }),
        json!({ "extension": { "accessTokenDuration": "long" } }),
        json!({ "extension": [] }),
        json!({ "clientIdAlias": 7 }),
        json!({ "developer": 7 }),
        json!({ "idTokenSignAlg": "XS1" }),
        json!({ "subjectType": "PAIRWISE" }),
    ] {
        for (path, wanted) in [("/client/create", "A026201"), (update.as_str(), "A029201")] {
            let reply = post(&house, path, bad.clone()).await;
            assert_eq!(code(&reply), (400, wanted.to_owned()), "{path} {bad}: {}", reply.text());
        }
    }
    let said = post(&house, "/client/create", json!({ "redirectUris": ["not a uri"] })).await.json();
    assert!(said["resultMessage"].as_str().unwrap().contains("redirectUris"), "{said}");
    let list = get(&house, "/client/get/list").await.json();
    assert_eq!((&list["totalCount"], &list["clients"][0]), (&json!(1), &client));
}

#[tokio::test]
async fn a_list_has_all_clients_or_those_of_a_developer() {
    let house = house().await;
    for n in 0..7 {
        made(&house, json!({ "clientName": format!("{n}"), "developer": if n % 2 == 0 { "dora" } else { "sam" } }))
            .await;
    }
    let all = get(&house, "/client/get/list").await.json();
    assert_eq!((&all["start"], &all["end"], &all["totalCount"]), (&json!(0), &json!(5), &json!(7)));
    assert_eq!(all["clients"].as_array().unwrap().len(), 5);
    let dora = get(&house, "/client/get/list?developer=dora&start=1&end=100").await.json();
    assert_eq!((&dora["totalCount"], dora["clients"].as_array().unwrap().len()), (&json!(4), 3));
    let nobody = get(&house, "/client/get/list?developer=nobody").await.json();
    assert_eq!((&nobody["totalCount"], nobody.get("clients")), (&json!(0), None));
    for bad in ["start=-1", "end=x", "start=0&end=101"] {
        assert_eq!(get(&house, &format!("/client/get/list?{bad}")).await.status, 400, "{bad}");
    }
}

#[tokio::test]
async fn an_update_replaces_what_is_written_and_nothing_else() {
    let house = house().await;
    let client = made(&house, described()).await;
    let path = format!("/client/update/{}", client["clientId"]);
    own(
        &house,
        "POST",
        &format!("/client/lock_flag/update/{}", client["clientId"]),
        Some(json!({ "clientLocked": true })),
    )
    .await;
    let scopes = json!({ "requestableScopes": ["openid"] });
    own(&house, "PUT", &format!("/client/extension/requestable_scopes/update/{}", client["clientId"]), Some(scopes))
        .await;
    let change = json!({
        "clientName": "Tides", "clientId": 7, "clientSecret": "another", "createdAt": 1, "locked": false, "number": 0,
        "extension": { "requestableScopesEnabled": false, "refreshTokenDuration": 70 },
    });
    let changed = post(&house, &path, change).await.json();
    assert_eq!((&changed["clientName"], changed.get("developer")), (&json!("Tides"), None), "{changed}");
    assert_eq!((changed.get("redirectUris"), changed.get("idTokenSignAlg")), (None, None));
    for same in ["clientId", "clientSecret", "createdAt", "number"] {
        assert_eq!(changed[same], client[same], "{same}");
    }
    assert_eq!((&changed["locked"], &changed["extension"]["requestableScopes"]), (&json!(true), &json!(["openid"])));
    assert_eq!(changed["extension"]["refreshTokenDuration"], 70);
    // What another interface changes is shown as it is now.
    house.change_client(&client["clientId"].to_string(), |client| client.grant_types.clear()).await;
    let shown = get(&house, &format!("/client/get/{}", client["clientId"])).await.json();
    assert_eq!((shown.get("grantTypes"), &shown["clientName"]), (None, &json!("Tides")));
}

#[tokio::test]
async fn a_client_that_was_made_elsewhere_keeps_its_scope_at_an_update() {
    let house = house().await;
    house.set(|settings| settings.backend.is_managed = true).await;
    house
        .client("app", Some("a secret that nobody guesses"), |client| {
            client.scope = jeton_core::Scope::parse("openid").unwrap();
        })
        .await;
    let shown = get(&house, "/client/get/app").await.json();
    assert_eq!((&shown["clientType"], shown.get("clientSecret")), (&json!("CONFIDENTIAL"), None), "{shown}");
    let number = shown["clientId"].as_u64().unwrap();
    let changed = post(&house, &format!("/client/update/{number}"), described()).await.json();
    assert_eq!(changed["extension"]["requestableScopes"], json!(["openid"]));
    assert_eq!(house.jeton.administration.show_client(house.service, "app").await.unwrap().scope.as_str(), "openid");
}

#[tokio::test]
async fn a_locked_client_gets_nothing_and_its_tokens_are_inactive() {
    let house = house().await;
    let client = made(&house, described()).await;
    let secret = client["clientSecret"].as_str().unwrap();
    let access = token(&house, &client, secret).await.json()["access_token"].as_str().unwrap().to_owned();
    let lock = format!("/client/lock_flag/update/{}", client["clientId"]);
    let locked = post(&house, &lock, json!({ "clientLocked": true })).await;
    assert_eq!(code(&locked), (200, "A293001".to_owned()), "{}", locked.text());
    assert_eq!(token(&house, &client, secret).await.status, 401);
    let seen = post(&house, "/auth/introspection", json!({ "token": access })).await.json();
    assert_ne!(seen["action"], "OK", "{seen}");
    post(&house, &lock, json!({ "clientLocked": false })).await;
    assert_eq!(token(&house, &client, secret).await.status, 200);
    assert_eq!(post(&house, "/auth/introspection", json!({ "token": access })).await.json()["action"], "OK");
    assert_eq!(code(&post(&house, &lock, json!({})).await), (400, "A293201".to_owned()));
}

#[tokio::test]
async fn a_deleted_client_is_gone_with_its_tokens_and_its_alias() {
    let house = house().await;
    set_service(&house, json!({ "clientIdAliasEnabled": true })).await;
    let mut document = described();
    (document["clientIdAlias"], document["clientIdAliasEnabled"]) = (json!("tides"), json!(true));
    let client = made(&house, document.clone()).await;
    let access = token(&house, &client, client["clientSecret"].as_str().unwrap()).await.json();
    let path = format!("/client/delete/{}", client["clientId"]);
    let gone = own(&house, "DELETE", &path, None).await;
    assert_eq!((gone.status, gone.body.len()), (204, 0));
    assert_eq!(code(&own(&house, "DELETE", &path, None).await), (404, "A001218".to_owned()));
    let seen = post(&house, "/auth/introspection", json!({ "token": access["access_token"] })).await.json();
    assert_ne!(seen["action"], "OK");
    assert_eq!(code(&get(&house, "/client/get/tides").await), (404, "A001218".to_owned()));
    made(&house, document).await;
}

#[tokio::test]
async fn the_owner_s_key_pair_deletes_a_client_of_any_service_of_theirs() {
    let house = house().await;
    let client = made(&house, described()).await;
    let pair = jeton_served::basic(&format!("organization:{ORGANIZATION_TOKEN}"));
    let path = format!("/api/client/delete/{}", client["clientId"]);
    assert_eq!(call(&house, &pair, ("DELETE", &path), None).await.status, 204);
    assert_eq!(call(&house, &pair, ("DELETE", &path), None).await.status, 404);
}

/// A call with the organization's credential.
async fn organization(house: &House, method: &str, path: &str, body: Option<Value>) -> jeton_served::Reply {
    call(house, &bearer(ORGANIZATION_TOKEN), (method, path), body).await
}

#[tokio::test]
async fn a_client_id_is_of_one_service_and_the_owner_deletes_the_client_that_has_it() {
    let house = house().await;
    let mut services = Vec::new();
    for name in ["first", "second"] {
        let made = organization(&house, "POST", "/api/service/create", Some(json!({ "serviceName": name }))).await;
        services.push(format!("/api/{}", made.json()["apiKey"]));
    }
    let create = async |service: &str, document: Value| {
        organization(&house, "POST", &format!("{service}/client/create"), Some(document)).await
    };
    let status = async |path: &str| organization(&house, "GET", path, None).await.status;
    let brought = json!({ "clientId": 4711, "clientSecret": "a-secret-of-before" });
    assert_eq!(create(&services[1], brought.clone()).await.status, 200);
    for service in &services {
        let again = create(service, brought.clone()).await;
        assert_eq!(code(&again), (400, "A026201".to_owned()), "{}", again.text());
    }
    // Neither the alias of another client nor its number in the ledger is a client id.
    let other = create(&services[0], json!({ "clientIdAlias": "4711" })).await.json();
    let pair = jeton_served::basic(&format!("organization:{ORGANIZATION_TOKEN}"));
    let deleted =
        async |id: &str| call(&house, &pair, ("DELETE", &format!("/api/client/delete/{id}")), None).await.status;
    assert_eq!(deleted("4711").await, 204);
    assert_eq!(status(&format!("{}/client/get/4711", services[1])).await, 404);
    assert_eq!(status(&format!("{}/client/get/{}", services[0], other["clientId"])).await, 200);
    assert_eq!(deleted("4711").await, 404);
    assert_eq!(deleted(&other["clientId"].to_string()).await, 204);

    // A deleted client's id is free, also when its service was deleted with it.
    assert_eq!(create(&services[0], brought.clone()).await.status, 200);
    assert_eq!(organization(&house, "DELETE", &format!("{}/service/delete", services[0]), None).await.status, 204);
    assert_eq!(create(&services[1], brought).await.status, 200);
    assert_eq!(deleted("9007199254740993").await, 404);
}

#[tokio::test]
async fn clients_of_the_default_service_that_were_made_elsewhere_are_not_changed() {
    let house = house().await;
    house.client("4711", Some("a secret that nobody guesses"), |_| ()).await;
    let before = house.jeton.administration.show_client(house.service, "4711").await.unwrap();
    for (method, path, body) in [
        ("POST", "/client/update/4711", Some(described())),
        ("POST", "/client/lock_flag/update/4711", Some(json!({ "clientLocked": true }))),
        ("GET", "/client/secret/refresh/4711", None),
        ("PUT", "/client/extension/requestable_scopes/update/4711", Some(json!({ "requestableScopes": ["openid"] }))),
        ("DELETE", "/client/extension/requestable_scopes/delete/4711", None),
        ("DELETE", "/client/delete/4711", None),
    ] {
        let refused = own(&house, method, path, body).await;
        assert_eq!(code(&refused), (403, "A001217".to_owned()), "{method} {path}: {}", refused.text());
    }
    let after = house.jeton.administration.show_client(house.service, "4711").await.unwrap();
    assert_eq!((before.enabled, before.scope, before.secret), (after.enabled, after.scope, after.secret));
    assert_eq!(get(&house, "/client/get/4711").await.status, 200);
}

#[tokio::test]
async fn a_client_of_another_service_is_unknown_to_every_operation() {
    let house = house().await;
    let other =
        call(&house, &bearer(ORGANIZATION_TOKEN), ("POST", "/api/service/create"), Some(json!({}))).await.json();
    let create = format!("/api/{}/client/create", other["apiKey"]);
    let foreign = call(&house, &bearer(ORGANIZATION_TOKEN), ("POST", &create), Some(described())).await.json();
    let id = &foreign["clientId"];
    for (method, path) in [
        ("GET", format!("/client/get/{id}")),
        ("POST", format!("/client/update/{id}")),
        ("DELETE", format!("/client/delete/{id}")),
        ("POST", format!("/client/lock_flag/update/{id}")),
        ("GET", format!("/client/secret/refresh/{id}")),
        ("POST", format!("/client/secret/update/{id}")),
        ("POST", format!("/client/authorization/update/{id}")),
        ("DELETE", format!("/client/authorization/delete/{id}")),
        ("POST", format!("/client/authorization/delete/{id}")),
        ("DELETE", format!("/client/authorization/delete/{id}/joe")),
        ("GET", format!("/client/granted_scopes/get/{id}")),
        ("GET", format!("/client/granted_scopes/get/{id}/joe")),
        ("POST", format!("/client/granted_scopes/delete/{id}")),
        ("DELETE", format!("/client/granted_scopes/delete/{id}/joe")),
        ("GET", format!("/client/extension/requestable_scopes/get/{id}")),
        ("PUT", format!("/client/extension/requestable_scopes/update/{id}")),
        ("DELETE", format!("/client/extension/requestable_scopes/delete/{id}")),
    ] {
        let body = json!({ "clientLocked": true, "clientSecret": "chosen", "subject": "joe", "scopes": ["openid"] });
        let sent = (method == "POST" || method == "PUT").then_some(body);
        let reply = own(&house, method, &path, sent.clone()).await;
        assert_eq!(code(&reply), (404, "A001218".to_owned()), "{method} {path}: {}", reply.text());
        let absent = own(&house, method, &path.replace(&id.to_string(), "987654321"), sent.clone()).await;
        assert_eq!((absent.status, absent.text()), (reply.status, reply.text()), "{method} {path}");
        let here = format!("/api/{}{path}", house.service);
        assert_eq!(call(&house, "", (method, &here), sent.clone()).await.status, 401, "{method} {path}");
        let wrong = call(&house, "Bearer another", (method, &here), sent.clone()).await.status;
        assert_eq!(wrong, 401, "{method} {path}");
        let elsewhere = format!("/api/{}{path}", other["apiKey"]);
        assert_eq!(call(&house, &bearer(SERVICE_TOKEN), (method, &elsewhere), sent).await.status, 403, "{elsewhere}");
    }
    let kept = format!("/api/{}/client/get/{id}", other["apiKey"]);
    assert_eq!(call(&house, &bearer(ORGANIZATION_TOKEN), ("GET", &kept), None).await.json(), foreign);
}
