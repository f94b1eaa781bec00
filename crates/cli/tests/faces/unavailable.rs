//! An unreachable store: every route answers 503 with `Retry-After`, in its face's form, and never reports that a write
//! was done.

use http::Request;
use serde_json::{Value, json};

use crate::faces::{Faces, Reply};

/// In whose name a request is made.
#[derive(Clone, Copy, Debug)]
pub(crate) enum As {
    Owner,
    Client,
    Bearer,
    Nobody,
}

/// Routes that change something, with a valid body: none may report success.
const WRITES: &[(As, &str, &str, &str)] = &[
    (As::Client, "POST", "/token", "grant_type=client_credentials"),
    (As::Client, "POST", "/token", "grant_type=password&username=alice&password=x&scope=read"),
    (As::Client, "POST", "/token", "grant_type=refresh_token&refresh_token={refresh}"),
    (As::Client, "POST", "/token/revoke", "token={access}"),
    (As::Client, "POST", "/token/revoke", "token={refresh}"),
    (As::Client, "POST", "/revoke", "token={access}"),
    (As::Client, "POST", "/introspect", "token={unknown}"),
    (As::Nobody, "POST", "/leaked", r#"{"token":"{access}"}"#),
    (As::Nobody, "POST", "/api/token/create", "secret={shop}&name=nightly-report&description=Nightly+report+job"),
    (As::Bearer, "DELETE", "/iam/api/access-tokens/{id}", ""),
    (As::Bearer, "DELETE", "/iam/api/access-tokens?clientId=one", ""),
    (As::Bearer, "PATCH", "/iam/api/clients/one/revoke-access-tokens", ""),
    (As::Bearer, "PATCH", "/iam/api/clients/one/disable", ""),
    (As::Bearer, "POST", "/iam/api/clients/one/secret", ""),
    (As::Owner, "POST", "/admin/v1/tokens", r#"{"client_id":"one","kind":"api"}"#),
    (As::Owner, "POST", "/admin/v1/tokens/revoke", r#"{"token":"{access}"}"#),
    (As::Owner, "POST", "/admin/v1/tokens/{id}/revoke", ""),
    (As::Owner, "PATCH", "/admin/v1/tokens/{id}", r#"{"scope":"read"}"#),
    (As::Owner, "POST", "/admin/v1/revocations", r#"{"filter":{"client":"one"},"reason":"test"}"#),
    (As::Owner, "DELETE", "/admin/v1/clients/one", ""),
    (As::Owner, "DELETE", "/admin/v1/users/alice", ""),
    (As::Owner, "POST", "/admin/v1/users", r#"{"username":"bob"}"#),
    (As::Owner, "POST", "/admin/v1/keys/rotate", "{}"),
];

pub(crate) async fn ask(faces: &Faces, by: As, method: &str, path: &str, body: &str) -> Reply {
    let kind = if body.starts_with('{') { "application/json" } else { "application/x-www-form-urlencoded" };
    let request = Request::builder().method(method).uri(path).header("content-type", kind);
    let request = match by {
        As::Owner => request.extension(jeton_face_admin::LocalOwner),
        As::Client => request.header("authorization", crate::faces::basic("one")),
        As::Bearer => request.header("authorization", format!("Bearer {}", faces.watch)),
        As::Nobody => request,
    };
    faces.send(request, body.to_owned()).await
}

/// What a 503 of a path must look like.
fn is_in_form(path: &str, reply: &Reply) -> bool {
    let error = reply.body["error"].as_str();
    if matches!(path, "/health" | "/health/ready") {
        // A load balancer has its own interval.
        return true;
    }
    reply.retry_after.is_some()
        && match path {
            _ if path.starts_with("/api/token/") || path.starts_with("/token/") && error.is_none() => {
                reply.body.is_string()
            }
            _ if path.starts_with("/admin/") || path.starts_with("/account/") || path == "/leaked" => {
                matches!(error, Some("store_unavailable" | "busy"))
            }
            _ => reply.body == Value::Null || error == Some("server_error"),
        }
}

#[tokio::test]
async fn no_write_is_said_to_be_done_while_the_store_is_away() {
    let (faces, store) = Faces::that_fails().await;
    let texts = faces.by_password_with("one", "read offline_access").await;
    let (access, refresh) = (&texts[0], &texts[1]);
    let id = faces.inspected(access).await["id"].to_string();
    // What is remembered must not be what is answered from.
    assert_eq!(faces.iam("GET", &format!("access-tokens/{id}")).await.status, 200);
    let unknown = access.replace(&access[access.len() - 8..], "AAAAAAAA");
    for (by, method, path, body) in WRITES {
        store.set_away(true);
        let fill = |text: &str| {
            text.replace("{access}", access)
                .replace("{refresh}", refresh)
                .replace("{unknown}", &unknown)
                .replace("{shop}", crate::faces::SHOP)
                .replace("{id}", &id)
        };
        for _ in 0..2 {
            let reply = ask(&faces, *by, method, &fill(path), &fill(body)).await;
            let known_wrong = *path == "/introspect" && reply.status == 200 && reply.body == json!({ "active": false });
            assert!(
                known_wrong || reply.status == 503 && is_in_form(path, &reply),
                "{method} {path} {body}: {reply:?}"
            );
        }
        store.set_away(false);
        assert!(faces.is_active("one", access).await, "{method} {path}: what was refused was not done");
    }
    assert_eq!(faces.form("one", "/token/revoke", &[("token", refresh)]).await.status, 200);
    assert!(!faces.is_active("one", access).await);
}

#[tokio::test]
async fn no_route_says_500_while_the_store_is_away() {
    let (faces, store) = Faces::that_fails().await;
    let id = faces.inspected(&faces.by_credentials("one").await[0]).await["id"].to_string();
    store.set_away(true);
    let mut unavailable = 0;
    for route in jeton_served::routes() {
        let path = route.path.replace("{id}", &id).replace("{client_id}", "one").replace("{username}", "alice");
        let path = path.replace("{kid}", "k").replace("{reference}", "rf_0").replace("{code}", "busy");
        for method in route.methods.split(' ') {
            for by in [As::Owner, As::Client, As::Bearer, As::Nobody] {
                for body in ["", "{}", "token=x&username=alice&password=x&csrf=x&client_id=one&response_type=code"] {
                    let reply = ask(&faces, by, method, &path, body).await;
                    assert!(reply.status != 500, "{by:?} {method} {path}: {reply:?}");
                    if reply.status == 503 {
                        unavailable += 1;
                        assert!(is_in_form(&path, &reply), "{by:?} {method} {path}: {reply:?}");
                    }
                }
            }
        }
    }
    assert!(unavailable > 100, "{unavailable}: the requests do not reach the store");
}
