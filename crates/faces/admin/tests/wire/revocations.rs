//! `/admin/v1/revocations` on the wire: preview, suspension, undo, revocation, and the answers to bad requests.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};

use crate::admin_house::AdminHouse;

/// A house with the clients `app` and `other`.
async fn house() -> AdminHouse {
    let house = AdminHouse::open().await;
    for name in ["app", "other"] {
        let client = json!({ "client_id": name, "client_secret": "a-secret-of-more-than-sixteen",
            "grant_types": ["client_credentials"], "scope": "read", "default_scope": "read" });
        assert_eq!(house.post("/admin/v1/clients", client).await.0, 201);
    }
    house
}

impl AdminHouse {
    /// The answer to GET.
    async fn shown(&self, path: &str) -> Value {
        let (status, body) = self.get(path).await;
        assert_eq!(status, 200, "{path} {body}");
        body
    }

    async fn minted(&self, client: &str) -> u64 {
        let (status, token) = self.post("/admin/v1/tokens", json!({ "client_id": client })).await;
        assert_eq!(status, 201, "{token}");
        token["id"].as_u64().unwrap()
    }

    async fn state(&self, token: u64) -> String {
        self.shown(&format!("/admin/v1/tokens/{token}")).await["state"].as_str().unwrap().to_owned()
    }

    async fn revoke(&self, body: Value) -> (u16, Value) {
        self.post("/admin/v1/revocations", body).await
    }
}

#[tokio::test]
async fn a_preview_counts_shows_twenty_and_changes_nothing() {
    let house = house().await;
    let mut tokens = Vec::new();
    for _ in 0..25 {
        tokens.push(house.minted("app").await);
    }
    let (status, preview) = house.revoke(json!({ "filter": { "client_id": "app" }, "dry_run": true })).await;
    assert_eq!((status, &preview["count"]), (200, &json!(25)), "{preview}");
    let sample: Vec<_> = preview["sample"].as_array().unwrap().iter().map(|t| t["id"].as_u64().unwrap()).collect();
    assert_eq!(sample, tokens[..20]);
    assert_eq!(house.state(tokens[0]).await, "live");
    assert_eq!(house.shown("/admin/v1/revocations").await["total"], 0);
    let (status, none) = house.revoke(json!({ "filter": { "client_id": "nobody" }, "dry_run": true })).await;
    assert_eq!((status, &none["count"]), (200, &json!(0)));
}

#[tokio::test]
async fn tokens_are_suspended_undone_suspended_again_and_killed() {
    let house = house().await;
    let (token, other) = (house.minted("app").await, house.minted("other").await);
    let order = json!({ "filter": { "client_id": "app" }, "reason": "the laptop was stolen", "expect": 1 });
    let (status, made) = house.revoke(order.clone()).await;
    assert_eq!(status, 201, "{made}");
    let now = house.jeton.ledger.now().seconds();
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
    assert_eq!((house.state(token).await.as_str(), house.state(other).await.as_str()), ("suspended", "live"));

    let path = format!("/admin/v1/revocations/{}", made["id"]);
    let (status, undone) = house.admin(Method::POST, &format!("{path}/undo"), Value::Null).await;
    assert_eq!((status, &undone["state"], &undone["kill_at"]), (200, &json!("undone"), &Value::Null));
    assert_eq!(house.state(token).await, "live");
    for way in ["undo", "kill"] {
        let (status, refused) = house.admin(Method::POST, &format!("{path}/{way}"), Value::Null).await;
        assert_eq!((status, &refused["error"]), (409, &json!("suspension_over")));
    }

    let (_, made) = house.revoke(order).await;
    let path = format!("/admin/v1/revocations/{}", made["id"]);
    let (status, killed) = house.admin(Method::POST, &format!("{path}/kill"), Value::Null).await;
    assert_eq!((status, &killed["state"]), (200, &json!("ending")));
    house.jeton.administration.suspensions.end_due().await.unwrap();
    let ended = house.shown(&path).await;
    assert_eq!((&ended["state"], &ended["ended"]), (&json!("ended"), &json!(1)), "{ended}");
    assert_eq!((house.state(token).await.as_str(), house.state(other).await.as_str()), ("revoked", "live"));
    let list = house.shown("/admin/v1/revocations?limit=1").await;
    assert_eq!((&list["total"], list["items"].as_array().unwrap().len()), (&json!(2), 1));
    let rest = house.shown(&format!("/admin/v1/revocations?after={}", list["next"])).await;
    assert_eq!(rest["items"][0]["state"], "ended");
}

#[tokio::test]
async fn without_a_window_tokens_are_killed_at_once_and_with_one_when_it_is_over() {
    let house = house().await;
    let end = async || house.jeton.administration.suspensions.end_due().await.unwrap();
    let (at_once, later) = (house.minted("app").await, house.minted("other").await);
    let order = json!({ "filter": { "client_id": "app" }, "reason": "why", "undo_window": 0 });
    assert_eq!(house.revoke(order).await.1["state"], "ending");
    let order = json!({ "filter": { "client_id": "other" }, "reason": "why", "undo_window": 60 });
    house.revoke(order).await;
    assert_eq!(end().await, 1);
    assert_eq!((house.state(at_once).await.as_str(), house.state(later).await.as_str()), ("revoked", "suspended"));
    house.clock.advance(Duration::from_secs(60));
    assert_eq!(end().await, 1);
    assert_eq!(house.state(later).await, "revoked");
}

#[tokio::test]
async fn an_order_that_does_not_say_what_and_why_is_refused() {
    let house = house().await;
    let token = house.minted("app").await;
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
        let (got, refused) = house.revoke(body.clone()).await;
        assert_eq!((got, refused["error"].as_str()), (status, Some(error)), "{body} {refused}");
    }
    assert_eq!(house.state(token).await, "live");
    for _ in 0..11 {
        house.minted("app").await;
    }
    let (status, refused) = house.revoke(json!({ "filter": app, "reason": "why", "expect": 1 })).await;
    assert_eq!((status, &refused["error"]), (409, &json!("matches_grown")), "{refused}");
    assert_eq!(house.admin(Method::GET, "/admin/v1/revocations/7", Value::Null).await.0, 404);
    assert_eq!(house.admin(Method::POST, "/admin/v1/revocations/7/undo", Value::Null).await.0, 404);
    assert_eq!(house.admin(Method::POST, "/admin/v1/revocations/7/kill", Value::Null).await.0, 404);
    assert_eq!(house.admin(Method::GET, "/admin/v1/revocations?state=x", Value::Null).await.0, 400);
    let (status, made) = house.revoke(json!({ "all": true, "reason": "why" })).await;
    assert_eq!((status, &made["count"], &made["filter"]), (201, &json!(12), &json!({})));
}

#[tokio::test]
async fn there_are_a_hundred_suspensions_at_most() {
    let house = house().await;
    house.minted("app").await;
    let order = json!({ "filter": { "client_id": "app" }, "reason": "why" });
    for _ in 0..100 {
        assert_eq!(house.revoke(order.clone()).await.0, 201);
    }
    let (status, refused) = house.revoke(order).await;
    assert_eq!((status, &refused["error"]), (400, &json!("too_many")));
}
