//! The administration API on the wire: each resource from creation to deletion, and the answers to bad requests.

use std::sync::Arc;

use http::Method;
use jeton_core::ledger::{Plan, TokenPlan};
use jeton_core::model::{Binding, TokenFormat, TokenKind};
use jeton_core::refusals::CODE_INVALID;
use jeton_core::request_source::ClientCertificate;
use jeton_core::{RequestSource, Scope};
use jeton_jose::base64url;
use jeton_served::Ask;
use serde_json::{Value, json};

use crate::admin_house::AdminHouse;

fn client(id: &str) -> Value {
    json!({ "client_id": id, "client_secret": "a-secret-of-more-than-sixteen", "grant_types": ["client_credentials"],
            "scope": "read write", "default_scope": "read" })
}

/// Nobody learns from the names of two records how many were made between them.
#[tokio::test]
async fn names_that_the_server_chooses_do_not_count() {
    let house = AdminHouse::open().await;
    let mut names = Vec::new();
    for n in 0..4 {
        let (status, made) = house.post("/admin/v1/users", json!({ "username": format!("person{n}") })).await;
        assert_eq!(status, 201, "{made}");
        names.push(made["sub"].as_str().unwrap().to_owned());
    }
    let beginnings: std::collections::BTreeSet<_> = names.iter().map(|name| &name[..4]).collect();
    assert!(beginnings.len() >= 3, "{names:?}");
    assert!(names.iter().all(|name| name.len() == 36 && &name[14..15] == "4"), "{names:?}");
}

/// Monitoring of INDIGO IAM reads the body at `/health`; that of others the status.
#[tokio::test]
async fn health_says_whether_the_store_answers() {
    let (house, store) = AdminHouse::that_fails().await;
    let ask = async |path: &str| Ask::get(path).answered(&house).await;
    for (away, status, body, ready) in [
        (false, 200, r#"{"status":"UP"}"#, "ready\n"),
        (true, 503, r#"{"status":"DOWN"}"#, "the store does not answer\n"),
    ] {
        store.set_away(away);
        let up = ask("/health").await;
        assert_eq!((up.status, up.text(), up.header("content-type")), (status, body, Some("application/json")));
        let reply = ask("/health/ready").await;
        assert_eq!((reply.status, reply.text()), (status, ready));
        let live = ask("/health/live").await;
        assert_eq!((live.status, live.text()), (200, "live\n"), "the process runs");
    }
}

#[tokio::test]
async fn a_client_is_created_shown_replaced_given_a_secret_and_deleted() {
    let house = AdminHouse::open().await;
    let (status, made) = house.post("/admin/v1/clients", client("app")).await;
    assert!(matches!(status, 200 | 201), "{made}");
    assert_eq!(house.get("/admin/v1/clients/app").await.1["scope"], "read write");
    let (status, again) = house.post("/admin/v1/clients", client("app")).await;
    assert_eq!((status, again["error"].as_str()), (409, Some("conflict")), "{again}");
    let mut narrower = client("app");
    narrower["scope"] = "read".into();
    assert_eq!(house.admin(Method::PUT, "/admin/v1/clients/app", narrower).await.0, 200);
    assert_eq!(house.get("/admin/v1/clients/app").await.1["scope"], "read");
    let (status, renewed) = house.admin(Method::POST, "/admin/v1/clients/app/secret", Value::Null).await;
    assert_eq!(status, 200, "{renewed}");
    assert!(renewed["client_secret"].as_str().is_some_and(|s| s.starts_with("jtn_cs_")), "{renewed}");
    assert!(matches!(house.admin(Method::DELETE, "/admin/v1/clients/app", Value::Null).await.0, 200 | 204));
    let (status, gone) = house.get("/admin/v1/clients/app").await;
    assert_eq!((status, gone["error"].as_str()), (404, Some("not_found")));
}

#[tokio::test]
async fn a_user_is_created_shown_replaced_given_a_password_and_deleted() {
    let house = AdminHouse::open().await;
    let alice = json!({ "username": "alice", "password": "a-password-of-more-than-sixteen", "name": "Alice" });
    assert!(matches!(house.post("/admin/v1/users", alice.clone()).await.0, 200 | 201));
    let (_, shown) = house.get("/admin/v1/users/alice").await;
    assert_eq!(shown["name"], "Alice");
    assert!(!shown.to_string().contains("argon2"), "no hash leaves: {shown}");
    let renamed = json!({ "username": "alice", "name": "Alice L." });
    assert_eq!(house.admin(Method::PUT, "/admin/v1/users/alice", renamed).await.0, 200);
    assert_eq!(house.get("/admin/v1/users/alice").await.1["name"], "Alice L.");
    let password = json!({ "password": "another-password-of-sixteen" });
    assert!(matches!(house.post("/admin/v1/users/alice/password", password).await.0, 200 | 204));
    assert!(matches!(house.admin(Method::DELETE, "/admin/v1/users/alice", Value::Null).await.0, 200 | 204));
    assert_eq!(house.get("/admin/v1/users/alice").await.0, 404);
}

/// A name in another form is the same one; what a person cannot read is no name.
#[tokio::test]
async fn names_that_are_taken_for_the_same_one_are_made_once() {
    let house = AdminHouse::open().await;
    let user = |name: &str| json!({ "username": name, "password": "a-password-of-more-than-sixteen" });
    assert!(matches!(house.post("/admin/v1/users", user("M\u{FC}ller")).await.0, 200 | 201));
    for name in ["m\u{FC}ller", "MU\u{308}LLER", " M\u{FC}ller "] {
        let (status, refused) = house.post("/admin/v1/users", user(name)).await;
        assert_eq!((status, refused["error"].as_str()), (409, Some("conflict")), "{name}: {refused}");
    }
    assert_eq!(house.get("/admin/v1/users/m%C3%BCLLER").await.1["username"], "M\u{FC}ller");
    let renamed = json!({ "username": "m\u{FC}ller" });
    assert_eq!(house.admin(Method::PUT, "/admin/v1/users/M%C3%BCller", renamed).await.0, 200);
    assert_eq!(house.get("/admin/v1/users/M%C3%BCller").await.1["username"], "m\u{FC}ller");
    for name in ["a\u{0}b", "a\nb", "a\u{202E}b", "a\u{200F}", "\u{2066}a", "\u{FEFF} ", ""] {
        let (status, refused) = house.post("/admin/v1/users", user(name)).await;
        assert_eq!((status, refused["error"].as_str()), (400, Some("invalid")), "{name:?}: {refused}");
    }
    let mut person = user("rosa");
    person["name"] = "Rosa\u{202E}".into();
    assert_eq!(house.post("/admin/v1/users", person).await.0, 400);
    let mut app = client("app");
    app["client_name"] = "App\u{200E}".into();
    assert_eq!(house.post("/admin/v1/clients", app).await.0, 400);
}

/// Each time it was read, another request was faster.
#[tokio::test]
async fn a_record_that_others_change_each_time_is_a_conflict_and_stays_as_it_was() {
    let (house, store) = AdminHouse::that_fails().await;
    assert!(matches!(house.post("/admin/v1/clients", client("app")).await.0, 200 | 201));
    let mut narrower = client("app");
    narrower["scope"] = "read".into();
    let put = async || house.admin(Method::PUT, "/admin/v1/clients/app", narrower.clone()).await;
    store.set_overtaken(true);
    let (status, refused) = put().await;
    assert_eq!((status, refused["error"].as_str()), (409, Some("record_changed")), "{refused}");
    store.set_overtaken(false);
    assert_eq!(house.get("/admin/v1/clients/app").await.1["scope"], "read write");
    assert_eq!(put().await.0, 200);
}

#[tokio::test]
async fn a_token_is_minted_found_by_its_text_and_revoked_by_it() {
    let house = AdminHouse::open().await;
    house.post("/admin/v1/clients", client("app")).await;
    let (_, minted) =
        house.post("/admin/v1/tokens", json!({ "kind": "access", "client_id": "app", "scope": "read" })).await;
    let text = minted["token"].as_str().or(minted["value"].as_str()).unwrap_or_else(|| panic!("{minted}")).to_owned();
    let (status, seen) = house.post("/admin/v1/tokens/inspect", json!({ "token": text })).await;
    assert_eq!(status, 200, "{seen}");
    let (status, ended) = house.post("/admin/v1/tokens/revoke", json!({ "token": text })).await;
    assert_eq!(status, 200, "{ended}");
    let (_, seen) = house.post("/admin/v1/tokens/inspect", json!({ "token": text })).await;
    assert!(seen.to_string().contains("revoked"), "{seen}");
}

/// RFC 9068 section 2.2: a token is issued to somebody, and a JWT says whom it is for.
#[tokio::test]
async fn what_is_missing_for_a_token_is_said() {
    let house = AdminHouse::open().await;
    let user = json!({ "username": "alice", "password": "a-password-of-more-than-sixteen" });
    house.post("/admin/v1/users", user).await;
    house.post("/admin/v1/clients", client("app")).await;
    for (order, missing) in [
        (json!({}), "`client_id` and `username`"),
        (json!({ "kind": "access", "format": "jwt", "audience": "https://api.example" }), "`client_id` and `username`"),
        (json!({ "username": "alice", "format": "jwt" }), "`audience`"),
    ] {
        let (status, refused) = house.post("/admin/v1/tokens", order.clone()).await;
        assert_eq!((status, refused["error"].as_str()), (400, Some("invalid")), "{order}: {refused}");
        assert!(refused["message"].as_str().unwrap().starts_with(missing), "{order}: {refused}");
    }
    let order = json!({ "username": "alice", "format": "jwt", "audience": "https://api.example" });
    let (status, minted) = house.post("/admin/v1/tokens", order).await;
    assert_eq!(status, 201, "{minted}");
    let payload = minted["token"].as_str().unwrap().split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&base64url::decode(payload).unwrap()).unwrap();
    assert_eq!((&claims["aud"], claims.get("client_id")), (&json!("https://api.example"), None), "{claims}");
    for order in [
        json!({ "client_id": "app", "format": "jwt" }),
        json!({ "username": "alice", "format": "opaque" }),
        json!({ "kind": "api" }),
    ] {
        assert_eq!(house.post("/admin/v1/tokens", order.clone()).await.0, 201, "{order}");
    }
}

#[tokio::test]
async fn keys_are_listed_rotated_and_retired() {
    let house = AdminHouse::open().await;
    let (_, keys) = house.get("/admin/v1/keys").await;
    let old = keys.to_string();
    let (status, rotated) = house.post("/admin/v1/keys/rotate", json!({ "publish_ahead": 0 })).await;
    assert_eq!(status, 200, "{rotated}");
    let all = rotated.as_array().or(rotated["keys"].as_array()).or(rotated["items"].as_array()).unwrap();
    let verifying = all.iter().find(|k| k["state"] == "verifying").unwrap_or_else(|| panic!("{rotated}"));
    let kid = verifying["kid"].as_str().unwrap();
    assert!(old.contains(kid));
    let (status, retired) = house.admin(Method::POST, &format!("/admin/v1/keys/{kid}/retire"), Value::Null).await;
    assert_eq!(status, 200, "{retired}");
    assert_eq!(house.admin(Method::POST, "/admin/v1/keys/nobody/retire", Value::Null).await.0, 404);
}

#[tokio::test]
async fn a_service_is_switched_off_and_on() {
    let house = AdminHouse::open().await;
    let id = house.jeton.ledger.entities().services()[0].id;
    assert_eq!(house.get(&format!("/admin/v1/services/{id}")).await.1["issuer"], "https://id.example");
    assert_eq!(house.admin(Method::POST, &format!("/admin/v1/services/{id}/disable"), Value::Null).await.0, 200);
    assert!(!house.jeton.ledger.entities().service(id).unwrap().enabled);
    assert_eq!(house.admin(Method::POST, &format!("/admin/v1/services/{id}/enable"), Value::Null).await.0, 200);
    assert!(house.jeton.ledger.entities().service(id).unwrap().enabled);
}

#[tokio::test]
async fn a_refusal_is_explained_by_its_id_and_by_its_reference() {
    let house = AdminHouse::open().await;
    let (status, known) = house.get("/admin/v1/explain/code_invalid").await;
    assert_eq!(status, 200, "{known}");
    assert_eq!(house.get("/admin/v1/explain/no_such_thing").await.0, 404);
    let now = house.jeton.ledger.now();
    let reference = house.jeton.ledger.refusals().record(now, &CODE_INVALID, "/token", Some("app"));
    let (status, found) = house.get(&format!("/admin/v1/refusals/{reference}")).await;
    assert_eq!((status, found["id"].as_str()), (200, Some("code_invalid")), "{found}");
    assert_eq!(house.get("/admin/v1/refusals/rf_nobody").await.0, 404);
}

#[tokio::test]
async fn an_unknown_member_is_named() {
    let house = AdminHouse::open().await;
    let mut wrong = client("app");
    wrong["grant_type"] = json!(["client_credentials"]);
    let (status, answer) = house.post("/admin/v1/clients", wrong).await;
    assert_eq!((status, answer["error"].as_str()), (400, Some("invalid")), "{answer}");
    assert!(answer["message"].as_str().unwrap().contains("grant_type"), "{answer}");
    assert_eq!(house.get("/admin/v1/clients/app").await.0, 404, "nothing is half-done");
}

#[tokio::test]
async fn a_token_bound_to_a_certificate_administers_only_with_it() {
    let house = AdminHouse::open().await;
    let certificate = ClientCertificate { der: Arc::from(*b"der"), sha256: [5; 32], verified: true };
    let life = Some(std::time::Duration::from_secs(60));
    let scope = Scope::parse("jeton:admin").unwrap();
    let token = TokenPlan {
        binding: Some(Binding::Certificate(certificate.sha256)),
        ..TokenPlan::new(TokenKind::Access, TokenFormat::Opaque, scope, life)
    };
    let service = house.jeton.ledger.entities().services().remove(0);
    let robot = json!({ "client_id": "robot", "grant_types": ["client_credentials"], "scope": "jeton:admin" });
    assert_eq!(house.post("/admin/v1/clients", robot).await.0, 201);
    let robot = Arc::new(house.jeton.administration.show_client(service.id, "robot").await.unwrap());
    let issued =
        house.jeton.ledger.mint(Plan { tokens: vec![token], ..Plan::new(service, Some(robot)) }).await.unwrap();
    let text = issued.tokens[0].text.expose().to_owned();
    let ask = async |certificate: Option<ClientCertificate>| {
        let ask =
            Ask::get("/admin/v1/clients").bearer(&text).from(RequestSource { certificate, ..RequestSource::default() });
        ask.answered(&house).await.status
    };
    assert_eq!(ask(None).await, 401);
    assert_eq!(ask(Some(ClientCertificate { sha256: [6; 32], ..certificate.clone() })).await, 401);
    assert_eq!(ask(Some(certificate)).await, 200);
}

#[tokio::test]
async fn a_list_is_narrowed_by_every_word_of_the_filter() {
    let house = AdminHouse::open().await;
    house.post("/admin/v1/clients", client("app")).await;
    house.post("/admin/v1/users", json!({ "username": "alice", "password": "a-password-of-more-than-sixteen" })).await;
    let mint = async |body: Value| house.post("/admin/v1/tokens", body).await.1["id"].as_u64().unwrap();
    let of_app = mint(json!({ "client_id": "app", "scope": "read", "lifetime": 60 })).await;
    let forever = json!({ "kind": "access", "format": "opaque", "username": "alice", "lifetime": "never" });
    let of_alice = mint(forever).await;
    let revoked = mint(json!({ "client_id": "app", "scope": "write", "lifetime": 7200 })).await;
    house.post(&format!("/admin/v1/tokens/{revoked}/revoke"), json!({})).await;
    let sub = house.get("/admin/v1/users/alice").await.1["sub"].as_str().unwrap().to_owned();
    let no_key = "A".repeat(43);
    for (query, expected) in [
        ("client_id=app", vec![of_app, revoked]),
        ("client=app&state=live", vec![of_app]),
        ("username=alice", vec![of_alice]),
        (&format!("sub={sub}"), vec![of_alice]),
        (&format!("sub={sub}&client_id=app"), vec![]),
        ("kind=rpt,access", vec![of_app, of_alice, revoked]),
        ("scope=read", vec![of_app]),
        ("state=revoked", vec![revoked]),
        ("state=expired", vec![]),
        ("live=true", vec![of_app, of_alice]),
        ("expires_before=%2B1h", vec![of_app]),
        ("expires_from=%2B1h", vec![revoked]),
        ("issued_from=%2B1d", vec![]),
        ("issued_before=%2B1d", vec![of_app, of_alice, revoked]),
        ("unused_since=-90d", vec![of_app, of_alice, revoked]),
        ("used_from=-90d", vec![]),
        (&format!("key={no_key}"), vec![]),
        ("device=vic:1", vec![]),
        ("client_id=nobody", vec![]),
        ("parent=1", vec![]),
        ("grant=", vec![of_app, of_alice, revoked]),
    ] {
        let (status, page) = house.get(&format!("/admin/v1/tokens?{query}")).await;
        let ids: Vec<_> = page["items"].as_array().unwrap_or_else(|| panic!("{query} {page}")).iter().collect();
        assert_eq!(page.get("next"), Some(&Value::Null), "{query}: no further page");
        let ids: Vec<_> = ids.into_iter().map(|item| item["id"].as_u64().unwrap()).collect();
        assert_eq!((status, &ids), (200, &expected), "{query}");
        assert_eq!(page["total"], expected.len(), "{query}");
    }
    for query in
        ["kind=acces", "sate=live", "state=dead", "grant=x", "issued_from=soon", "kind=api&kind=access", "key=x"]
    {
        let (status, refusal) = house.get(&format!("/admin/v1/tokens?{query}")).await;
        assert_eq!(status, 400, "{query} {refusal}");
    }
    assert!(house.get("/admin/v1/tokens?sate=live").await.1["message"].as_str().unwrap().contains("`state`"));
}

#[tokio::test]
async fn a_token_lives_ten_years_at_most_however_it_gets_its_end() {
    const MOST: u64 = 10 * 365 * 86_400;
    let house = AdminHouse::open().await;
    house.post("/admin/v1/clients", client("app")).await;
    let mint = |life: u64| json!({ "kind": "access", "client_id": "app", "format": "opaque", "lifetime": life });
    let (status, made) = house.post("/admin/v1/tokens", mint(MOST)).await;
    assert!(matches!(status, 200 | 201), "{made}");
    let path = format!("/admin/v1/tokens/{}", made["id"]);
    for long in [MOST + 1, 50 * 365 * 86_400, u64::MAX] {
        assert_eq!(house.post("/admin/v1/tokens", mint(long)).await.0, 400, "{long}");
        let (status, told) = house.admin(Method::PATCH, &path, json!({ "lifetime": long })).await;
        assert_eq!((status, told["error"].as_str()), (400, Some("invalid")), "{told}");
    }
    let (status, told) = house.admin(Method::PATCH, &path, json!({ "lifetime": MOST })).await;
    assert_eq!(status, 200, "{told}");
}
