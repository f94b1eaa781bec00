//! The result codes of the runtime (sections 2.1 and 4.1 of the contract), each with a call that gets it.

use jeton_served::{CHALLENGE, House, VERIFIER};
use serde_json::{Value, json};

use crate::api::{SECRET, house_that_fails, post, ready, said};

const CALLBACK: &str = "https%3A%2F%2Fapp.example%2Fcb";

fn request(more: &str) -> Value {
    let parameters = format!(
        "client_id=4711&response_type=code&redirect_uri={CALLBACK}&state=s&code_challenge={CHALLENGE}\
         &code_challenge_method=S256&{more}"
    );
    json!({ "parameters": parameters })
}

async fn ticket(house: &House) -> Value {
    said(house, "/auth/authorization", request("scope=openid+read+offline_access")).await["ticket"].clone()
}

async fn code(house: &House) -> String {
    let issue = json!({ "ticket": ticket(house).await, "subject": "joe" });
    let issued = said(house, "/auth/authorization/issue", issue).await;
    issued["authorizationCode"].as_str().unwrap_or_else(|| panic!("{issued}")).to_owned()
}

fn by(client: &str, parameters: &str) -> Value {
    json!({ "parameters": parameters, "clientId": client, "clientSecret": SECRET })
}

fn redeem(code: &str, verifier: &str) -> String {
    format!("grant_type=authorization_code&code={code}&redirect_uri={CALLBACK}&code_verifier={verifier}")
}

async fn gets(house: &House, path: &str, body: Value, code: &str) -> Value {
    let reply = post(house, path, body.clone()).await;
    let said = reply.json();
    assert_eq!(said["resultCode"], code, "{path} {body}: {} {said}", reply.status);
    said
}

#[tokio::test]
async fn the_token_endpoint() {
    let house = ready().await;
    house.client("4712", Some(SECRET), |_| ()).await;
    let path = "/auth/token";
    let empty = gets(&house, path, json!({}), "A050201").await;
    assert!(empty["responseContent"].as_str().unwrap().contains("invalid_request"), "{empty}");
    gets(&house, path, by("4711", "scope=read"), "A049301").await;
    gets(&house, path, by("4711", "grant_type=magic"), "A049302").await;
    let mut wrong = by("4711", "grant_type=client_credentials&scope=read");
    wrong["clientSecret"] = json!("another");
    gets(&house, path, wrong, "A048301").await;
    gets(&house, path, by("4711", "grant_type=client_credentials&scope=read"), "A052001").await;
    gets(&house, path, by("4711", "grant_type=password&username=u&password=p&scope=read"), "A051001").await;
    gets(&house, path, by("4712", &redeem(&code(&house).await, VERIFIER)), "A050306").await;
    gets(&house, path, by("4711", &redeem(&code(&house).await, &"v".repeat(43))), "A050315").await;
    let old = code(&house).await;
    house.wait(3600);
    gets(&house, path, by("4711", &redeem(&old, VERIFIER)), "A050305").await;
    let tokens = gets(&house, path, by("4711", &redeem(&code(&house).await, VERIFIER)), "A050001").await;
    let refresh = |more: &str| {
        format!("grant_type=refresh_token&refresh_token={}{more}", tokens["refreshToken"].as_str().unwrap())
    };
    gets(&house, path, by("4711", &refresh("&scope=write")), "A053309").await;
    gets(&house, path, by("4711", "grant_type=refresh_token&refresh_token=x"), "A053305").await;
    gets(&house, path, by("4711", &refresh("")), "A053001").await;
    let tokens = gets(&house, path, by("4711", &redeem(&code(&house).await, VERIFIER)), "A050001").await;
    let foreign = format!("grant_type=refresh_token&refresh_token={}", tokens["refreshToken"].as_str().unwrap());
    gets(&house, path, by("4712", &foreign), "A053307").await;
}

#[tokio::test]
async fn tickets() {
    let house = ready().await;
    let asked = by("4711", "grant_type=password&username=u&password=p&scope=read");
    let password = async || said(&house, "/auth/token", asked.clone()).await["ticket"].clone();
    let unknown = |more: Value| {
        let mut body = json!({ "ticket": "unknown" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    for (path, missing, absent, more) in [
        ("/auth/token/issue", "A055201", "A055203", json!({ "subject": "joe" })),
        ("/auth/token/fail", "A063201", "A063203", json!({ "reason": "UNKNOWN" })),
        ("/auth/authorization/issue", "A041201", "A041203", json!({ "subject": "joe" })),
        ("/auth/authorization/fail", "A059201", "A059203", json!({ "reason": "DENIED" })),
        ("/auth/authorization/ticket/info", "A041201", "A041203", json!({})),
        ("/auth/authorization/ticket/update", "A041201", "A041203", json!({ "info": "x" })),
    ] {
        gets(&house, path, more.clone(), missing).await;
        gets(&house, path, unknown(more), absent).await;
    }
    gets(&house, "/auth/token/issue", json!({ "ticket": password().await }), "A111201").await;
    gets(&house, "/auth/token/fail", json!({ "ticket": password().await, "reason": "BORED" }), "A067201").await;
    let one = password().await;
    gets(&house, "/auth/token/issue", json!({ "ticket": one, "subject": "joe" }), "A054001").await;
    gets(&house, "/auth/token/issue", json!({ "ticket": one, "subject": "joe" }), "A055202").await;
    gets(&house, "/auth/token/fail", json!({ "ticket": one, "reason": "UNKNOWN" }), "A063202").await;
    let one = ticket(&house).await;
    gets(&house, "/auth/authorization/issue", json!({ "ticket": one }), "A042201").await;
    gets(&house, "/auth/authorization/fail", json!({ "ticket": one }), "A060201").await;
    gets(&house, "/auth/authorization/fail", json!({ "ticket": one, "reason": "BORED" }), "A060201").await;
    gets(&house, "/auth/authorization/fail", json!({ "ticket": one, "reason": "DENIED" }), "A060307").await;
    gets(&house, "/auth/authorization/fail", json!({ "ticket": one, "reason": "DENIED" }), "A059202").await;
    gets(&house, "/auth/authorization/issue", json!({ "ticket": one, "subject": "joe" }), "A041202").await;
}

#[tokio::test]
async fn the_other_endpoints() {
    let house = ready().await;
    house.client("4712", Some(SECRET), |_| ()).await;
    let made = |more: Value| {
        let mut body =
            json!({ "grantType": "PASSWORD", "clientId": 4711, "subject": "joe", "scopes": ["openid", "read"] });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let pair = gets(&house, "/auth/token/create", made(json!({})), "A109001").await;
    let (access, refresh) = (&pair["accessToken"], &pair["refreshToken"]);
    let plain = gets(&house, "/auth/token/create", made(json!({ "scopes": ["read"] })), "A109001").await;
    let revoke = format!("token={}", access.as_str().unwrap());
    for (path, body, code) in [
        ("/auth/authorization", json!({}), "A004201"),
        ("/auth/authorization", json!({ "parameters": "client_id=9&response_type=code" }), "A010301"),
        ("/auth/authorization", request("scope=unknown"), "A009301"),
        ("/auth/authorization", request("scope=read"), "A004001"),
        ("/pushed_auth_req", json!({}), "A245201"),
        ("/pushed_auth_req", by("4711", "response_type=magic"), "A245301"),
        ("/device/authorization", json!({}), "A220201"),
        ("/device/authorization", by("4711", "scope=unknown"), "A220301"),
        ("/device/verification", json!({ "userCode": "BBBB-BBBB" }), "A224302"),
        ("/auth/introspection/standard", json!({}), "A145201"),
        ("/auth/introspection/standard", json!({ "parameters": "token=x&token=y" }), "A145301"),
        ("/auth/introspection/standard", json!({ "parameters": "token=x" }), "A145001"),
        ("/auth/userinfo", json!({ "token": "unknown" }), "A092302"),
        ("/auth/userinfo", json!({ "token": access }), "A091001"),
        ("/auth/userinfo/issue", json!({ "token": access, "claims": "{}" }), "A096001"),
        ("/idtoken/reissue", json!({}), "A390201"),
        ("/idtoken/reissue", json!({ "accessToken": "x", "refreshToken": "y" }), "A390202"),
        (
            "/idtoken/reissue",
            json!({ "accessToken": plain["accessToken"], "refreshToken": plain["refreshToken"] }),
            "A390203",
        ),
        ("/idtoken/reissue", json!({ "accessToken": access, "refreshToken": refresh }), "A390001"),
        ("/auth/token/create", made(json!({ "grantType": "IMPLICIT", "refreshToken": "given" })), "A108203"),
        ("/auth/token/create", made(json!({ "refreshToken": "a-refresh-token-of-before" })), "A109001"),
        ("/auth/token/create", made(json!({ "refreshToken": "a-refresh-token-of-before" })), "A144202"),
        ("/auth/token/revoke", json!({}), "A312201"),
        ("/auth/revocation", json!({}), "A113201"),
        ("/auth/revocation", by("4711", "token_type_hint=x"), "A115301"),
        ("/auth/revocation", by("4712", &revoke), "A116301"),
        ("/auth/revocation", json!({ "parameters": revoke, "clientId": "4711", "clientSecret": "another" }), "A114301"),
        ("/auth/revocation", by("4711", &revoke), "A113001"),
    ] {
        gets(&house, path, body, code).await;
    }
    house.wait(100_000);
    gets(&house, "/auth/userinfo", json!({ "token": plain["accessToken"] }), "A093301").await;
}

#[tokio::test]
async fn a_fault_of_the_server() {
    let (house, store) = house_that_fails().await;
    house.client("4711", Some(SECRET), |_| ()).await;
    store.set_away(true);
    for (path, body) in [
        ("/auth/token/create", json!({ "grantType": "PASSWORD", "clientId": 4711, "subject": "joe" })),
        ("/auth/token", by("4711", "grant_type=client_credentials&scope=read")),
        ("/client/create", json!({})),
    ] {
        let reply = post(&house, path, body).await;
        assert!(matches!(reply.status, 500 | 503), "{path}: {}", reply.show());
        assert_eq!(reply.json()["resultCode"], "A001101", "{path}: {}", reply.show());
    }
}
