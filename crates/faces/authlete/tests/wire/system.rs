//! Health, version and echo need no credential; unknown paths get a whole JSON body.

use serde_json::json;

use crate::api::{call, house};

#[tokio::test]
async fn health_version_and_echo_are_open() {
    let house = house().await;
    for path in ["/api/lifecycle/healthcheck", "/api/lifecycle/healthcheck/", "/api/1/lifecycle/healthcheck"] {
        let reply = call(&house, "", ("GET", path), None).await;
        assert_eq!((reply.status, reply.header("content-type")), (200, Some("text/plain")), "{path}");
    }
    let info = call(&house, "", ("GET", "/api/info"), None).await;
    assert_eq!(info.status, 200);
    assert!(info.json()["version"].is_string());
    let echo = call(&house, "", ("GET", "/api/misc/echo?a=1&b=x+y%2Bz"), None).await;
    assert_eq!(echo.json(), json!({ "a": "1", "b": "x y+z" }));
}

#[tokio::test]
async fn an_unknown_path_gets_a_result() {
    let house = house().await;
    let reply = call(&house, "", ("GET", "/api/1/no/such/operation"), None).await;
    assert_eq!(reply.status, 404);
    assert!(reply.json()["resultMessage"].as_str().unwrap().starts_with("[A"), "{}", reply.json());
}
