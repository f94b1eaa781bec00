//! A person's own API tokens on the wire: created, listed, shown and revoked with a bearer token or a browser session.

use crate::admin_house::{AdminHouse, Who};
use http::Method;
use serde_json::{Value, json};

/// A house with alice, a client, and a token of hers with these scopes.
async fn with_token(scope: &str) -> (AdminHouse, String) {
    let house = AdminHouse::open().await;
    house.person("alice", &[]).await;
    let (status, minted) = house
        .admin(
            Method::POST,
            "/admin/v1/tokens",
            json!({ "kind": "api", "username": "alice", "scope": scope, "name": "first" }),
        )
        .await;
    assert_eq!(status, 201, "{minted}");
    let text = minted["token"].as_str().unwrap().to_owned();
    (house, text)
}

fn by(text: &str) -> Who<'_> {
    Who::Bearer(text, "192.0.2.7")
}

#[tokio::test]
async fn a_person_makes_lists_shows_and_ends_his_tokens() {
    let (house, text) = with_token("jeton:tokens read write").await;
    let order = json!({ "name": "ci", "description": "builds", "scope": "read", "lifetime": 3600,
                        "address_ranges": ["10.0.0.0/8", "2001:db8::1"] });
    let (status, made) = house.ask(by(&text), Method::POST, "/account/v1/tokens", Some(order)).await;
    assert_eq!(status, 201, "{made}");
    assert!(made["token"].as_str().unwrap().starts_with("jtn_api_"), "{made}");
    assert_eq!((&made["kind"], &made["scope"], &made["name"]), (&json!("api"), &json!("read"), &json!("ci")));
    assert_eq!(made["address_ranges"], json!(["10.0.0.0/8", "2001:db8::1/128"]));
    assert_eq!(made["username"], "alice");
    let id = made["id"].as_u64().unwrap();
    let (_, listed) = house.ask(by(&text), Method::GET, "/account/v1/tokens?live=true", None).await;
    assert_eq!(listed["total"], 2, "{listed}");
    assert!(listed["items"].as_array().unwrap().iter().all(|item| item.get("token").is_none()), "shown once: {listed}");
    let (status, shown) = house.ask(by(&text), Method::GET, &format!("/account/v1/tokens/{id}"), None).await;
    assert_eq!((status, &shown["state"]), (200, &json!("live")), "{shown}");
    let (status, ended) = house.ask(by(&text), Method::POST, &format!("/account/v1/tokens/{id}/revoke"), None).await;
    assert_eq!((status, &ended["changed"]), (200, &json!(true)), "{ended}");
    let (_, shown) = house.ask(by(&text), Method::GET, &format!("/account/v1/tokens/{id}"), None).await;
    assert_eq!((&shown["state"], &shown["revoked_why"]), (&json!("revoked"), &json!("user")), "{shown}");
}

#[tokio::test]
async fn a_token_hands_on_no_more_than_it_has() {
    let (house, text) = with_token("jeton:tokens read").await;
    let create = async |members: Value| {
        let mut order = json!({ "name": "child", "scope": "read" });
        order.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        let (status, answer) = house.ask(by(&text), Method::POST, "/account/v1/tokens", Some(order)).await;
        (status, answer["error"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(create(json!({})).await.0, 201);
    assert_eq!(create(json!({ "scope": "read write" })).await, (400, "scope_not_allowed".into()));
    assert_eq!(create(json!({ "scope": "jeton:admin" })).await, (400, "scope_not_allowed".into()));
    assert_eq!(create(json!({ "lifetime": 367 * 86_400 })).await, (400, "api_token_lifetime".into()));
    assert_eq!(create(json!({ "lifetime": "never" })).await, (400, "api_token_lifetime".into()));
    assert_eq!(create(json!({ "lifetime": 0 })).await, (400, "invalid".into()));
    for wrong in [
        json!({ "name": "" }),
        json!({ "name": "x".repeat(201) }),
        json!({ "address_ranges": ["10.0.0.0/33"] }),
        json!({ "address_ranges": "10.0.0.0/8" }),
        json!({ "username": "bob" }),
        json!({ "format": "jwt" }),
    ] {
        assert_eq!(create(wrong.clone()).await, (400, "invalid".into()), "{wrong}");
    }
    assert_eq!(create(json!({ "name": null })).await, (400, "parameter_missing".into()));
}

#[tokio::test]
async fn a_token_bound_to_addresses_counts_only_from_there_and_hands_on_no_wider_ones() {
    let (house, _) = with_token("read").await;
    house.person("alice", &["admin"]).await;
    let order = json!({ "kind": "api", "username": "alice", "scope": "jeton:tokens jeton:admin",
                        "address_ranges": ["192.0.2.0/24"] });
    let (_, minted) = house.admin(Method::POST, "/admin/v1/tokens", order).await;
    let text = minted["token"].as_str().unwrap();
    let from = async |address: &'static str, path: &'static str| {
        house.ask(Who::Bearer(text, address), Method::GET, path, None).await.0
    };
    for path in ["/account/v1/tokens", "/admin/v1/tokens"] {
        assert_eq!(from("192.0.2.200", path).await, 200);
        assert_eq!(from("::ffff:192.0.2.200", path).await, 200);
        assert_eq!(from("192.0.3.1", path).await, 401);
        assert_eq!(from("2001:db8::1", path).await, 401);
    }
    let create = async |ranges: Value| {
        let order = json!({ "name": "child", "address_ranges": ranges });
        house.ask(by(text), Method::POST, "/account/v1/tokens", Some(order)).await
    };
    assert_eq!(create(json!(["192.0.2.128/25"])).await.1["address_ranges"], json!(["192.0.2.128/25"]));
    assert_eq!(create(json!(null)).await.1["address_ranges"], json!(["192.0.2.0/24"]));
    assert_eq!(create(json!([])).await.0, 400, "an empty list admits nobody");
    assert_eq!(create(json!(["192.0.0.0/16"])).await.0, 400);
    let (status, _) = house
        .admin(
            Method::POST,
            "/admin/v1/tokens",
            json!({ "kind": "access", "format": "jwt", "address_ranges": ["10.0.0.0/8"] }),
        )
        .await;
    assert_eq!(status, 400, "a JWT is read without asking from where");
}

#[tokio::test]
async fn others_tokens_are_not_there() {
    let (house, text) = with_token("jeton:tokens").await;
    house.person("bob", &[]).await;
    for order in [
        json!({ "kind": "api", "username": "bob", "name": "his" }),
        json!({ "kind": "access", "format": "opaque", "username": "alice" }),
        json!({ "kind": "api", "name": "nobody's" }),
    ] {
        let (_, minted) = house.admin(Method::POST, "/admin/v1/tokens", order).await;
        let id = minted["id"].as_u64().unwrap();
        assert_eq!(house.ask(by(&text), Method::GET, &format!("/account/v1/tokens/{id}"), None).await.0, 404);
        let revoke = format!("/account/v1/tokens/{id}/revoke");
        assert_eq!(house.ask(by(&text), Method::POST, &revoke, None).await.0, 404);
        let (_, shown) = house.admin(Method::GET, &format!("/admin/v1/tokens/{id}"), Value::Null).await;
        assert_eq!(shown["state"], "live");
    }
    assert_eq!(house.ask(by(&text), Method::GET, "/account/v1/tokens", None).await.1["total"], 1);
}

#[tokio::test]
async fn nobody_gets_in_without_the_scope_or_a_person() {
    let (house, without) = with_token("read").await;
    let (status, answer) = house.ask(by(&without), Method::GET, "/account/v1/tokens", None).await;
    assert_eq!((status, answer["error"].as_str()), (403, Some("bearer_scope")), "{answer}");
    let (_, minted) =
        house.admin(Method::POST, "/admin/v1/tokens", json!({ "kind": "api", "scope": "jeton:tokens" })).await;
    let nobodys = minted["token"].as_str().unwrap();
    for who in [by(nobodys), by("nonsense"), by(&nobodys[1..])] {
        let (status, answer) = house.ask(who, Method::GET, "/account/v1/tokens", None).await;
        assert_eq!((status, answer["error"].as_str()), (401, Some("bearer_invalid")));
    }
    let (status, answer) = house.ask(Who::Nobody, Method::GET, "/account/v1/tokens", None).await;
    assert_eq!((status, answer["error"].as_str()), (401, Some("bearer_missing")));
}

#[tokio::test]
async fn a_signed_in_person_makes_tokens_from_a_page_of_the_issuer_only() {
    let house = AdminHouse::open().await;
    house.person("alice", &[]).await;
    let cookie = house.session("alice").await;
    let order = |scope: &str| Some(json!({ "name": "mine", "scope": scope }));
    let ask = async |site: &'static str, scope: &str| {
        house.ask(Who::Browser(&cookie, site), Method::POST, "/account/v1/tokens", order(scope)).await
    };
    let (status, made) = ask("same-origin", "openid email").await;
    assert_eq!(status, 201, "{made}");
    for site in ["cross-site", "same-site", "none"] {
        let (status, answer) = ask(site, "openid").await;
        assert_eq!((status, answer["error"].as_str()), (403, Some("foreign_site")), "{site}");
    }
    for scope in ["jeton:admin", "manager", "uma_protection", "something"] {
        let (status, answer) = ask("same-origin", scope).await;
        assert_eq!((status, answer["error"].as_str()), (400, Some("scope_not_allowed")), "{scope}");
    }
    house.person("root", &["admin"]).await;
    let cookie = house.session("root").await;
    let (status, made) =
        house.ask(Who::Browser(&cookie, "same-origin"), Method::POST, "/account/v1/tokens", order("jeton:admin")).await;
    assert_eq!(status, 201, "{made}");
}

#[tokio::test]
async fn no_administrator_makes_an_api_token_live_longer_than_the_policy() {
    let (house, _) = with_token("read").await;
    let mint = async |lifetime: Value| {
        let order = json!({ "kind": "api", "username": "alice", "lifetime": lifetime });
        house.admin(Method::POST, "/admin/v1/tokens", order).await
    };
    for lifetime in [json!("never"), json!(367 * 86_400)] {
        let (status, answer) = mint(lifetime).await;
        assert_eq!((status, answer["error"].as_str()), (400, Some("api_token_lifetime")), "{answer}");
    }
    let (_, minted) = mint(Value::Null).await;
    assert_eq!(minted["expires_at"].as_i64().unwrap() - minted["issued_at"].as_i64().unwrap(), 30 * 86_400);
    let path = format!("/admin/v1/tokens/{}", minted["id"]);
    for lifetime in [json!("never"), json!(367 * 86_400)] {
        let (status, _) = house.admin(Method::PATCH, &path, json!({ "lifetime": lifetime })).await;
        assert_eq!(status, 400);
    }
    let (status, changed) =
        house.admin(Method::PATCH, &path, json!({ "lifetime": 60, "address_ranges": ["10.0.0.0/8"] })).await;
    assert_eq!((status, &changed["address_ranges"]), (200, &json!(["10.0.0.0/8"])), "{changed}");
}
