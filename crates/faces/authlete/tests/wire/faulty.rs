//! Faulty calls: each says what is wrong, with a code that stands for nothing else (sections 1.5 and 1.6 of the contract).

use axum::body::Body;
use http::{Request, header};
use jeton_served::{Ask, House};
use serde_json::{Value, json};

use crate::api::{
    ORGANIZATION_TOKEN, SECRET, SERVICE_TOKEN, bearer, call, get, made, own, post, ready, said, set_service,
};

async fn record(house: &House, more: Value) -> Value {
    let mut body = json!({ "grantType": "PASSWORD", "clientId": 4711, "subject": "joe", "scopes": ["read"] });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    said(house, "/auth/token/create", body).await
}

/// Section 1.5: a fault of syntax fails the call as a whole, whatever the operation.
#[tokio::test]
async fn a_body_that_cannot_be_read_is_an_http_error_at_every_operation() {
    let house = ready().await;
    for path in ["/auth/token/create", "/auth/introspection", "/auth/token", "/client/create"] {
        let request = Request::post(format!("/api/{}{path}", house.service));
        let request = request.header(header::AUTHORIZATION, bearer(SERVICE_TOKEN));
        let request = request.header(header::CONTENT_TYPE, "application/json").body(Body::from("{\"token\":"));
        let reply = house.send(request.unwrap()).await;
        assert_eq!((reply.status, &reply.json()["resultCode"]), (400, &json!("A001290")), "{path}: {}", reply.show());
        assert_eq!(reply.json().get("action"), None, "{path}");
    }
}

#[tokio::test]
async fn an_operation_that_is_none_has_a_result() {
    let house = ready().await;
    for path in ["/api/2001/no/such", "/api/2001/auth/nothing"] {
        let reply = call(&house, &bearer(ORGANIZATION_TOKEN), ("GET", path), None).await;
        assert_eq!((reply.status, &reply.json()["resultCode"]), (404, &json!("A001291")), "{path}: {}", reply.show());
    }
}

/// RFC 9110 section 15.5.2.
#[tokio::test]
async fn a_401_says_how_to_authenticate() {
    let house = ready().await;
    let path = format!("/api/{}/service/get", house.service);
    for (authorization, wanted) in [
        (String::new(), "Bearer realm=\"jeton\""),
        (bearer("wrong"), "Bearer realm=\"jeton\", error=\"invalid_token\""),
    ] {
        let reply = call(&house, &authorization, ("GET", &path), None).await;
        assert_eq!((reply.status, reply.header("www-authenticate")), (401, Some(wanted)), "{}", reply.show());
    }
}

/// Section 1.6: a code stands for one fault.
#[tokio::test]
async fn each_fault_has_its_own_code() {
    let house = ready().await;
    let thumbprint = json!({ "certificateThumbprint": "short" });
    for (more, code) in [
        (json!({ "grantType": "MAGIC" }), "A104203"),
        (json!({ "grantType": "REFRESH_TOKEN" }), "A104202"),
        (json!({ "accessTokenDuration": "long" }), "A109290"),
        (thumbprint, "A109290"),
        (json!({ "clientId": null }), "A107201"),
    ] {
        let refused = record(&house, more.clone()).await;
        assert_eq!(
            (&refused["action"], &refused["resultCode"]),
            (&json!("BAD_REQUEST"), &json!(code)),
            "{more}: {refused}"
        );
    }
    let unnamed = record(&house, json!({ "clientId": null })).await;
    assert!(unnamed["resultMessage"].as_str().unwrap().contains("names no client"), "{unnamed}");
    let by = |parameters: &str| json!({ "parameters": parameters, "clientId": "4711", "clientSecret": SECRET });
    for (path, body, code) in [
        ("/auth/token", by("grant_type=client_credentials&scope=unknown"), "A050390"),
        ("/auth/token", by("grant_type=refresh_token"), "A053301"),
        ("/auth/token", by("grant_type=authorization_code"), "A050301"),
        (
            "/auth/authorization",
            json!({ "parameters": "client_id=4711&response_type=code&redirect_uri=https%3A%2F%2Fno.example" }),
            "A011301",
        ),
        ("/auth/authorization", json!({ "parameters": "client_id=4711&request_uri=urn%3Ano" }), "A008301"),
        ("/auth/authorization/issue", json!({ "ticket": "x", "subject": "joe", "authTime": "late" }), "A040290"),
        ("/auth/token/update", json!({ "accessToken": "x", "scopes": "read" }), "A134290"),
    ] {
        let refused = said(&house, path, body.clone()).await;
        assert_eq!(refused["resultCode"], code, "{path} {body}: {refused}");
    }
    for (query, code) in [("tokenStatus=SOME", "A159290"), ("start=0&end=99", "A159205")] {
        let refused = get(&house, &format!("/auth/token/get/list?{query}")).await;
        assert_eq!((refused.status, &refused.json()["resultCode"]), (400, &json!(code)), "{}", refused.text());
    }
}

/// The authorization server learns what is wrong with its client; the client, what Jeton's own endpoint would tell it.
#[tokio::test]
async fn a_locked_and_a_public_client_are_told_apart_from_one_that_is_not_there() {
    let house = ready().await;
    set_service(&house, json!({ "supportedScopes": [{ "name": "read" }] })).await;
    let public = made(&house, json!({ "clientType": "PUBLIC", "redirectUris": ["https://app.example/cb"] })).await;
    let locked = made(&house, json!({ "redirectUris": ["https://app.example/cb"] })).await;
    let lock = format!("/client/lock_flag/update/{}", locked["clientId"]);
    assert_eq!(post(&house, &lock, json!({ "clientLocked": true })).await.status, 200);
    let no = json!("99");
    for (id, wanted) in [(&public["clientId"], "is public"), (&locked["clientId"], "is locked"), (&no, "doesn't exist")]
    {
        let id = id.to_string().replace('"', "");
        for path in ["/auth/token", "/auth/revocation", "/pushed_auth_req"] {
            let body = json!({ "parameters": "grant_type=refresh_token&refresh_token=x&token=x", "clientId": id, "clientSecret": "s" });
            let refused = said(&house, path, body).await;
            assert!(refused["resultMessage"].as_str().unwrap().contains(wanted), "{path} {id}: {refused}");
            assert!(refused["responseContent"].as_str().unwrap().contains("doesn't exist"), "{path} {id}: {refused}");
        }
    }
    let parameters =
        format!("client_id={}&response_type=code&redirect_uri=https%3A%2F%2Fapp.example%2Fcb", locked["clientId"]);
    let begun = said(&house, "/auth/authorization", json!({ "parameters": parameters })).await;
    assert!(begun["resultCode"] == "A010301" && begun["resultMessage"].as_str().unwrap().contains("locked"), "{begun}");
}

#[tokio::test]
async fn a_ticket_is_not_called_a_page() {
    let house = ready().await;
    for (path, more) in [
        ("/auth/authorization/issue", json!({ "ticket": "x", "subject": "joe" })),
        ("/auth/token/fail", json!({ "ticket": "x", "reason": "UNKNOWN" })),
    ] {
        let message = said(&house, path, more).await["resultMessage"].as_str().unwrap().to_owned();
        assert!(message.contains("no such ticket") && !message.contains("page"), "{path}: {message}");
    }
}

/// Section 1.7: milliseconds. Seconds would end the token at once.
#[tokio::test]
async fn seconds_where_milliseconds_are_meant_are_refused() {
    let house = ready().await;
    let made = record(&house, json!({})).await;
    let seconds = house.clock_seconds() + 600;
    for name in ["accessTokenExpiresAt", "refreshTokenExpiresAt"] {
        let refused =
            said(&house, "/auth/token/update", json!({ "accessToken": made["accessToken"], name: seconds })).await;
        assert_eq!(refused["action"], "BAD_REQUEST", "{refused}");
        assert!(refused["resultMessage"].as_str().unwrap().contains("milliseconds"), "{refused}");
    }
    let seen = said(&house, "/auth/introspection", json!({ "token": made["accessToken"] })).await;
    assert_eq!(seen["action"], "OK", "{seen}");
}

/// Section 3: everything of a locked client is refused.
#[tokio::test]
async fn the_token_of_a_locked_client_is_not_updated() {
    let house = ready().await;
    set_service(&house, json!({ "supportedScopes": [{ "name": "read" }] })).await;
    let client = made(&house, json!({})).await;
    let token = record(&house, json!({ "clientId": client["clientId"] })).await["accessToken"].clone();
    let lock = format!("/client/lock_flag/update/{}", client["clientId"]);
    assert_eq!(post(&house, &lock, json!({ "clientLocked": true })).await.status, 200);
    let refused = said(&house, "/auth/token/update", json!({ "accessToken": token, "scopes": [] })).await;
    assert_eq!((&refused["action"], &refused["resultCode"]), (&json!("FORBIDDEN"), &json!("A001215")), "{refused}");
    let gone = own(&house, "DELETE", &format!("/auth/token/delete/{}", token.as_str().unwrap()), None).await;
    assert_eq!(gone.status, 204, "it can be ended");
}

/// Each value that is given out works: of calls that replace the same one, one does.
#[tokio::test]
async fn of_two_new_values_for_one_token_one_is_given() {
    let house = ready().await;
    for grant in ["PASSWORD", "CLIENT_CREDENTIALS"] {
        let token = record(&house, json!({ "grantType": grant })).await["accessToken"].clone();
        let renew =
            || said(&house, "/auth/token/update", json!({ "accessToken": token, "accessTokenValueUpdated": true }));
        let answers: [Value; 4] = tokio::join!(renew(), renew(), renew(), renew()).into();
        let (done, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer["action"] == "OK");
        assert_eq!(done.len(), 1, "{answers:?}");
        assert!(lost.iter().all(|answer| answer["resultCode"] == "A134202"), "{answers:?}");
        let seen = said(&house, "/auth/introspection", json!({ "token": done[0]["accessToken"] })).await;
        assert_eq!(seen["action"], "OK", "{seen}");
    }
}

/// RFC 9449 section 6.2, RFC 7662 section 2.2.
#[tokio::test]
async fn introspection_says_the_type_of_a_bound_token_and_knows_no_api_token() {
    let house = ready().await;
    let print = jeton_jose::base64url::encode([7; 32]);
    let token = record(&house, json!({ "dpopKeyThumbprint": print })).await["accessToken"].clone();
    let text = token.as_str().unwrap();
    let seen = Ask::post("/introspect").basic("4711", SECRET).form(&[("token", text)]).send(&house).await.json();
    assert_eq!((&seen["active"], &seen["token_type"]), (&json!(true), &json!("DPoP")), "{seen}");
    let api = crate::api::with_right(&house, "use_service").await;
    for (token, active) in [(text, true), (api.as_str(), false)] {
        let body = json!({ "parameters": format!("token={token}") });
        let answer = said(&house, "/auth/introspection/standard", body).await;
        let content: Value = serde_json::from_str(answer["responseContent"].as_str().unwrap()).unwrap();
        assert_eq!(content["active"], active, "{content}");
    }
}
