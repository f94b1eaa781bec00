//! Secrets of clients, and who sees them.

use jeton_core::model::EventKind;
use jeton_served::{Ask, House};
use serde_json::{Value, json};

use crate::api::{bearer, call, code, get, house, made, post, set_service, with_right};

async fn works(house: &House, client: &Value, secret: &str) -> bool {
    let id = client["clientId"].to_string();
    let form = [("grant_type", "client_credentials")];
    Ask::post("/token").basic(&id, secret).form(&form).send(house).await.status == 200
}

async fn client(house: &House) -> Value {
    made(house, json!({ "grantTypes": ["CLIENT_CREDENTIALS"] })).await
}

#[tokio::test]
async fn a_new_secret_replaces_the_old_one_at_once() {
    let house = house().await;
    let client = client(&house).await;
    let old = client["clientSecret"].as_str().unwrap();
    let fresh = get(&house, &format!("/client/secret/refresh/{}", client["clientId"])).await;
    assert_eq!(code(&fresh), (200, "A148001".to_owned()), "{}", fresh.text());
    let fresh = fresh.json();
    let new = fresh["newClientSecret"].as_str().unwrap();
    assert_eq!((&fresh["oldClientSecret"], new.len()), (&client["clientSecret"], 86));
    assert!(!works(&house, &client, old).await && works(&house, &client, new).await);

    let path = format!("/client/secret/update/{}", client["clientId"]);
    let chosen = post(&house, &path, json!({ "clientSecret": "chosen-by-the-caller" })).await;
    assert_eq!(code(&chosen), (200, "A149001".to_owned()), "{}", chosen.text());
    assert_eq!(chosen.json()["oldClientSecret"], fresh["newClientSecret"]);
    assert!(works(&house, &client, "chosen-by-the-caller").await);
    for bad in [
        json!({}),
        json!({ "clientSecret": "x".repeat(87) }),
        json!({ "clientSecret": "a b" }),
        json!({ "clientSecret": 7 }),
    ] {
        assert_eq!(code(&post(&house, &path, bad.clone()).await), (400, "A149201".to_owned()), "{bad}");
    }
    assert!(works(&house, &client, "chosen-by-the-caller").await, "a refused call changes nothing");
}

#[tokio::test]
async fn only_who_may_change_clients_sees_secrets_and_each_reading_is_recorded() {
    let house = house().await;
    let client = client(&house).await;
    let viewer = with_right(&house, "view_client").await;
    let path = format!("/api/{}/client/get/{}", house.service, client["clientId"]);
    let seen = call(&house, &bearer(&viewer), ("GET", &path), None).await;
    assert_eq!((seen.status, seen.json().get("clientSecret").cloned()), (200, None), "{}", seen.text());
    let modifier = with_right(&house, "modify_client").await;
    let seen = call(&house, &bearer(&modifier), ("GET", &path), None).await.json();
    assert_eq!(seen["clientSecret"], client["clientSecret"]);
    let events = house.store.events(Some(house.service), 100).await.unwrap();
    assert_eq!(events.iter().filter(|event| event.kind == EventKind::ValuesRead).count(), 1);
    set_service(&house, json!({ "attributes": [{ "key": "jeton.hide_client_secrets", "value": "true" }] })).await;
    let seen = call(&house, &bearer(&modifier), ("GET", &path), None).await.json();
    assert_eq!(seen.get("clientSecret"), None);
    let list = get(&house, "/client/get/list").await.json();
    assert_eq!(list["clients"][0].get("clientSecret"), None);
}

#[tokio::test]
async fn a_replaced_secret_is_shown_by_the_same_rule() {
    let house = house().await;
    let client = client(&house).await;
    let refresh = format!("/client/secret/refresh/{}", client["clientId"]);
    let read = async || {
        let events = house.store.events(Some(house.service), 100).await.unwrap();
        events.iter().filter(|event| event.kind == EventKind::ValuesRead).count()
    };
    let replaced = get(&house, &refresh).await.json();
    assert_eq!((&replaced["oldClientSecret"], read().await), (&client["clientSecret"], 1));
    // Of two calls at once, each gets what it replaced.
    let (one, two) = tokio::join!(get(&house, &refresh), get(&house, &refresh));
    let (one, two) = (one.json(), two.json());
    assert_ne!(one["oldClientSecret"], two["oldClientSecret"]);
    let chained = [&one["newClientSecret"], &two["newClientSecret"]];
    assert!(chained.contains(&&two["oldClientSecret"]) || chained.contains(&&one["oldClientSecret"]), "{one} {two}");
    set_service(&house, json!({ "attributes": [{ "key": "jeton.hide_client_secrets", "value": "true" }] })).await;
    assert_eq!(get(&house, &refresh).await.json().get("oldClientSecret"), None);
    assert_eq!(read().await, 3);
}

#[tokio::test]
async fn the_secret_of_a_client_that_was_made_elsewhere_is_not_shown() {
    let house = house().await;
    house
        .client("4711", Some("a secret of 32 bytes that nobody guesses"), |client| {
            client.token_endpoint_auth_method = jeton_core::model::AuthMethod::ClientSecretJwt;
            client.scope = jeton_core::Scope::parse("read jeton:admin").unwrap();
        })
        .await;
    let kept = house.jeton.administration.show_client(house.service, "4711").await.unwrap();
    assert!(kept.sealed_secret.is_some(), "the ledger keeps it");
    for path in ["/client/get/4711", "/client/get/list", "/client/authorization/get/list?subject=joe"] {
        let seen = get(&house, path).await;
        assert!(seen.status == 200 && !seen.text().contains("clientSecret"), "{path}: {}", seen.text());
    }
}

#[tokio::test]
async fn a_caller_without_the_right_changes_nothing() {
    let house = house().await;
    let client = client(&house).await;
    let viewer = bearer(&with_right(&house, "view_client").await);
    let id = &client["clientId"];
    for (method, path) in [
        ("POST", "/client/create".to_owned()),
        ("POST", format!("/client/update/{id}")),
        ("DELETE", format!("/client/delete/{id}")),
        ("POST", format!("/client/lock_flag/update/{id}")),
        ("GET", format!("/client/secret/refresh/{id}")),
        ("POST", format!("/client/secret/update/{id}")),
        ("POST", format!("/client/authorization/update/{id}")),
        ("POST", format!("/client/authorization/delete/{id}")),
        ("POST", format!("/client/granted_scopes/delete/{id}")),
        ("POST", format!("/client/extension/requestable_scopes/update/{id}")),
        ("DELETE", format!("/client/extension/requestable_scopes/delete/{id}")),
        ("POST", "/client/registration".to_owned()),
    ] {
        let path = format!("/api/{}{path}", house.service);
        let reply = call(&house, &viewer, (method, &path), None).await;
        assert_eq!(code(&reply), (403, "A001217".to_owned()), "{method} {path}");
    }
    assert_eq!(get(&house, &format!("/client/get/{id}")).await.json(), client);
}
