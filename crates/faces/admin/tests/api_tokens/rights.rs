//! Which administrative scopes an administrator puts into tokens.

use http::Method;
use serde_json::{Value, json};

use crate::desk::{Desk, Who};

#[tokio::test]
async fn an_administrative_scope_needs_a_role_or_a_registration_behind_it() {
    let desk = Desk::open().await;
    desk.person("root", &["admin"]).await;
    desk.person("alice", &[]).await;
    let client = json!({ "client_id": "robot", "grant_types": ["client_credentials"], "scope": "read jeton:admin" });
    assert_eq!(desk.admin(Method::POST, "/admin/v1/clients", client).await.0, 201);
    let (status, minted) =
        desk.admin(Method::POST, "/admin/v1/tokens", json!({ "kind": "api", "scope": "jeton:admin" })).await;
    assert_eq!(status, 201, "the owner of the machine may: {minted}");
    let admin = minted["token"].as_str().unwrap().to_owned();
    let by_token = async |method: Method, path: &str, body: Value| {
        desk.ask(Who::Bearer(&admin, "::1"), method, path, Some(body)).await
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
