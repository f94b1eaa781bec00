//! Services as tenants (sections 3 and 4.2 of the contract).

use std::sync::Arc;

use jeton_core::Secret;
use jeton_core::ids::ServiceId;
use jeton_served::{House, Opening};
use serde_json::{Value, json};

use crate::api::{ORGANIZATION_TOKEN, SERVICE_TOKEN, bearer, call, house};

async fn organization(house: &House, to: (&str, &str), body: Option<Value>) -> jeton_served::Reply {
    call(house, &bearer(ORGANIZATION_TOKEN), to, body).await
}

#[tokio::test]
async fn the_organization_makes_changes_lists_and_deletes_services() {
    let house = house().await;
    let wanted = json!({
        "serviceName": "shop", "issuer": "https://shop.example", "accessTokenDuration": 600, "tokenEndpoint": "https://shop.example/token",
        "supportedScopes": [{ "name": "pay", "defaultEntry": false, "description": "Pay for you" }], "number": 0, "apiSecret": null,
    });
    let made = organization(&house, ("POST", "/api/service/create"), Some(wanted.clone())).await;
    assert_eq!(made.status, 200, "{}", made.text());
    let made = made.json();
    let id = made["apiKey"].as_u64().unwrap();
    assert!(made["apiSecret"].is_string() && made["supportedScopes"] == wanted["supportedScopes"], "{made}");
    let own = format!("/api/{id}/service/get");
    let shown = organization(&house, ("GET", &own), None).await.json();
    assert_eq!((&shown["serviceName"], &shown["accessTokenDuration"]), (&json!("shop"), &json!(600)));
    assert_eq!(shown.get("apiSecret"), None);
    // Absent members have the value of a new service: an update replaces.
    let update = format!("/api/{id}/service/update");
    let changed = organization(&house, ("POST", &update), Some(json!({ "serviceName": "shop 2" }))).await.json();
    assert_eq!(
        (&changed["serviceName"], changed.get("tokenEndpoint"), changed.get("supportedScopes")),
        (&json!("shop 2"), None, None)
    );
    assert_eq!(changed["issuer"], "https://shop.example");
    let list = organization(&house, ("GET", "/api/service/get/list?start=0&end=10"), None).await.json();
    assert_eq!((&list["totalCount"], list["services"].as_array().unwrap().len()), (&json!(1), 1));
    // Version 2: the pair of the service.
    let pair = jeton_served::basic(&format!("{id}:{}", made["apiSecret"].as_str().unwrap()));
    let v2 = call(&house, &pair, ("GET", &format!("/api/service/get/{id}")), None).await;
    assert_eq!(v2.status, 200, "{}", v2.text());
    let gone = organization(&house, ("DELETE", &format!("/api/{id}/service/delete")), None).await;
    assert_eq!((gone.status, gone.body.len()), (204, 0));
    assert_eq!(organization(&house, ("GET", &own), None).await.status, 404);
    assert_ne!(call(&house, &pair, ("GET", &format!("/api/service/get/{id}")), None).await.status, 200);
    let again = organization(&house, ("POST", "/api/service/create"), Some(wanted)).await;
    assert_eq!(again.status, 200, "the issuer is free again: {}", again.text());
}

#[tokio::test]
async fn a_service_makes_no_other_and_sees_no_other() {
    let house = house().await;
    let other =
        organization(&house, ("POST", "/api/service/create"), Some(json!({ "serviceName": "other" }))).await.json();
    let id = other["apiKey"].as_u64().unwrap();
    for (method, path) in [
        ("POST", "/api/service/create".to_owned()),
        ("GET", format!("/api/{id}/service/get")),
        ("GET", format!("/api/service/get/{id}")),
        ("POST", format!("/api/service/update/{id}")),
        ("DELETE", format!("/api/{id}/service/delete")),
    ] {
        let reply = call(&house, &bearer(SERVICE_TOKEN), (method, &path), Some(json!({}))).await;
        assert_eq!(reply.status, 403, "{method} {path}: {}", reply.text());
    }
    let list = call(&house, &bearer(SERVICE_TOKEN), ("GET", "/api/service/get/list"), None).await.json();
    assert_eq!(list["totalCount"], 1);
}

#[tokio::test]
async fn what_a_service_cannot_be_is_refused() {
    let house = house().await;
    for bad in [
        json!({ "issuer": "http://shop.example" }),
        json!({ "issuer": "https://id.example" }),
        json!({ "accessTokenDuration": "long" }),
        json!({ "accessTokenDuration": 1_000_000_000 }),
        json!({ "accessTokenSignAlg": "HS256" }),
        json!({ "supportedScopes": ["a"] }),
        json!({ "authorizationCodeDuration": 601 }),
        json!({ "pushedAuthReqDuration": "long" }),
        json!({ "parRequired": "yes" }),
    ] {
        let reply = organization(&house, ("POST", "/api/service/create"), Some(bad.clone())).await;
        assert!([400, 409].contains(&reply.status), "{bad}: {} {}", reply.status, reply.text());
        assert!(reply.json()["resultMessage"].is_string());
    }
    let list = organization(&house, ("GET", "/api/service/get/list"), None).await.json();
    assert_eq!(list["totalCount"], 0);
}

#[tokio::test]
async fn keys_and_configuration_are_documents_of_their_own() {
    let house = house().await;
    let own = format!("/api/{}", house.service);
    let keys =
        organization(&house, ("GET", &format!("{own}/service/jwks/get?includePrivateKeys=True&pretty=False")), None)
            .await;
    assert!(
        keys.json()["keys"].as_array().is_some_and(|all| all.iter().all(|key| key.get("d").is_none())),
        "{}",
        keys.text()
    );
    let document =
        organization(&house, ("POST", &format!("{own}/service/configuration")), Some(json!({ "pretty": true }))).await;
    assert_eq!((document.status, &document.json()["issuer"]), (200, &json!(house.service().issuer)));
    let patch = "%5B%7B%22op%22%3A%22add%22%2C%22path%22%3A%22%2Fx%22%2C%22value%22%3A1%7D%5D";
    let patched = organization(&house, ("GET", &format!("{own}/service/configuration?patch={patch}")), None).await;
    assert_eq!(patched.json()["x"], 1);
    let bad = organization(&house, ("GET", &format!("{own}/service/configuration?patch=x")), None).await;
    assert_eq!(bad.status, 400);
}

#[tokio::test]
async fn the_default_service_is_neither_replaced_nor_deleted_nor_listed() {
    let house = house().await;
    let (id, before) = (house.service, house.service());
    let api_token = crate::api::with_right(&house, "delete_service").await;
    for (method, path, body) in [
        ("POST", format!("/api/{id}/service/update"), Some(json!({}))),
        ("POST", format!("/api/service/update/{id}"), Some(json!({ "issuer": "https://other.example" }))),
        ("DELETE", format!("/api/{id}/service/delete"), None),
        ("DELETE", format!("/api/service/delete/{id}"), None),
        ("POST", "/api/service/remove".to_owned(), Some(json!({ "serviceId": id.get() }))),
    ] {
        for token in [ORGANIZATION_TOKEN, &api_token] {
            let refused = call(&house, &bearer(token), (method, &path), body.clone()).await;
            assert_eq!(crate::api::code(&refused), (403, "A001217".to_owned()), "{method} {path}: {}", refused.text());
        }
    }
    assert_eq!(*house.service(), *before);
    let list = organization(&house, ("GET", "/api/service/get/list"), None).await.json();
    assert_eq!(list["totalCount"], 0, "{list}");
    assert_eq!(organization(&house, ("GET", &format!("/api/{id}/service/get")), None).await.status, 200);
}

#[tokio::test]
async fn a_deleted_service_is_unknown_to_every_operation() {
    let house = house().await;
    let made = organization(&house, ("POST", "/api/service/create"), Some(json!({}))).await.json();
    let id = &made["apiKey"];
    assert_eq!(organization(&house, ("DELETE", &format!("/api/service/delete/{id}")), None).await.status, 204);
    let past = 9_007_199_254_740_993_u64;
    for (method, path, body) in [
        ("GET", format!("/api/service/get/{id}"), None),
        ("POST", format!("/api/service/update/{id}"), Some(json!({ "issuer": "https://new.example" }))),
        ("DELETE", format!("/api/service/delete/{id}"), None),
        ("POST", "/api/service/remove".to_owned(), Some(json!({ "serviceId": id }))),
        ("GET", format!("/api/{id}/service/get"), None),
        // A number of more than 53 bits is not cut to the number of another.
        ("GET", format!("/api/{past}/service/get"), None),
        ("GET", format!("/api/service/get/{past}"), None),
        ("DELETE", format!("/api/service/delete/{past}"), None),
        ("POST", "/api/service/remove".to_owned(), Some(json!({ "serviceId": past }))),
    ] {
        let reply = organization(&house, (method, &path), body).await;
        assert_eq!(crate::api::code(&reply), (404, "A003201".to_owned()), "{method} {path}: {}", reply.text());
    }
    let list = organization(&house, ("GET", "/api/service/get/list"), None).await.json();
    assert_eq!(list["totalCount"], 0, "{list}");
}

#[tokio::test]
async fn a_patch_makes_the_configuration_no_larger_than_a_configuration_is() {
    let house = house().await;
    let path = format!("/api/{}/service/configuration", house.service);
    let sent = async |steps: Vec<Value>| {
        let body = json!({ "patch": Value::from(steps).to_string() });
        organization(&house, ("POST", &path), Some(body)).await
    };
    let copy = |from: &str, to: &str| json!({ "op": "copy", "from": from, "path": to });
    let value = |length: usize| json!({ "op": "add", "path": "/text", "value": "x".repeat(length) });
    let doubling = (0..30).map(|n| copy("", &format!("/a{n}")));
    let nesting = (0..90).map(|_| copy("", "/a"));
    let widening =
        std::iter::once(value(2_000)).chain((0..99).map(|n| copy("/text", &format!("/{}{n}", "n".repeat(2_000)))));
    for steps in [doubling.collect(), nesting.collect(), widening.collect(), vec![value(1); 101]] {
        let refused = sent(steps).await;
        assert_eq!((refused.status, &refused.json()["resultCode"]), (400, &json!("A001294")), "{}", refused.text());
    }
    let steps = vec![copy("/issuer", "/same"), json!({ "op": "move", "from": "/same", "path": "/other" }), value(9)];
    let patched = sent(steps).await.json();
    assert_eq!((&patched["other"], &patched["text"]), (&patched["issuer"], &json!("xxxxxxxxx")));
}

#[tokio::test]
async fn the_vendors_other_endpoint_makes_and_removes_services() {
    let house = house().await;
    let body = json!({ "apiServerId": 1, "organizationId": 2, "service": { "serviceName": "cloud" } });
    let made = organization(&house, ("POST", "/api/service"), Some(body.clone())).await;
    assert_eq!((made.status, &made.json()["serviceName"]), (200, &json!("cloud")), "{}", made.text());
    let id = made.json()["apiKey"].clone();
    let own = format!("/api/{id}/service/get");
    let remove = json!({ "apiServerId": 1, "organizationId": 2, "serviceId": id });
    for (token, status) in [(SERVICE_TOKEN, 403), (ORGANIZATION_TOKEN, 200)] {
        let gone = call(&house, &bearer(token), ("POST", "/api/service/remove"), Some(remove.clone())).await;
        assert_eq!(gone.status, status, "{}", gone.text());
        let left = organization(&house, ("GET", &own), None).await.status;
        assert_eq!(left, if status == 200 { 404 } else { 200 });
    }
    assert_eq!(call(&house, &bearer(SERVICE_TOKEN), ("POST", "/api/service"), Some(body)).await.status, 403);
    assert_eq!(organization(&house, ("POST", "/api/service"), Some(json!({}))).await.status, 400);
    assert_eq!(organization(&house, ("POST", "/api/service/remove"), Some(json!({}))).await.status, 400);
}

#[tokio::test]
async fn a_scope_whose_name_is_none_is_refused_and_makes_no_client_unreadable() {
    let house = house().await;
    let scopes =
        |name: &str| json!({ "supportedScopes": [{ "name": "read" }, { "name": name, "defaultEntry": true }] });
    let made = organization(&house, ("POST", "/api/service/create"), Some(scopes("write"))).await.json();
    let own = format!("/api/{}", made["apiKey"]);
    for bad in ["größe", "a\"b", "a\\b", "a b", "", &"x".repeat(256)] {
        for path in ["/api/service/create".to_owned(), format!("{own}/service/update")] {
            let refused = organization(&house, ("POST", &path), Some(scopes(bad))).await;
            assert_eq!(crate::api::code(&refused), (400, "A001294".to_owned()), "{bad}: {}", refused.text());
        }
    }
    let client = organization(&house, ("POST", &format!("{own}/client/create")), Some(json!({}))).await.json();
    let get = format!("{own}/client/get/{}", client["clientId"]);
    assert_eq!(organization(&house, ("GET", &get), None).await.json(), client);
    let service = organization(&house, ("GET", &format!("{own}/service/get")), None).await.json();
    assert_eq!(service["supportedScopes"], made["supportedScopes"]);

    // A service that has such a name already.
    house
        .set(|settings| {
            settings.other.insert("supportedScopes".to_owned(), scopes("größe")["supportedScopes"].clone());
        })
        .await;
    let client = crate::api::made(&house, json!({})).await;
    let get = crate::api::get(&house, &format!("/client/get/{}", client["clientId"])).await;
    assert_eq!((get.status, get.json()), (200, client));
}

#[tokio::test]
async fn nothing_that_is_null_leaves_also_where_it_was_written_deep_inside() {
    let house = house().await;
    let odd = json!({ "odd": [[null, 1], { "a": [[null]] }], "supportedClaims": [null, "name"], "also": [[null]] });
    let made = organization(&house, ("POST", "/api/service/create"), Some(odd)).await.json();
    let own = format!("/api/{}/service", made["apiKey"]);
    for path in ["get", "configuration", "configuration?pretty=true"] {
        let shown = organization(&house, ("GET", &format!("{own}/{path}")), None).await;
        assert!(shown.status == 200 && !shown.text().contains("null"), "{path}: {}", shown.text());
    }
    let patch = json!([{ "op": "add", "path": "/x", "value": [null, { "y": null }] }]).to_string();
    let patched =
        organization(&house, ("POST", &format!("{own}/configuration")), Some(json!({ "patch": patch }))).await;
    assert_eq!(patched.json()["x"], json!([{}]));
}

#[tokio::test]
async fn version_2_deletes_a_service_by_its_number() {
    let house = house().await;
    let made =
        organization(&house, ("POST", "/api/service/create"), Some(json!({ "serviceName": "short" }))).await.json();
    for path in ["/api/service/delete", "/api/1/service/delete"] {
        let other = organization(&house, ("POST", "/api/service/create"), Some(json!({}))).await.json();
        let gone = organization(&house, ("DELETE", &format!("{path}/{}", other["apiKey"])), None).await;
        assert_eq!((gone.status, gone.body.len()), (204, 0), "{path}");
    }
    let kept = organization(&house, ("GET", &format!("/api/service/get/{}", made["apiKey"])), None).await;
    assert_eq!(kept.status, 200);
}

/// The keys of a service in the store, by algorithm.
async fn keys(house: &House, service: ServiceId) -> Vec<String> {
    let mut found: Vec<_> = house.store.keys(service).await.unwrap().into_iter().map(|key| key.alg).collect();
    found.sort();
    found
}

#[tokio::test]
async fn a_service_gets_its_keys_at_first_use_and_of_many_requests_one_makes_them() {
    let house = house().await;
    let document = json!({ "serviceName": "shop", "accessTokenSignAlg": "ES256", "issuer": "https://shop.example" });
    let made = organization(&house, ("POST", "/api/service/create"), Some(document.clone())).await.json();
    let service = ServiceId::new(made["apiKey"].as_u64().unwrap());
    organization(&house, ("POST", &format!("/api/{service}/service/update")), Some(document)).await;
    let client = json!({ "clientId": 4711, "clientSecret": "a-secret-that-nobody-guesses" });
    organization(&house, ("POST", &format!("/api/{service}/client/create")), Some(client)).await;
    assert_eq!(keys(&house, service).await, [""; 0], "nothing was signed yet");

    // Two nodes, and at each several requests at once.
    let another = Opening::on_store(house.store.clone()).by(Arc::clone(&house.clock)).open().await;
    another.jeton.backend.credentials.set(Some(&Secret::new(ORGANIZATION_TOKEN)), &[]);
    let token = json!({ "grantType": "PASSWORD", "clientId": 4711, "subject": "joe" });
    let path = format!("/api/{service}/auth/token/create");
    let mint = |house| organization(house, ("POST", &path), Some(token.clone()));
    let minted: [_; 4] = tokio::join!(mint(&house), mint(&another), mint(&house), mint(&another)).into();
    assert_eq!(keys(&house, service).await, ["ES256"], "one key for the algorithm that was needed");
    let jwks = format!("/api/{service}/service/jwks/get");
    let read = |house| organization(house, ("GET", &jwks), None);
    let sets: [_; 4] = tokio::join!(read(&house), read(&another), read(&house), read(&another)).into();
    assert_eq!(keys(&house, service).await, ["ES256", "RS256"]);
    assert!(sets.iter().all(|set| set.json() == sets[0].json() && set.json()["keys"].as_array().unwrap().len() == 2));
    let introspect = format!("/api/{service}/auth/introspection");
    for made in minted {
        let jwt = json!({ "token": made.json()["jwtAccessToken"] });
        for node in [&house, &another] {
            let said = organization(node, ("POST", &introspect), Some(jwt.clone())).await.json();
            assert_eq!(said["action"], "OK", "{said}");
        }
    }
}

#[tokio::test]
async fn discovery_is_a_first_use() {
    let house = house().await;
    let made = organization(&house, ("POST", "/api/service/create"), Some(json!({}))).await.json();
    let service = ServiceId::new(made["apiKey"].as_u64().unwrap());
    assert_eq!(keys(&house, service).await, [""; 0]);
    let path = format!("/api/{service}/service/configuration");
    let document = organization(&house, ("GET", &path), None).await.json();
    assert!(document["id_token_signing_alg_values_supported"].as_array().unwrap().contains(&json!("RS256")));
    assert_eq!(keys(&house, service).await.len(), 2);
}
