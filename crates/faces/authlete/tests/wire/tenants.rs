//! Services are tenants: what belongs to one is, for the callers of another, as if it did not exist.
//!
//! The matrix puts every identifier of another service into every place of every operation that takes one, and compares the answer
//! with the one for an identifier that never existed.

use jeton_core::ids::ServiceId;
use jeton_jose::{base64url, digest};
use jeton_served::{CHALLENGE, DEVICE_CODE, House, Reply, VERIFIER};
use serde_json::{Value, json};
use url::form_urlencoded::byte_serialize;

use crate::api::{API_SECRET, ORGANIZATION_TOKEN, SECRET, SERVICE_TOKEN, bearer, call, house, house_that_fails, post};
use crate::rights::{filled, operation};

const REDIRECT: &str = "https%3A%2F%2Fapp.example%2Fcb";

/// An identifier of the other service, and one of the same shape that names nothing.
struct Identifier {
    name: &'static str,
    existing: String,
    absent: String,
}

/// The other service.
struct Other {
    house: House,
    service: ServiceId,
}

impl Other {
    async fn made(house: &House) -> Self {
        let made = call(house, &bearer(ORGANIZATION_TOKEN), ("POST", "/api/service/create"), Some(json!({}))).await;
        let service = ServiceId::new(made.json()["apiKey"].as_u64().unwrap());
        let other = Self { house: house.of_issuer(service), service };
        other.house.client("4712", Some(SECRET), |_| ()).await;
        other
    }

    async fn send(&self, method: &str, path: &str, body: Option<Value>) -> Reply {
        let path = format!("/api/{}{path}", self.service);
        call(&self.house, &bearer(ORGANIZATION_TOKEN), (method, &path), body).await
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let reply = self.send("POST", path, Some(body)).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text());
        reply.json()
    }

    async fn ticket(&self) -> String {
        let parameters = format!(
            "client_id=4712&response_type=code&redirect_uri={REDIRECT}&scope=openid+read&state=s1&nonce=n1\
             &code_challenge={CHALLENGE}&code_challenge_method=S256"
        );
        let begun = self.post("/auth/authorization", json!({ "parameters": parameters })).await;
        begun["ticket"].as_str().unwrap_or_else(|| panic!("{begun}")).to_owned()
    }

    async fn by_client(&self, path: &str, parameters: &str) -> Value {
        self.post(path, json!({ "parameters": parameters, "clientId": "4712", "clientSecret": SECRET })).await
    }

    /// What can be seen of it.
    async fn seen(&self) -> Vec<Value> {
        let mut seen = Vec::new();
        for path in ["/auth/token/get/list?end=20", "/service/get"] {
            seen.push(self.send("GET", path, None).await.json());
        }
        let client = self.house.jeton.administration.show_client(self.service, "4712").await.unwrap();
        seen.push(format!("{client:?}").into());
        seen
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value}")).to_owned()
}

/// The same with other last characters.
fn altered(text: &str) -> String {
    let cut = text.len() - 6;
    let end: String = text[cut..].chars().map(|c| if c == 'A' { 'B' } else { 'A' }).collect();
    format!("{}{end}", &text[..cut])
}

fn hash(text: &str) -> String {
    base64url::encode(digest::sha256(text.as_bytes()))
}

async fn identifiers(other: &Other) -> Vec<Identifier> {
    let body = json!({ "grantType": "AUTHORIZATION_CODE", "clientId": 4712, "subject": "bob", "scopes": ["read"] });
    let made = other.post("/auth/token/create", body).await;
    let (access, refresh) = (text(&made["accessToken"]), text(&made["refreshToken"]));
    let issued =
        other.post("/auth/authorization/issue", json!({ "ticket": other.ticket().await, "subject": "bob" })).await;
    let device = other.by_client("/device/authorization", "scope=read").await;
    let pushed = format!(
        "client_id=4712&response_type=code&redirect_uri={REDIRECT}&scope=read&code_challenge={CHALLENGE}&code_challenge_method=S256"
    );
    let pushed = other.by_client("/pushed_auth_req", &pushed).await;
    let password = other.by_client("/auth/token", "grant_type=password&username=u&password=p&scope=read").await;
    let key = other.house.jeton.administration.show_client(other.service, "4712").await.unwrap().key;
    let of = |name, existing: String, absent: String| Identifier { name, existing, absent };
    let altering = |name, existing: String| {
        let absent = altered(&existing);
        Identifier { name, existing, absent }
    };
    vec![
        altering("access token", access.clone()),
        altering("refresh token", refresh.clone()),
        of("hash of access token", hash(&access), hash("nothing")),
        of("hash of refresh token", hash(&refresh), hash("nothing")),
        of("token id", text(&made["tokenId"]), "7777777777".to_owned()),
        of("client id", "4712".to_owned(), "4999".to_owned()),
        of("client number", key.get().to_string(), "7777777777".to_owned()),
        of("service id", other.service.to_string(), "7777777777".to_owned()),
        of("subject", "bob".to_owned(), "eve".to_owned()),
        altering("ticket", other.ticket().await),
        altering("code", text(&issued["authorizationCode"])),
        altering("device code", text(&device["deviceCode"])),
        of("user code", text(&device["userCode"]), "BBBB-BBBB".to_owned()),
        altering("request uri", text(&pushed["requestUri"])),
        altering("password ticket", text(&password["ticket"])),
    ]
}

/// Where identifiers are sent: method, path and body, with `$` for the identifier; in `parameters` it is encoded.
fn places() -> Vec<(&'static str, &'static str, Value)> {
    let own = |parameters: &str| json!({ "parameters": parameters, "clientId": "4711", "clientSecret": SECRET });
    let theirs = |parameters: &str| json!({ "parameters": parameters, "clientId": "$", "clientSecret": SECRET });
    let mut all = vec![
        ("POST", "/auth/token/create", json!({ "grantType": "PASSWORD", "clientId": "$", "subject": "joe" })),
        ("POST", "/auth/token/create", json!({ "grantType": "PASSWORD", "clientIdentifier": "$", "subject": "joe" })),
        ("POST", "/auth/token/create/batch", json!([{ "grantType": "PASSWORD", "clientId": "$", "subject": "joe" }])),
        ("GET", "/auth/token/create/batch/status/$", Value::Null),
        ("POST", "/auth/token/revoke", json!({ "clientIdentifier": "$", "subject": "bob" })),
        ("GET", "/auth/token/get/list?clientIdentifier=$", Value::Null),
        ("GET", "/auth/token/get/list?subject=$", Value::Null),
        ("DELETE", "/auth/token/delete/$", Value::Null),
        ("POST", "/idtoken/reissue", json!({ "accessToken": "$", "refreshToken": "$", "sub": "bob" })),
        ("POST", "/auth/introspection", json!({ "token": "$" })),
        ("POST", "/auth/introspection/standard", json!({ "parameters": "token=$" })),
        ("POST", "/auth/userinfo", json!({ "token": "$" })),
        ("POST", "/auth/userinfo/issue", json!({ "token": "$", "claims": "{}" })),
        ("POST", "/auth/revocation", own("token=$")),
        ("POST", "/auth/revocation", theirs("token=x")),
        ("POST", "/auth/authorization/issue", json!({ "ticket": "$", "subject": "joe" })),
        ("POST", "/auth/authorization/fail", json!({ "ticket": "$", "reason": "DENIED" })),
        ("POST", "/auth/authorization/ticket/info", json!({ "ticket": "$" })),
        ("POST", "/auth/authorization/ticket/update", json!({ "ticket": "$", "info": "x" })),
        ("POST", "/auth/authorization", json!({ "parameters": "client_id=4711&request_uri=$" })),
        (
            "POST",
            "/auth/authorization",
            json!({ "parameters": "client_id=$&response_type=code&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&scope=read" }),
        ),
        ("POST", "/auth/token", own("grant_type=refresh_token&refresh_token=$")),
        ("POST", "/auth/token", theirs("grant_type=client_credentials&scope=read")),
        ("POST", "/auth/token/issue", json!({ "ticket": "$", "subject": "joe" })),
        ("POST", "/auth/token/fail", json!({ "ticket": "$", "reason": "UNKNOWN" })),
        ("POST", "/pushed_auth_req", theirs("response_type=code&scope=read")),
        ("POST", "/pushed_auth_req", own("request_uri=$")),
        ("POST", "/device/authorization", theirs("scope=read")),
        ("POST", "/device/verification", json!({ "userCode": "$" })),
        ("POST", "/device/complete", json!({ "userCode": "$", "result": "AUTHORIZED", "subject": "joe" })),
        ("POST", "/device/complete", json!({ "userCode": "$", "result": "ACCESS_DENIED" })),
        ("POST", "/jose/verify", json!({ "jose": "$" })),
        ("POST", "/jose/verify", json!({ "jose": "x", "clientIdentifier": "$", "signedByClient": true })),
        ("GET", "/service/get/$", Value::Null),
        ("POST", "/service/update/$", json!({})),
        ("DELETE", "/service/delete/$", Value::Null),
        ("POST", "/service/remove", json!({ "serviceId": "$" })),
        ("GET", "/client/get/$", Value::Null),
        ("POST", "/client/update/$", json!({})),
        ("DELETE", "/client/delete/$", Value::Null),
        ("POST", "/client/lock_flag/update/$", json!({ "clientLocked": true })),
        ("GET", "/client/secret/refresh/$", Value::Null),
        ("POST", "/client/secret/update/$", json!({ "clientSecret": "another secret that nobody guesses" })),
        ("GET", "/client/authorization/get/list?subject=$", Value::Null),
        ("GET", "/client/authorization/get/list/$", Value::Null),
        ("POST", "/client/authorization/get/list", json!({ "subject": "$" })),
        ("POST", "/client/authorization/update/$", json!({ "subject": "bob", "scopes": ["read"] })),
        ("POST", "/client/authorization/update/4711", json!({ "subject": "$", "scopes": ["read"] })),
        ("POST", "/client/authorization/delete/$", json!({ "subject": "bob" })),
        ("POST", "/client/authorization/delete/4711", json!({ "subject": "$" })),
        ("DELETE", "/client/authorization/delete/$/bob", Value::Null),
        ("POST", "/client/granted_scopes/get/$", json!({ "subject": "bob" })),
        ("POST", "/client/granted_scopes/get/4711", json!({ "subject": "$" })),
        ("GET", "/client/granted_scopes/get/$/bob", Value::Null),
        ("POST", "/client/granted_scopes/delete/$", json!({ "subject": "bob" })),
        ("DELETE", "/client/granted_scopes/delete/$/bob", Value::Null),
        ("GET", "/client/extension/requestable_scopes/get/$", Value::Null),
        ("PUT", "/client/extension/requestable_scopes/update/$", json!({ "requestableScopes": ["read"] })),
        ("DELETE", "/client/extension/requestable_scopes/delete/$", Value::Null),
        ("POST", "/client/registration/get", json!({ "clientId": "$", "token": "x" })),
        ("POST", "/client/registration/get", json!({ "clientId": "4711", "token": "$" })),
        ("POST", "/client/registration/update", json!({ "clientId": "$", "token": "x", "json": "{}" })),
        ("POST", "/client/registration/delete", json!({ "clientId": "$", "token": "x" })),
    ];
    for member in ["accessToken", "accessTokenHash", "refreshToken", "refreshTokenHash", "tokenId"] {
        all.push(("POST", "/auth/token/update", json!({ member: "$", "accessTokenValueUpdated": true, "scopes": [] })));
    }
    for member in ["accessTokenIdentifier", "refreshTokenIdentifier", "clientIdentifier", "subject"] {
        all.push(("POST", "/auth/token/revoke", json!({ member: "$" })));
    }
    let code = format!("grant_type=authorization_code&code=$&redirect_uri={REDIRECT}&code_verifier={VERIFIER}");
    all.push(("POST", "/auth/token", own(&code)));
    all.push(("POST", "/auth/token", own(&format!("grant_type={DEVICE_CODE}&device_code=$"))));
    let exchange = jeton_served::TOKEN_EXCHANGE;
    for kind in ["access_token", "refresh_token"] {
        let kind = format!("urn:ietf:params:oauth:token-type:{kind}");
        all.push((
            "POST",
            "/auth/token",
            own(&format!("grant_type={exchange}&subject_token=$&subject_token_type={kind}")),
        ));
    }
    all
}

/// A body with the identifier in place.
fn with(body: &Value, identifier: &str) -> Value {
    match body {
        Value::String(text) if text == "$" => identifier.into(),
        Value::String(text) => text.replace('$', &byte_serialize(identifier.as_bytes()).collect::<String>()).into(),
        Value::Array(all) => all.iter().map(|value| with(value, identifier)).collect(),
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), with(value, identifier))).collect(),
        other => other.clone(),
    }
}

/// The answer, without the identifier that it may repeat.
async fn answer(house: &House, prefix: &str, place: &(&str, &str, Value), identifier: &str) -> (u16, String) {
    let (method, path, body) = place;
    let encoded: String = byte_serialize(identifier.as_bytes()).collect();
    let path = format!("{prefix}{}", path.replace('$', &encoded));
    let body = (!body.is_null()).then(|| with(body, identifier));
    let reply = call(house, &bearer(SERVICE_TOKEN), (method, &path), body).await;
    // A short number is also a part of other texts.
    let (said, whole) =
        if identifier.len() < 3 { (format!("\"{identifier}\""), "\"…\"") } else { (identifier.to_owned(), "…") };
    let text = reply.text().replace(&said, whole);
    // Each batch has a name of its own, whatever is wrong in it.
    let batch = text.split_once("\"requestId\":\"").and_then(|(_, rest)| rest.split_once('"')).map(|(name, _)| name);
    (reply.status, batch.map_or_else(|| text.clone(), |name| text.replace(name, "…")))
}

#[tokio::test]
async fn what_belongs_to_another_service_is_as_if_it_did_not_exist() {
    let house = house().await;
    house.client("4711", Some(SECRET), |_| ()).await;
    let other = Other::made(&house).await;
    let identifiers = identifiers(&other).await;
    let before = other.seen().await;
    let mut compared = 0;
    for prefix in [format!("/api/{}", house.service), "/api".to_owned()] {
        for place in &places() {
            for Identifier { name, existing, absent } in &identifiers {
                let of_other = answer(&house, &prefix, place, existing).await;
                let of_nothing = answer(&house, &prefix, place, absent).await;
                assert_eq!(of_other, of_nothing, "{name} at {prefix}{} {}", place.1, place.2);
                assert!(of_other.0 < 500, "{name} at {}: {}", place.1, of_other.1);
                compared += 1;
            }
        }
    }
    assert!(compared > 2000, "{compared}");
    assert_eq!(other.seen().await, before, "nothing of the other service changed");

    // All of it still works where it belongs.
    let of = |name: &str| identifiers.iter().find(|each| each.name == name).unwrap().existing.clone();
    let live = other.post("/auth/introspection", json!({ "token": of("access token") })).await;
    assert_eq!(live["action"], "OK", "{live}");
    let info = other.post("/auth/authorization/ticket/info", json!({ "ticket": of("ticket") })).await;
    assert_eq!(info["action"], "OK", "{info}");
    let found = other.post("/device/verification", json!({ "userCode": of("user code") })).await;
    assert_eq!(found["action"], "VALID", "{found}");
    let code = of("code");
    let redeem = format!("grant_type=authorization_code&code={code}&redirect_uri={REDIRECT}&code_verifier={VERIFIER}");
    for parameters in [redeem, format!("grant_type=refresh_token&refresh_token={}", of("refresh token"))] {
        let tokens = other.by_client("/auth/token", &parameters).await;
        assert_eq!(tokens["action"], "OK", "{parameters}: {tokens}");
    }
    let issued = other.post("/auth/token/issue", json!({ "ticket": of("password ticket"), "subject": "bob" })).await;
    assert_eq!(issued["action"], "OK", "{issued}");
}

/// What cannot be seen in an answer can be in its time: both need the same reads of the store. `examples/refusals.rs` measures.
#[tokio::test]
async fn what_belongs_to_another_service_takes_the_same_reads_as_what_does_not_exist() {
    let (house, store) = house_that_fails().await;
    house.client("4711", Some(SECRET), |_| ()).await;
    let other = Other::made(&house).await;
    let prefix = format!("/api/{}", house.service);
    let mut wrong = Vec::new();
    let identifiers = identifiers(&other).await;
    for place in &places() {
        for Identifier { name, existing, absent } in &identifiers {
            let mut reads = [0; 2];
            for (reads, identifier) in reads.iter_mut().zip([existing, absent]) {
                // The first time may fill a cache.
                answer(&house, &prefix, place, identifier).await;
                store.reads();
                answer(&house, &prefix, place, identifier).await;
                *reads = store.reads();
            }
            if reads[0] != reads[1] {
                wrong.push(format!("{name} at {} {}: {reads:?}", place.1, place.2));
            }
        }
    }
    assert!(wrong.is_empty(), "{} places:\n{}", wrong.len(), wrong.join("\n"));
}

/// Operations that take no identifier of what belongs to a service.
const WITHOUT: &[&str] = &[
    "/lifecycle/healthcheck",
    "/info",
    "/misc/echo",
    "/service/get",
    "/service/get/list",
    "/service",
    "/service/create",
    "/service/update",
    "/service/delete",
    "/service/jwks/get",
    "/service/configuration",
    "/client/create",
    "/client/get/list",
    "/client/registration",
];

#[test]
fn the_matrix_has_every_operation() {
    let places = places();
    let covers = |route: &str, place: &str| {
        let place = place.split('?').next().unwrap().trim_matches('/').split('/');
        let (route, place): (Vec<_>, Vec<_>) = (route.trim_matches('/').split('/').collect(), place.collect());
        route.len() == place.len() && route.iter().zip(&place).all(|(one, other)| one == other || one.starts_with('{'))
    };
    for route in jeton_face_authlete::FACE.routes() {
        let operation = operation(route.path);
        let is_there = WITHOUT.contains(&operation) || places.iter().any(|(_, place, _)| covers(operation, place));
        assert!(is_there || route.summary.starts_with("Not served yet"), "{operation} is missing in the matrix");
    }
}

#[tokio::test]
async fn the_credential_of_one_service_opens_no_path_of_another() {
    let house = house().await;
    let other = Other::made(&house).await;
    let before = other.seen().await;
    for route in jeton_face_authlete::FACE.routes().filter(|route| route.path.starts_with("/api/{service}/")) {
        for method in route.methods.split(' ') {
            let body = matches!(method, "POST" | "PUT").then(|| json!({}));
            let mut said = Vec::new();
            for service in [other.service, ServiceId::new(7_777_777_777)] {
                let path = filled(route.path, service, "1");
                let pair = jeton_served::basic(&format!("{service}:{API_SECRET}"));
                for authorization in [bearer(SERVICE_TOKEN), pair] {
                    let reply = call(&house, &authorization, (method, &path), body.clone()).await;
                    said.push((reply.status, reply.text().replace(&format!("/{service}/"), "/…/")));
                }
            }
            assert!(said.iter().all(|each| *each == said[0]), "{method} {}: {said:?}", route.path);
            let is_open = said[0].0 < 400 || said[0].1.contains("not served yet");
            let open = ["/lifecycle/", "/misc/", "/direct/"];
            let may_be_open = operation(route.path) == "/info" || open.iter().any(|part| route.path.contains(part));
            assert_eq!(is_open, may_be_open, "{method} {}: {said:?}", route.path);
            if !may_be_open {
                assert!(said[0].0 == 403 && said[0].1.contains("A003204"), "{method} {}: {said:?}", route.path);
            }
        }
    }
    assert_eq!(other.seen().await, before);
    let denied =
        post(&house, "/auth/token/create", json!({ "grantType": "PASSWORD", "clientId": 4712, "subject": "bob" }));
    assert_eq!(denied.await.json()["action"], "BAD_REQUEST");
}

#[tokio::test]
async fn the_organization_is_told_that_a_token_or_a_client_belongs_to_another_service() {
    let house = house().await;
    let other = Other::made(&house).await;
    let client = other.post("/client/create", json!({ "clientName": "elsewhere" })).await["clientId"].clone();
    let brought = other.post("/client/create", json!({ "clientId": 4242 })).await["clientId"].clone();
    let body = json!({ "grantType": "AUTHORIZATION_CODE", "clientId": client, "subject": "bob" });
    let made = other.post("/auth/token/create", body).await;
    let before = other.seen().await;
    let ask = async |credential: &str, path: &str, body: Value| {
        let path = format!("/api/{}{path}", house.service);
        let reply = call(&house, &bearer(credential), ("POST", &path), Some(body)).await;
        (reply.json()["action"].clone(), reply.json()["resultCode"].clone())
    };
    let cases = [
        (json!({ "clientId": client }), true),
        (json!({ "clientIdentifier": client.to_string() }), true),
        (json!({ "clientId": brought }), true),
        (json!({ "clientId": 4999 }), false),
        (json!({ "clientIdentifier": "no number" }), false),
    ];
    for (named, is_there) in cases {
        let mut body = json!({ "grantType": "PASSWORD", "subject": "joe" });
        body.as_object_mut().unwrap().extend(named.as_object().unwrap().clone());
        let unknown = (json!("BAD_REQUEST"), json!("A107201"));
        let foreign = (json!("FORBIDDEN"), json!("A107202"));
        let wanted = if is_there { &foreign } else { &unknown };
        assert_eq!(&ask(ORGANIZATION_TOKEN, "/auth/token/create", body.clone()).await, wanted, "{named}");
        assert_eq!(ask(SERVICE_TOKEN, "/auth/token/create", body).await, unknown, "{named}");
    }
    let (access, refresh) = (text(&made["accessToken"]), text(&made["refreshToken"]));
    let cases = [
        (json!({ "accessToken": access }), true),
        (json!({ "refreshToken": refresh }), true),
        (json!({ "tokenId": made["tokenId"] }), true),
        (json!({ "accessToken": altered(&access) }), false),
        (json!({ "accessTokenHash": hash(&access) }), false),
        (json!({ "tokenId": "7777777777" }), false),
        (json!({ "tokenId": "no number" }), false),
    ];
    for (named, is_there) in cases {
        let unknown = (json!("NOT_FOUND"), json!("A134202"));
        let foreign = (json!("FORBIDDEN"), json!("A134203"));
        let wanted = if is_there { &foreign } else { &unknown };
        assert_eq!(&ask(ORGANIZATION_TOKEN, "/auth/token/update", named.clone()).await, wanted, "{named}");
        assert_eq!(ask(SERVICE_TOKEN, "/auth/token/update", named.clone()).await, unknown, "{named}");
    }
    assert_eq!(other.seen().await, before);
    // What was deleted with its service is unknown.
    let gone = format!("/api/{}/service/delete", other.service);
    assert_eq!(call(&house, &bearer(ORGANIZATION_TOKEN), ("DELETE", &gone), None).await.status, 204);
    let named = json!({ "accessToken": access });
    assert_eq!(ask(ORGANIZATION_TOKEN, "/auth/token/update", named).await.1, "A134202");
}
