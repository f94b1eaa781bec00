//! An authorization server on this face, as one with an SDK is: it forwards what its clients send, and does what `action` says.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use jeton_served::{House, PASSWORD, Reply, USER};
use serde_json::{Map, Value, json};

use super::request::{Endpoint, Sent};
use super::said::Said;
use crate::api::post;

/// The `sub` of the only person.
const SUBJECT: &str = "sub-of-alice";

pub(super) async fn answer(house: &House, sent: &Sent) -> Said {
    match sent.to {
        Endpoint::Authorization(agrees) => authorization(house, sent, agrees).await,
        Endpoint::Decision(agrees) => decision(house, sent, agrees).await,
        Endpoint::Token => token(house, sent).await,
        Endpoint::Par => to_client(&call(house, "/pushed_auth_req", forwarded(sent)).await),
        Endpoint::Device => to_client(&call(house, "/device/authorization", forwarded(sent)).await),
        Endpoint::Revocation => to_client(&call(house, "/auth/revocation", forwarded(sent)).await),
        Endpoint::Introspection => {
            let body = json!({ "parameters": sent.encoded() });
            to_client(&call(house, "/auth/introspection/standard", body).await)
        }
        Endpoint::UserInfo => userinfo(house, sent).await,
    }
}

async fn call(house: &House, path: &str, body: Value) -> Value {
    let reply = post(house, path, body).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    reply.json()
}

/// The client's request in a call.
fn forwarded(sent: &Sent) -> Value {
    let mut body = json!({ "parameters": sent.encoded() });
    if let Some((id, secret)) = &sent.basic {
        (body["clientId"], body["clientSecret"]) = (id.as_str().into(), secret.as_str().into());
    }
    if let Some(der) = &sent.certificate {
        body["clientCertificate"] = pem(der).into();
    }
    body
}

fn pem(der: &[u8]) -> String {
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", STANDARD.encode(der))
}

/// The status that an action stands for.
fn status(said: &Value) -> u16 {
    match said["action"].as_str().unwrap_or_default() {
        "OK" | "JSON" => 200,
        "CREATED" => 201,
        "BAD_REQUEST" => 400,
        "INVALID_CLIENT" | "UNAUTHORIZED" => 401,
        "FORBIDDEN" => 403,
        "PAYLOAD_TOO_LARGE" => 413,
        "TOKEN_EXCHANGE" | "JWT_BEARER" => 0,
        _ => panic!("{said}"),
    }
}

/// What the authorization server sends on.
fn to_client(said: &Value) -> Said {
    Said::new(status(said), said["responseContent"].as_str().unwrap_or_default())
}

async fn token(house: &House, sent: &Sent) -> Said {
    let said = call(house, "/auth/token", forwarded(sent)).await;
    if said["action"] != "PASSWORD" {
        return to_client(&said);
    }
    let is_right = (said["username"].as_str(), said["password"].as_str()) == (Some(USER), Some(PASSWORD));
    let decided = if is_right {
        let body = json!({ "ticket": said["ticket"], "subject": SUBJECT, "authTime": house.clock_seconds() });
        call(house, "/auth/token/issue", body).await
    } else {
        let body = json!({ "ticket": said["ticket"], "reason": "INVALID_RESOURCE_OWNER_CREDENTIALS" });
        call(house, "/auth/token/fail", body).await
    };
    to_client(&decided)
}

async fn authorization(house: &House, sent: &Sent, agrees: bool) -> Said {
    let begun = call(house, "/auth/authorization", json!({ "parameters": sent.encoded() })).await;
    let fail = |reason: &str| json!({ "ticket": begun["ticket"], "reason": reason });
    match begun["action"].as_str().unwrap() {
        "INTERACTION" if agrees => {
            let issue = json!({ "ticket": begun["ticket"], "subject": SUBJECT, "authTime": house.clock_seconds() });
            sent_back(&call(house, "/auth/authorization/issue", issue).await)
        }
        "INTERACTION" => sent_back(&call(house, "/auth/authorization/fail", fail("DENIED")).await),
        "NO_INTERACTION" => sent_back(&call(house, "/auth/authorization/fail", fail("NOT_LOGGED_IN")).await),
        _ => sent_back(&begun),
    }
}

/// What goes to the client through the browser.
fn sent_back(said: &Value) -> Said {
    let content = said["responseContent"].as_str().unwrap();
    let mut headers = HeaderMap::new();
    let (status, body) = match said["action"].as_str().unwrap() {
        "LOCATION" => {
            headers.insert("location", content.parse().unwrap());
            (303, "")
        }
        "FORM" => (200, content),
        "BAD_REQUEST" => return Said::page(400),
        _ => panic!("{said}"),
    };
    Said::sent_back(&Reply { status, headers, body: body.as_bytes().to_vec() })
}

async fn decision(house: &House, sent: &Sent, agrees: bool) -> Said {
    let code = sent.get("user_code").unwrap();
    let found = call(house, "/device/verification", json!({ "userCode": code })).await;
    if found["action"] != "VALID" {
        return Said::page(400);
    }
    let result = if agrees { "AUTHORIZED" } else { "ACCESS_DENIED" };
    let body = json!({ "userCode": code, "result": result, "subject": SUBJECT, "authTime": house.clock_seconds() });
    let done = call(house, "/device/complete", body).await;
    Said::page(if done["action"] == "SUCCESS" { 200 } else { 400 })
}

/// The authorization server gives the claims of its person that the first call names.
async fn userinfo(house: &House, sent: &Sent) -> Said {
    let mut body = json!({ "token": sent.get("token") });
    if let Some(der) = &sent.certificate {
        body["clientCertificate"] = pem(der).into();
    }
    let checked = call(house, "/auth/userinfo", body).await;
    if checked["action"] != "OK" {
        return Said::new(status(&checked), "").challenged(checked["responseContent"].as_str());
    }
    let person = house.jeton.administration.show_user(house.service, USER).await.unwrap();
    let mut claims = Map::new();
    for name in checked["claims"].as_array().unwrap() {
        let name = name.as_str().unwrap();
        if let Some(value) = person.claims.get(name).filter(|value| !value.is_null()) {
            claims.insert(name.to_owned(), value.clone());
        }
    }
    let body = json!({ "token": checked["token"], "claims": Value::Object(claims).to_string() });
    to_client(&call(house, "/auth/userinfo/issue", body).await)
}
