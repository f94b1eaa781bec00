//! Which administrative scopes an administrator may put into tokens.

use http::Method;
use jeton_core::administration::{Caller, NewClient};
use jeton_core::ids::ClientId;
use jeton_core::model::Client;
use jeton_testkit::sample;
use serde_json::{Value, json};

use crate::admin_house::{AdminHouse, Who};

#[tokio::test]
async fn an_administrative_scope_needs_a_role_or_a_registration_behind_it() {
    let house = AdminHouse::open().await;
    house.person("root", &["admin"]).await;
    house.person("alice", &[]).await;
    let client = json!({ "client_id": "robot", "grant_types": ["client_credentials"], "scope": "read jeton:admin" });
    assert_eq!(house.admin(Method::POST, "/admin/v1/clients", client).await.0, 201);
    let order = json!({ "kind": "api", "scope": "jeton:admin" });
    let (status, answer) = house.admin(Method::POST, "/admin/v1/tokens", order).await;
    assert_eq!(
        (status, &answer["error"]),
        (400, &json!("invalid")),
        "not for the owner of the machine, either: {answer}"
    );
    let order = json!({ "kind": "api", "client_id": "robot", "scope": "jeton:admin" });
    let (status, minted) = house.admin(Method::POST, "/admin/v1/tokens", order).await;
    assert_eq!(status, 201, "{minted}");
    let admin = minted["token"].as_str().unwrap().to_owned();
    let by_token = async |method: Method, path: &str, body: Value| {
        house.ask(Who::Bearer(&admin, "::1"), method, path, Some(body)).await
    };
    let mint = async |body: Value| by_token(Method::POST, "/admin/v1/tokens", body).await;
    for kind in ["access", "api"] {
        let order = |more: Value| {
            let mut order = json!({ "kind": kind, "format": "opaque", "scope": "read jeton:admin" });
            order.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            order
        };
        let (status, answer) = mint(order(json!({}))).await;
        assert_eq!((status, &answer["error"]), (400, &json!("invalid")), "in nobody's name: {answer}");
        let (status, answer) = mint(order(json!({ "username": "alice" }))).await;
        assert_eq!((status, &answer["error"]), (400, &json!("scope_not_allowed")), "without the role: {answer}");
        assert_eq!(mint(order(json!({ "username": "root" }))).await.0, 201);
        assert_eq!(mint(order(json!({ "client_id": "robot" }))).await.0, 201);
        let (status, weak) =
            mint(json!({ "kind": kind, "format": "opaque", "scope": "read", "username": "alice" })).await;
        assert_eq!(status, 201);
        let raised = json!({ "scope": "read manager" });
        let path = format!("/admin/v1/tokens/{}", weak["id"]);
        let (status, answer) = by_token(Method::PATCH, &path, raised).await;
        assert_eq!((status, &answer["error"]), (400, &json!("scope_not_allowed")), "{answer}");
    }
    let hash = "A".repeat(43);
    let import = json!({ "tokens": [{ "hash": hash, "name": "old", "username": "alice", "scope": "jeton:admin" }] });
    let (_, answer) = by_token(Method::POST, "/admin/v1/tokens/import", import).await;
    assert!(answer.to_string().contains("scope_not_allowed"), "{answer}");
}

#[tokio::test]
async fn an_empty_list_of_addresses_never_means_every_address() {
    let house = AdminHouse::open().await;
    let order = |ranges: Value| json!({ "kind": "api", "scope": "read", "address_ranges": ranges });
    let (status, answer) = house.admin(Method::POST, "/admin/v1/tokens", order(json!([]))).await;
    assert_eq!((status, &answer["error"]), (400, &json!("invalid")), "{answer}");
    let (status, minted) = house.admin(Method::POST, "/admin/v1/tokens", order(json!(["10.0.0.0/8"]))).await;
    assert_eq!(status, 201);
    let path = format!("/admin/v1/tokens/{}", minted["id"]);
    let (status, _) = house.admin(Method::PATCH, &path, json!({ "address_ranges": [] })).await;
    assert_eq!(status, 400);
    let (_, shown) = house.admin(Method::GET, &path, Value::Null).await;
    assert_eq!(shown["address_ranges"], json!(["10.0.0.0/8"]));
    let every = json!({ "address_ranges": ["0.0.0.0/0", "::/0"] });
    assert_eq!(house.admin(Method::PATCH, &path, every).await.0, 200, "whoever means it names them");
    let import =
        json!({ "tokens": [{ "hash": "A".repeat(43), "name": "old", "scope": "read", "address_ranges": [] }] });
    let (_, answer) = house.admin(Method::POST, "/admin/v1/tokens/import", import).await;
    assert!(answer.to_string().contains("invalid"), "{answer}");
}

#[tokio::test]
async fn an_api_token_can_be_bound_to_a_key() {
    let house = AdminHouse::open().await;
    let order = |kind: &str, key: Value| json!({ "kind": kind, "scope": "read", "dpop_key": key });
    // RFC 7638 section 3.1 has this key and its thumbprint.
    let print = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs";
    let jwk = json!({ "kty": "RSA", "e": "AQAB", "kid": "2011-04-29", "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw" });
    for key in [json!(print), jwk.clone()] {
        let (status, minted) = house.admin(Method::POST, "/admin/v1/tokens", order("api", key)).await;
        assert_eq!((status, &minted["bound"]), (201, &json!(true)), "{minted}");
        let row =
            house.jeton.ledger.token(jeton_core::ids::TokenId::new(minted["id"].as_u64().unwrap())).await.unwrap();
        let expected: [u8; 32] = jeton_jose::base64url::decode(print).unwrap().try_into().unwrap();
        assert_eq!(row.unwrap().binding, Some(jeton_core::model::Binding::Jwk(expected)));
    }
    let mut private = jwk;
    private["d"] = "AQAB".into();
    for (kind, wrong) in [
        ("access", json!(print)),
        ("api", private),
        ("api", json!({ "kty": "oct" })),
        ("api", json!("AQAB")),
        ("api", json!(7)),
    ] {
        let (status, answer) = house.admin(Method::POST, "/admin/v1/tokens", order(kind, wrong)).await;
        assert_eq!((status, &answer["error"]), (400, &json!("invalid")), "{answer}");
    }
}

#[tokio::test]
async fn an_administrator_adopts_a_client_of_somebody_who_is_gone() {
    let house = AdminHouse::open().await;
    let owner = house.person("alice", &[]).await;
    let registered = Client {
        service: house.service,
        client_id: ClientId::new("hers"),
        self_registered: true,
        registered_by: Some(owner.key),
        redirect_uris: vec!["https://app.example/cb".into()],
        ..sample::client(0)
    };
    let new = NewClient { client: registered, secret: None };
    house.jeton.administration.put_client(&Caller::local(), new, true).await.unwrap();
    let show = async || house.admin(Method::GET, "/admin/v1/clients/hers", Value::Null).await.1;
    assert_eq!(show().await["active"], true);
    assert_eq!(house.admin(Method::DELETE, "/admin/v1/users/alice", Value::Null).await.0, 204);
    assert_eq!(show().await["active"], false);
    // A document that was read can be sent back; it does not mention the owner.
    let shown = show().await;
    assert_eq!(house.admin(Method::PUT, "/admin/v1/clients/hers", shown).await.0, 200);
    assert_eq!(show().await["active"], false);
    let (status, adopted) = house.admin(Method::POST, "/admin/v1/clients/hers/adopt", Value::Null).await;
    assert_eq!((status, &adopted["active"], &adopted["adopted"]), (200, &json!(true), &json!(true)), "{adopted}");
    let client = json!({ "client_id": "ours", "grant_types": ["client_credentials"], "scope": "read" });
    house.admin(Method::POST, "/admin/v1/clients", client).await;
    let (status, answer) = house.admin(Method::POST, "/admin/v1/clients/ours/adopt", Value::Null).await;
    assert_eq!((status, &answer["error"]), (400, &json!("invalid")), "{answer}");
}
