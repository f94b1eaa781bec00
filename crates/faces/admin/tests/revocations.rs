//! `/admin/v1/revocations` on the wire: preview, suspension, undoing, ending, and what bad requests get.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop anywhere")]

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::Request;
use http_body_util::BodyExt as _;
use jeton_core::administration::Caller;
use jeton_core::model::Settings;
use jeton_core::{Jeton, SystemEntropy};
use jeton_core::{Options, Ports};
use jeton_face_admin::{AdminState, LocalOwner, router};
use jeton_jose::seal::SealKey;
use jeton_testkit::{FakeClock, ModelStore};
use serde_json::{Value, json};
use tower::ServiceExt as _;

struct Desk {
    router: Router,
    jeton: Arc<Jeton>,
    clock: Arc<FakeClock>,
}

impl Desk {
    async fn open() -> Self {
        let seal = SealKey::from_bytes(&[7; 32]).unwrap();
        let clock: Arc<FakeClock> = Arc::default();
        let ports = Ports::new(Arc::new(ModelStore::new()), clock.clone(), Arc::new(SystemEntropy));
        let jeton = Jeton::open(ports, seal, Options::default()).await.unwrap();
        let admin = Caller::local();
        let service = jeton
            .administration
            .put_service(&admin, None, "one", "https://id.example", Settings::default())
            .await
            .unwrap();
        let router = router(AdminState { administration: Arc::clone(&jeton.administration), service: service.id });
        let desk = Self { router, jeton, clock };
        for name in ["app", "other"] {
            let client = json!({ "client_id": name, "client_secret": "a-secret-of-more-than-sixteen",
                "grant_types": ["client_credentials"], "scope": "read", "default_scope": "read" });
            assert_eq!(desk.post("/admin/v1/clients", client).await.0, 201);
        }
        desk
    }

    async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let request = Request::builder().method(method).uri(path).extension(LocalOwner);
        let request = request.body(body.map_or_else(Body::empty, |b| Body::from(b.to_string()))).unwrap();
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let status = answer.status().as_u16();
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    async fn get(&self, path: &str) -> Value {
        let (status, body) = self.ask("GET", path, None).await;
        assert_eq!(status, 200, "{path} {body}");
        body
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.ask("POST", path, Some(body)).await
    }

    async fn minted(&self, client: &str) -> u64 {
        let (status, token) = self.post("/admin/v1/tokens", json!({ "client_id": client })).await;
        assert_eq!(status, 201, "{token}");
        token["id"].as_u64().unwrap()
    }

    async fn state(&self, token: u64) -> String {
        self.get(&format!("/admin/v1/tokens/{token}")).await["state"].as_str().unwrap().to_owned()
    }

    async fn revoke(&self, body: Value) -> (u16, Value) {
        self.post("/admin/v1/revocations", body).await
    }
}

#[tokio::test]
async fn a_preview_counts_shows_twenty_and_changes_nothing() {
    let desk = Desk::open().await;
    let mut tokens = Vec::new();
    for _ in 0..25 {
        tokens.push(desk.minted("app").await);
    }
    let (status, preview) = desk.revoke(json!({ "filter": { "client_id": "app" }, "dry_run": true })).await;
    assert_eq!((status, &preview["count"]), (200, &json!(25)), "{preview}");
    let sample: Vec<_> = preview["sample"].as_array().unwrap().iter().map(|t| t["id"].as_u64().unwrap()).collect();
    assert_eq!(sample, tokens[..20]);
    assert_eq!(desk.state(tokens[0]).await, "live");
    assert_eq!(desk.get("/admin/v1/revocations").await["total"], 0);
    let (status, none) = desk.revoke(json!({ "filter": { "client_id": "nobody" }, "dry_run": true })).await;
    assert_eq!((status, &none["count"]), (200, &json!(0)));
}

#[tokio::test]
async fn tokens_are_suspended_undone_suspended_again_and_killed() {
    let desk = Desk::open().await;
    let (token, other) = (desk.minted("app").await, desk.minted("other").await);
    let order = json!({ "filter": { "client_id": "app" }, "reason": "the laptop was stolen", "expect": 1 });
    let (status, made) = desk.revoke(order.clone()).await;
    assert_eq!(status, 201, "{made}");
    let now = desk.jeton.ledger.now().seconds();
    let expected = json!({
        "id": made["id"],
        "state": "suspended",
        "filter": { "client_id": "app" },
        "reason": "the laptop was stolen",
        "by": { "admin": "local socket" },
        "count": 1,
        "suspended_at": now,
        "kill_at": now + 900,
        "ended": 0,
        "decided_by": null,
        "over_at": null,
    });
    assert_eq!(made, expected);
    assert_eq!((desk.state(token).await.as_str(), desk.state(other).await.as_str()), ("suspended", "live"));

    let path = format!("/admin/v1/revocations/{}", made["id"]);
    let (status, undone) = desk.ask("POST", &format!("{path}/undo"), None).await;
    assert_eq!((status, &undone["state"], &undone["kill_at"]), (200, &json!("undone"), &Value::Null));
    assert_eq!(desk.state(token).await, "live");
    for way in ["undo", "kill"] {
        let (status, refused) = desk.ask("POST", &format!("{path}/{way}"), None).await;
        assert_eq!((status, &refused["error"]), (409, &json!("suspension_over")));
    }

    let (_, made) = desk.revoke(order).await;
    let path = format!("/admin/v1/revocations/{}", made["id"]);
    let (status, killed) = desk.ask("POST", &format!("{path}/kill"), None).await;
    assert_eq!((status, &killed["state"]), (200, &json!("ending")));
    desk.jeton.administration.suspensions.end_due().await.unwrap();
    let ended = desk.get(&path).await;
    assert_eq!((&ended["state"], &ended["ended"]), (&json!("ended"), &json!(1)), "{ended}");
    assert_eq!((desk.state(token).await.as_str(), desk.state(other).await.as_str()), ("revoked", "live"));
    let list = desk.get("/admin/v1/revocations?limit=1").await;
    assert_eq!((&list["total"], list["items"].as_array().unwrap().len()), (&json!(2), 1));
    let rest = desk.get(&format!("/admin/v1/revocations?after={}", list["next"])).await;
    assert_eq!(rest["items"][0]["state"], "ended");
}

#[tokio::test]
async fn without_a_window_tokens_are_killed_at_once_and_with_one_when_it_is_over() {
    let desk = Desk::open().await;
    let end = async || desk.jeton.administration.suspensions.end_due().await.unwrap();
    let (at_once, later) = (desk.minted("app").await, desk.minted("other").await);
    let order = json!({ "filter": { "client_id": "app" }, "reason": "why", "undo_window": 0 });
    assert_eq!(desk.revoke(order).await.1["state"], "ending");
    let order = json!({ "filter": { "client_id": "other" }, "reason": "why", "undo_window": 60 });
    desk.revoke(order).await;
    assert_eq!(end().await, 1);
    assert_eq!((desk.state(at_once).await.as_str(), desk.state(later).await.as_str()), ("revoked", "suspended"));
    desk.clock.advance(Duration::from_secs(60));
    assert_eq!(end().await, 1);
    assert_eq!(desk.state(later).await, "revoked");
}

#[tokio::test]
async fn an_order_that_does_not_say_what_and_why_is_refused() {
    let desk = Desk::open().await;
    let token = desk.minted("app").await;
    let app = json!({ "client_id": "app" });
    for (body, status, error) in [
        (json!({}), 400, "parameter_missing"),
        (json!({ "filter": app }), 400, "parameter_missing"),
        (json!({ "reason": "why" }), 400, "filter_empty"),
        (json!({ "dry_run": true }), 400, "filter_empty"),
        (json!({ "filter": {}, "reason": "why" }), 400, "filter_empty"),
        (json!({ "filter": { "live": true }, "reason": "why" }), 400, "filter_empty"),
        (json!({ "filter": { "client_id": "" }, "reason": "why" }), 400, "invalid"),
        (json!({ "filter": { "client_id": null }, "reason": "why" }), 400, "invalid"),
        (json!({ "filter": { "clinet": "app" }, "reason": "why" }), 400, "invalid"),
        (json!({ "filter": { "state": "revoked" }, "reason": "why" }), 400, "invalid"),
        (json!({ "filter": "app", "reason": "why" }), 400, "invalid"),
        (json!({ "filter": app, "reason": "" }), 400, "parameter_missing"),
        (json!({ "filter": app, "reason": "x".repeat(501) }), 400, "invalid"),
        (json!({ "filter": app, "reason": 5 }), 400, "invalid"),
        (json!({ "filter": app, "reason": "why", "undo_window": 604_801 }), 400, "invalid"),
        (json!({ "filter": app, "reason": "why", "undo_window": -1 }), 400, "invalid"),
        (json!({ "filter": app, "reason": "why", "expct": 1 }), 400, "invalid"),
        (json!({ "filter": app, "reason": "why", "all": true }), 400, "invalid"),
        (json!({ "filter": { "client_id": "nobody" }, "reason": "why" }), 404, "not_found"),
        (json!({ "filter": { "client_id": "' OR 1=1 --" }, "reason": "why" }), 404, "not_found"),
    ] {
        let (got, refused) = desk.revoke(body.clone()).await;
        assert_eq!((got, refused["error"].as_str()), (status, Some(error)), "{body} {refused}");
    }
    assert_eq!(desk.state(token).await, "live");
    for _ in 0..11 {
        desk.minted("app").await;
    }
    let (status, refused) = desk.revoke(json!({ "filter": app, "reason": "why", "expect": 1 })).await;
    assert_eq!((status, &refused["error"]), (409, &json!("matches_grown")), "{refused}");
    assert_eq!(desk.ask("GET", "/admin/v1/revocations/7", None).await.0, 404);
    assert_eq!(desk.ask("POST", "/admin/v1/revocations/7/undo", None).await.0, 404);
    assert_eq!(desk.ask("POST", "/admin/v1/revocations/7/kill", None).await.0, 404);
    assert_eq!(desk.ask("GET", "/admin/v1/revocations?state=x", None).await.0, 400);
    let (status, made) = desk.revoke(json!({ "all": true, "reason": "why" })).await;
    assert_eq!((status, &made["count"], &made["filter"]), (201, &json!(12), &json!({})));
}

#[tokio::test]
async fn there_are_a_hundred_suspensions_at_most() {
    let desk = Desk::open().await;
    desk.minted("app").await;
    let order = json!({ "filter": { "client_id": "app" }, "reason": "why" });
    for _ in 0..100 {
        assert_eq!(desk.revoke(order.clone()).await.0, 201);
    }
    let (status, refused) = desk.revoke(order).await;
    assert_eq!((status, &refused["error"]), (400, &json!("too_many")));
}
