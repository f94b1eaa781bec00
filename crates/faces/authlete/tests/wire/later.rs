//! Operations that are not served yet say so.

use serde_json::json;

use crate::api::{SERVICE_TOKEN, bearer, call, house};
use crate::rights::filled;

#[tokio::test]
async fn what_is_not_served_yet_says_so_in_the_form_of_its_answers() {
    let house = house().await;
    let mut seen = 0;
    for route in jeton_face_authlete::FACE.routes().filter(|route| route.summary.starts_with("Not served yet")) {
        for method in route.methods.split(' ') {
            let path = filled(route.path, house.service, "1");
            let body = (method == "POST").then(|| json!({}));
            for path in [path.clone(), format!("{path}/")] {
                let reply = call(&house, &bearer(SERVICE_TOKEN), (method, &path), body.clone()).await;
                let said = reply.json();
                assert_eq!(said["resultCode"], "A001217", "{method} {path}: {said}");
                assert!(said["resultMessage"].as_str().unwrap().contains("not served yet"), "{path}: {said}");
                assert_eq!(reply.status == 200, said["action"].is_string(), "{path}: {said}");
                assert!(matches!(reply.status, 200 | 400), "{path}: {}", reply.status);
                seen += 1;
            }
        }
    }
    assert!(seen > 130, "{seen}");
}

#[tokio::test]
async fn echo_is_served_without_api_too() {
    let house = house().await;
    let echo = call(&house, "", ("GET", "/misc/echo?a=1"), None).await;
    assert_eq!((echo.status, echo.json()), (200, json!({ "a": "1" })));
}
