//! Policies about scopes (section 9) and about token exchange (section 7.6).

use http::Method;
use jeton_core::administration::{Caller, NewUser};
use serde_json::{Value, json};

use crate::iam::{HOUR, Iam, denied};

const SCOPES: &str = "/iam/scope_policies";
const EXCHANGE: &str = "/iam/api/exchange/policies";

async fn all(house: &Iam, path: &str, token: &str) -> Vec<Value> {
    let reply = house.get(path, token).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.json().as_array().unwrap().clone()
}

/// The scope of a new token, for a person and a requested scope.
async fn left(house: &Iam, user: &str, scope: &str) -> String {
    let token = house.token("ops", user, scope, Some(HOUR)).await;
    house.row(token.id).await.scope.to_string()
}

#[tokio::test]
async fn a_scope_policy_is_made_shown_replaced_and_deleted() {
    for house in Iam::everywhere().await {
        let caller = house.operator().await;
        assert_eq!(all(&house, SCOPES, &caller).await, Vec::<Value>::new());
        assert_eq!(left(&house, "rosa", "read write").await, "read write", "without a policy everything is permitted");

        let body = json!({"description": "no writing", "rule": "DENY", "scopes": ["write"], "id": 5, "account": null});
        let made = house.tell(Method::POST, SCOPES, &caller, &body).await;
        assert_eq!((made.status, made.text()), (201, ""));
        let policies = all(&house, SCOPES, &caller).await;
        assert_eq!(policies.len(), 2, "the first one comes with one that permits everything");
        assert_eq!((&policies[0]["rule"], &policies[0]["scopes"]), (&json!("PERMIT"), &Value::Null));
        let id = policies[1]["id"].as_u64().unwrap();
        let path = format!("/iam/scope_policies/{id}");
        let shown = house.get(&path, &caller).await.json();
        let at = shown["creationTime"].as_str().unwrap().to_owned();
        assert!(at.len() == 29 && at.ends_with("+00:00") && &at[19..20] == ".", "{at}");
        let expected = json!({"id": id, "description": "no writing", "creationTime": at, "lastUpdateTime": at, "rule": "DENY",
            "matchingPolicy": "EQ", "account": null, "group": null, "scopes": ["write"]});
        assert_eq!(shown, expected);
        assert_eq!(left(&house, "rosa", "openid read write").await, "openid read");
        assert_eq!(left(&house, "", "read write").await, "read write", "a client that acts for itself is not filtered");

        house.clock.advance(HOUR);
        let sub = house.user("rosa").await.sub.clone();
        let body = json!({"rule": "DENY", "matchingPolicy": "REGEXP", "account": {"uuid": sub}, "scopes": ["wri.*"]});
        assert_eq!(house.tell(Method::PUT, &path, &caller, &body).await.status, 204);
        let shown = house.get(&path, &caller).await.json();
        assert_eq!(shown["account"]["uuid"], json!(sub));
        assert_eq!((&shown["account"]["name"], &shown["creationTime"]), (&json!("rosa"), &json!(at)));
        assert_ne!(shown["lastUpdateTime"], json!(at));
        assert_eq!(left(&house, "rosa", "read write").await, "read");
        assert_eq!(left(&house, "root", "read write").await, "read write", "the policy speaks of rosa");

        assert_eq!(house.delete(&path, &caller).await.status, 204);
        assert_eq!(left(&house, "rosa", "read write").await, "read write");
        for (method, body) in [(Method::GET, None), (Method::PUT, Some(&body)), (Method::DELETE, None)] {
            let reply = match body {
                Some(body) => house.tell(method, &path, &caller, body).await,
                None => house.ask(method, &path, &caller).await,
            };
            let text = json!({"error": format!("No scope policy found for id: {id}")});
            assert_eq!((reply.status, reply.json()), (404, text));
        }
    }
}

#[tokio::test]
async fn a_group_policy_speaks_of_its_members() {
    let house = Iam::new().await;
    let caller = house.operator().await;
    let mut user = (*house.user("rosa").await).clone();
    user.groups = vec!["/atlas".into()];
    house.jeton.administration.put_user(&Caller::local(), NewUser { user, password: None }, true).await.unwrap();
    let body = json!({"rule": "DENY", "group": {"uuid": "/atlas"}, "scopes": ["write"]});
    assert_eq!(house.tell(Method::POST, SCOPES, &caller, &body).await.status, 201);
    let group = all(&house, SCOPES, &caller).await[1]["group"].clone();
    assert_eq!((&group["uuid"], &group["name"]), (&json!("/atlas"), &json!("atlas")));
    assert_eq!(left(&house, "rosa", "read write").await, "read");
    assert_eq!(left(&house, "root", "read write").await, "read write");
}

#[tokio::test]
async fn what_is_no_scope_policy_is_refused() {
    let house = Iam::new().await;
    let caller = house.operator().await;
    let long = "x".repeat(513);
    for body in [
        json!({}),
        json!([]),
        json!({"rule": "MAYBE"}),
        json!({"rule": "PERMIT", "matchingPolicy": "LIKE"}),
        json!({"rule": "PERMIT", "description": long}),
        json!({"rule": "PERMIT", "scopes": []}),
        json!({"rule": "PERMIT", "scopes": [""]}),
        json!({"rule": "PERMIT", "scopes": ["y".repeat(256)]}),
        json!({"rule": "PERMIT", "scopes": "read"}),
        json!({"rule": "PERMIT", "matchingPolicy": "REGEXP", "scopes": ["("]}),
        json!({"rule": "PERMIT", "matchingPolicy": "REGEXP", "scopes": ["(a{1000}){1000}"]}),
        json!({"rule": "PERMIT", "account": {"uuid": "nobody"}}),
        json!({"rule": "PERMIT", "group": {"uuid": "no path"}}),
        json!({"rule": "PERMIT", "account": {"uuid": "a"}, "group": {"uuid": "/b"}}),
    ] {
        let reply = house.tell(Method::POST, SCOPES, &caller, &body).await;
        let error = reply.json()["error"].as_str().unwrap().to_owned();
        assert!(reply.status == 400 && error.starts_with("Invalid scope policy: "), "{body}: {reply:?}");
    }
    assert_eq!(all(&house, SCOPES, &caller).await.len(), 0, "nothing was written");
    assert_eq!(house.get("/iam/scope_policies/abc", &caller).await.status, 400);
}

#[tokio::test]
async fn policies_are_read_and_written_by_their_own_scopes() {
    let house = Iam::new().await;
    let reader = house.token("ops", "", "iam:admin.read", Some(HOUR)).await.text;
    let writer = house.token("ops", "", "iam:admin.write", Some(HOUR)).await.text;
    let scope = json!({"rule": "PERMIT"});
    let any = json!({"rule": "PERMIT", "originClient": {"type": "ANY"}, "destinationClient": {"type": "ANY"}});
    for (path, body) in [(SCOPES, &scope), (EXCHANGE, &any)] {
        assert_eq!(house.get(path, &reader).await.status, 200);
        let refused = house.get(path, &writer).await;
        assert_eq!((refused.status, refused.json()), (403, denied()));
        assert_eq!(house.tell(Method::POST, path, &reader, body).await.status, 403);
        assert_eq!(house.tell(Method::POST, path, &writer, body).await.status, 201);
        let id = all(&house, path, &reader).await[0]["id"].clone();
        assert_eq!(house.delete(&format!("{path}/{id}"), &reader).await.status, 403);
        assert_eq!(house.send(Method::GET, path, &[]).await.status, 401);
        assert_eq!(house.delete(&format!("{path}/{id}"), &writer).await.status, 204);
    }
}

#[tokio::test]
async fn an_exchange_policy_is_made_listed_and_deleted() {
    for house in Iam::everywhere().await {
        let caller = house.operator().await;
        let body = json!({"description": "gate for app", "rule": "PERMIT",
            "originClient": {"type": "BY_ID", "matchParam": "app"},
            "destinationClient": {"type": "BY_SCOPE", "matchParam": "gateway"},
            "scopePolicies": [{"rule": "DENY", "type": "PATH", "matchParam": "storage.read:/secret"}]});
        let made = house.tell(Method::POST, EXCHANGE, &caller, &body).await;
        assert_eq!((made.status, made.text()), (201, ""));
        let policies = all(&house, EXCHANGE, &caller).await;
        assert_eq!(policies.len(), 1);
        for member in ["description", "rule", "originClient", "destinationClient", "scopePolicies"] {
            assert_eq!(policies[0][member], body[member]);
        }
        assert!(policies[0]["creationTime"].as_str().unwrap().ends_with("+00:00"));
        let path = format!("/iam/api/exchange/policies/{}", policies[0]["id"]);
        assert_eq!(house.delete(&path, &caller).await.status, 204);
        let again = house.delete(&path, &caller).await;
        let text = json!({"error": format!("No exchange policy found for id: {}", policies[0]["id"])});
        assert_eq!((again.status, again.json()), (404, text));
        for bad in [
            json!({"rule": "PERMIT"}),
            json!({"rule": "PERMIT", "originClient": {"type": "BY_ID"}, "destinationClient": {"type": "ANY"}}),
            json!({"rule": "PERMIT", "originClient": {"type": "ALL"}, "destinationClient": {"type": "ANY"}}),
            json!({"rule": "PERMIT", "originClient": {"type": "ANY"}, "destinationClient": {"type": "ANY"},
                "scopePolicies": [{"rule": "DENY", "type": "REGEXP", "matchParam": "["}]}),
        ] {
            let reply = house.tell(Method::POST, EXCHANGE, &caller, &bad).await;
            let error = reply.json()["error"].as_str().unwrap().to_owned();
            assert!(reply.status == 400 && error.starts_with("Invalid exchange policy: "), "{bad}: {reply:?}");
        }
    }
}
