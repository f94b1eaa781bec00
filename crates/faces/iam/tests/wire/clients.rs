//! Operations on all tokens of a client (section 5).

use http::Method;
use serde_json::Value;

use crate::iam::{HOUR, Iam};

#[tokio::test]
async fn all_access_tokens_of_a_client_end_or_all_its_refresh_tokens_with_their_families() {
    for house in Iam::everywhere().await {
        let caller = house.operator().await;
        let (access, refresh) = house.family("app", "rosa", "read").await;
        let other = house.token("ops", "rosa", "read", Some(HOUR)).await;
        let path = "/iam/api/clients/app/revoke-access-tokens";
        assert_eq!(house.ask(Method::PATCH, path, &caller).await.status, 204);
        assert!(!house.is_live(&access).await && house.is_live(&refresh).await && house.is_live(&other).await);
        let (access, refresh) = house.family("app", "rosa", "read").await;
        let own = house.token("app", "rosa", "read", Some(HOUR)).await;
        let path = "/iam/api/clients/app/revoke-refresh-tokens";
        assert_eq!(house.ask(Method::PATCH, path, &caller).await.status, 204);
        assert!(!house.is_live(&access).await && !house.is_live(&refresh).await && house.is_live(&own).await);
    }
}

#[tokio::test]
async fn a_client_that_is_reset_has_no_token_left_and_a_new_secret() {
    for house in Iam::everywhere().await {
        let caller = house.operator().await;
        let (access, refresh) = house.family("app", "rosa", "read").await;
        let before = house.jeton.administration.show_client(house.service, "app").await.unwrap().secret;
        house.clock.advance(HOUR / 60);
        let reset = house.ask(Method::PATCH, "/iam/api/clients/app/reset-client", &caller).await;
        assert_eq!(reset.status, 200);
        assert!(reset.json()["client_secret"].as_str().is_some_and(|secret| secret.starts_with("jtn_cs_")));
        assert!(!house.is_live(&access).await && !house.is_live(&refresh).await);
        assert_eq!(house.get("/iam/api/access-tokens?clientId=app", &caller).await.total(), 0);
        assert!(house.jeton.administration.show_client(house.service, "app").await.unwrap().secret != before);
        house.clock.advance(HOUR / 60);
        let new = house.token("app", "rosa", "read", Some(HOUR)).await;
        assert!(house.is_live(&new).await, "it goes on");
    }
}

#[tokio::test]
async fn a_client_is_switched_off_and_on() {
    let house = Iam::new().await;
    let caller = house.operator().await;
    let token = house.token("app", "rosa", "read", Some(HOUR)).await;
    let off = house.ask(Method::PATCH, "/iam/api/clients/app/disable", &caller).await;
    assert_eq!((off.status, off.json()["active"].as_bool()), (200, Some(false)));
    assert!(!house.is_live(&token).await);
    let on = house.ask(Method::PATCH, "/iam/api/clients/app/enable", &caller).await;
    assert_eq!((on.status, on.json()["active"].as_bool()), (200, Some(true)));
    assert!(house.is_live(&token).await);
}

#[tokio::test]
async fn a_client_gets_a_new_secret_and_a_new_registration_token() {
    let house = Iam::new().await;
    let caller = house.operator().await;
    let secret = house.ask(Method::POST, "/iam/api/clients/app/secret", &caller).await;
    assert_eq!(secret.status, 201);
    assert!(secret.json()["client_secret"].is_string(), "{secret:?}");
    let rat = house.ask(Method::POST, "/iam/api/clients/app/rat", &caller).await;
    assert_eq!(rat.status, 201);
    assert!(rat.json()["registration_access_token"].as_str().unwrap().starts_with("jtn_reg_"), "{rat:?}");
    house.client("public", |c| c.token_endpoint_auth_method = jeton_core::model::AuthMethod::None).await;
    let none = house.ask(Method::POST, "/iam/api/clients/public/secret", &caller).await;
    assert_eq!((none.status, none.json()["error"].as_str()), (400, Some("invalid_request")));
}

#[tokio::test]
async fn changing_a_client_needs_the_scope_for_writing_and_a_client_that_is_there() {
    let house = Iam::new().await;
    let (caller, reader) = (house.operator().await, house.token("ops", "", "iam:admin.read", Some(HOUR)).await.text);
    for (method, action) in [
        (Method::PATCH, "revoke-access-tokens"),
        (Method::PATCH, "revoke-refresh-tokens"),
        (Method::PATCH, "reset-client"),
        (Method::PATCH, "enable"),
        (Method::PATCH, "disable"),
        (Method::POST, "secret"),
        (Method::POST, "rat"),
    ] {
        let path = format!("/iam/api/clients/app/{action}");
        assert_eq!(house.ask(method.clone(), &path, &reader).await.status, 403, "{action}");
        assert_eq!(house.send(method.clone(), &path, &[]).await.status, 401, "{action}");
        let path = format!("/iam/api/clients/nobody%00/{action}");
        assert_eq!(house.ask(method, &path, &caller).await.status, 404, "{action}");
    }
    let _client = house.jeton.administration.show_client(house.service, "app").await.unwrap();
}

#[tokio::test]
async fn clients_are_listed_without_their_secrets() {
    let house = Iam::new().await;
    let caller = house.operator().await;
    let all = house.get("/iam/api/clients", &caller).await;
    assert_eq!((all.status, all.total()), (200, 2));
    assert!(!all.text().contains("secret\""), "{}", all.text());
    let second = house.get("/iam/api/clients?count=1&startIndex=2", &caller).await.json();
    assert_eq!((&second["startIndex"], &second["itemsPerPage"]), (&Value::from(2), &Value::from(1)));
    assert_eq!(second["Resources"][0]["client_id"], "ops");
    assert_eq!(house.get("/iam/api/clients/app", &caller).await.json()["client_id"], "app");
    assert_eq!(house.get("/iam/api/clients/nobody", &caller).await.status, 404);
    let person = house.token("app", "rosa", "read", Some(HOUR)).await.text;
    for path in ["/iam/api/clients", "/iam/api/clients/app"] {
        assert_eq!(house.get(path, &person).await.status, 403);
    }
}
