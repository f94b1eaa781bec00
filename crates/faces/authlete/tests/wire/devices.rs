//! Devices (section 4.4 of the contract).

use jeton_served::{DEVICE_CODE, Device, House};
use serde_json::{Value, json};

use crate::api::{SECRET, post, ready, said};

async fn started(house: &House) -> (String, String) {
    let body = json!({ "parameters": "scope=openid+read", "clientId": "4711", "clientSecret": SECRET });
    let begun = said(house, "/device/authorization", body).await;
    assert_eq!((&begun["action"], &begun["resultCode"]), (&json!("OK"), &json!("A220001")), "{begun}");
    assert_eq!((&begun["clientId"], &begun["expiresIn"], &begun["interval"]), (&json!(4711), &json!(600), &json!(5)));
    let content: Value = serde_json::from_str(begun["responseContent"].as_str().unwrap()).unwrap();
    assert_eq!(content["device_code"], begun["deviceCode"]);
    assert_eq!((&content["user_code"], &content["expires_in"]), (&begun["userCode"], &json!(600)));
    (begun["deviceCode"].as_str().unwrap().to_owned(), begun["userCode"].as_str().unwrap().to_owned())
}

async fn polled(house: &House, device_code: &str) -> Value {
    house.wait(6);
    let parameters = format!("grant_type={DEVICE_CODE}&device_code={device_code}");
    said(house, "/auth/token", json!({ "parameters": parameters, "clientId": "4711", "clientSecret": SECRET })).await
}

#[tokio::test]
async fn a_person_decides_for_a_device() {
    let house = ready().await;
    let (device_code, user_code) = started(&house).await;
    let pending = polled(&house, &device_code).await;
    assert!(pending["responseContent"].as_str().unwrap().contains("authorization_pending"), "{pending}");
    // As people type it.
    let typed = format!(" {}", user_code.to_lowercase().replace('-', " "));
    let found = said(&house, "/device/verification", json!({ "userCode": typed })).await;
    assert_eq!((&found["action"], &found["resultCode"]), (&json!("VALID"), &json!("A224001")), "{found}");
    assert_eq!(found["clientId"], 4711);
    assert_eq!(found["scopes"][1]["name"], "read");
    assert_eq!(found["expiresAt"].as_i64().unwrap() % 1000, 0);
    assert!(found["expiresAt"].as_i64().unwrap() > house.clock_seconds() * 1000);
    let decided = json!({
        "userCode": user_code, "result": "AUTHORIZED", "subject": "joe", "authTime": 1_700_000_000,
        "scopes": ["read"], "properties": [{ "key": "k", "value": "v" }],
    });
    let done = said(&house, "/device/complete", decided.clone()).await;
    assert_eq!((&done["action"], &done["resultCode"]), (&json!("SUCCESS"), &json!("A241001")), "{done}");
    let again = said(&house, "/device/complete", decided).await;
    assert_eq!(again["action"], "USER_CODE_NOT_EXIST", "{again}");
    let gone = said(&house, "/device/verification", json!({ "userCode": user_code })).await;
    assert_eq!(gone["action"], "NOT_EXIST");
    let tokens = polled(&house, &device_code).await;
    assert_eq!((&tokens["action"], &tokens["resultCode"]), (&json!("OK"), &json!("A242002")), "{tokens}");
    assert_eq!((&tokens["subject"], &tokens["grantType"]), (&json!("joe"), &json!("DEVICE_CODE")));
    let seen = said(&house, "/auth/introspection", json!({ "token": tokens["accessToken"] })).await;
    assert_eq!((&seen["scopes"], &seen["properties"][0]["key"]), (&json!(["read"]), &json!("k")), "{seen}");
}

#[tokio::test]
async fn a_device_learns_that_the_person_refused() {
    let house = ready().await;
    for result in ["ACCESS_DENIED", "TRANSACTION_FAILED"] {
        let (device_code, user_code) = started(&house).await;
        let done = said(&house, "/device/complete", json!({ "userCode": user_code, "result": result })).await;
        assert_eq!(done["action"], "SUCCESS", "{done}");
        let polled = polled(&house, &device_code).await;
        assert!(polled["responseContent"].as_str().unwrap().contains("access_denied"), "{polled}");
    }
}

#[tokio::test]
async fn a_device_that_started_at_the_endpoint_is_completed_here() {
    let house = ready().await;
    let device = Device::start(&house, ("4711", SECRET), "read").await;
    let body = json!({ "userCode": device.user_code, "result": "AUTHORIZED", "subject": "joe" });
    assert_eq!(said(&house, "/device/complete", body).await["action"], "SUCCESS");
    let tokens = device.poll(&house).await.ok();
    let seen = said(&house, "/auth/introspection", json!({ "token": tokens.access() })).await;
    assert_eq!((&seen["action"], &seen["subject"]), (&json!("OK"), &json!("joe")), "{seen}");
}

#[tokio::test]
async fn what_is_wrong_with_a_code_or_a_request_is_said() {
    let house = ready().await;
    let (_, user_code) = started(&house).await;
    for (body, code, action) in [
        (json!({ "result": "AUTHORIZED", "subject": "joe" }), "A241201", "INVALID_REQUEST"),
        (json!({ "userCode": user_code }), "A241201", "INVALID_REQUEST"),
        (json!({ "userCode": user_code, "result": "YES" }), "A241202", "INVALID_REQUEST"),
        (json!({ "userCode": user_code, "result": "AUTHORIZED" }), "A241203", "INVALID_REQUEST"),
        (json!({ "userCode": user_code, "result": "AUTHORIZED", "subject": "é" }), "A241204", "INVALID_REQUEST"),
        (json!({ "userCode": "BBBB-BBBB", "result": "ACCESS_DENIED" }), "A241302", "USER_CODE_NOT_EXIST"),
        (json!({ "userCode": "?", "result": "ACCESS_DENIED" }), "A241302", "USER_CODE_NOT_EXIST"),
    ] {
        let refused = said(&house, "/device/complete", body.clone()).await;
        assert_eq!((&refused["resultCode"], &refused["action"]), (&json!(code), &json!(action)), "{body}: {refused}");
    }
    // A refused call changed nothing.
    let open = said(&house, "/device/verification", json!({ "userCode": user_code })).await;
    assert_eq!(open["action"], "VALID");
    assert_eq!(post(&house, "/device/verification", json!({})).await.status, 400);
    house.wait(601);
    let late = said(&house, "/device/verification", json!({ "userCode": user_code })).await;
    assert_eq!((&late["action"], &late["resultCode"]), (&json!("EXPIRED"), &json!("A224301")));
    let late = said(&house, "/device/complete", json!({ "userCode": user_code, "result": "ACCESS_DENIED" })).await;
    assert_eq!((&late["action"], &late["resultCode"]), (&json!("USER_CODE_EXPIRED"), &json!("A241301")));
    for (body, action) in [
        (json!({}), "BAD_REQUEST"),
        (json!({ "parameters": "scope=read", "clientId": "4711", "clientSecret": "another" }), "UNAUTHORIZED"),
        (json!({ "parameters": "scope=x", "clientId": "4711", "clientSecret": SECRET }), "BAD_REQUEST"),
        (json!({ "parameters": "scope=read&scope=read", "clientId": "4711", "clientSecret": SECRET }), "BAD_REQUEST"),
    ] {
        assert_eq!(said(&house, "/device/authorization", body.clone()).await["action"], action, "{body}");
    }
}
