//! The flows of an authorization server on this backend (section 4.1 of the contract).

use jeton_served::{CHALLENGE, House, VERIFIER};
use serde_json::{Value, json};

use crate::api::{SECRET, house, house_that_fails, made, post, ready, said, set_service};

pub(crate) const REQUEST: &str = "client_id=4711&response_type=code&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&scope=openid+read+offline_access&state=s1&nonce=n1";

/// The parameters of a URL's query.
fn query(url: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(url.split_once('?').unwrap().1.as_bytes()).into_owned().collect()
}

fn of(query: &[(String, String)], name: &str) -> Option<String> {
    query.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
}

pub(crate) async fn code(house: &House, issue: Value) -> String {
    let parameters = format!("{REQUEST}&code_challenge={CHALLENGE}&code_challenge_method=S256");
    let begun = said(house, "/auth/authorization", json!({ "parameters": parameters })).await;
    assert_eq!(begun["action"], "INTERACTION", "{begun}");
    let mut body = json!({ "ticket": begun["ticket"], "subject": "joe", "authTime": 1_700_000_000, "acr": "urn:x" });
    body.as_object_mut().unwrap().extend(issue.as_object().unwrap().clone());
    let issued = said(house, "/auth/authorization/issue", body).await;
    assert_eq!(issued["action"], "LOCATION", "{issued}");
    let query = query(issued["responseContent"].as_str().unwrap());
    assert_eq!(of(&query, "state").as_deref(), Some("s1"));
    assert_eq!(of(&query, "code"), issued["authorizationCode"].as_str().map(str::to_owned));
    of(&query, "code").unwrap()
}

pub(crate) async fn token(house: &House, parameters: &str, more: Value) -> Value {
    let mut body = json!({ "parameters": parameters, "clientId": "4711", "clientSecret": SECRET });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    said(house, "/auth/token", body).await
}

pub(crate) fn redeem(code: &str) -> String {
    format!(
        "grant_type=authorization_code&code={code}&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&code_verifier={VERIFIER}"
    )
}

fn claims(jwt: &str) -> Value {
    let payload = jwt.split('.').nth(1).unwrap();
    serde_json::from_slice(&jeton_jose::base64url::decode(payload).unwrap()).unwrap()
}

#[tokio::test]
async fn a_request_says_what_the_pages_need() {
    let house = ready().await;
    let begun = said(
        &house,
        "/auth/authorization",
        json!({ "parameters": format!("{REQUEST}&prompt=consent&max_age=0&login_hint=joe&ui_locales=de+en"), "context": "mine" }),
    )
    .await;
    assert_eq!((&begun["prompts"], &begun["lowestPrompt"]), (&json!(["LOGIN", "CONSENT"]), &json!("LOGIN")));
    assert_eq!((&begun["loginHint"], &begun["uiLocales"]), (&json!("joe"), &json!(["de", "en"])));
    assert_eq!(begun["client"]["clientId"], 4711);
    assert!(begun["service"]["apiKey"].is_u64());
    let names: Vec<_> = begun["scopes"].as_array().unwrap().iter().map(|scope| scope["name"].clone()).collect();
    assert_eq!(names.len(), 3);
    let none = said(&house, "/auth/authorization", json!({ "parameters": format!("{REQUEST}&prompt=none") })).await;
    assert_eq!(none["action"], "NO_INTERACTION");

    let info = said(&house, "/auth/authorization/ticket/info", json!({ "ticket": begun["ticket"] })).await;
    assert_eq!((&info["action"], &info["info"]["context"]), (&json!("OK"), &json!("mine")));
    for (n, info) in
        [json!("text"), json!({ "context": "object" }), json!("{\"context\":\"in a text\"}")].into_iter().enumerate()
    {
        said(&house, "/auth/authorization/ticket/update", json!({ "ticket": begun["ticket"], "info": info })).await;
        let info = said(&house, "/auth/authorization/ticket/info", json!({ "ticket": begun["ticket"] })).await;
        assert_eq!(info["info"]["context"], ["text", "object", "in a text"][n]);
    }
    let stored = format!("{:?}", house.held().unwrap());
    assert_eq!(stored.matches("SingleUseKind(42)").count(), 2, "a mark and the latest text");
    let unknown = said(&house, "/auth/authorization/ticket/info", json!({ "ticket": "x" })).await;
    assert_eq!(unknown["action"], "NOT_FOUND");
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_shown_or_sent_to_the_client() {
    let house = ready().await;
    for (parameters, action) in [
        ("client_id=9&response_type=code", "BAD_REQUEST"),
        ("response_type=code", "BAD_REQUEST"),
        ("client_id=4711&response_type=code&redirect_uri=https%3A%2F%2Fevil.example", "BAD_REQUEST"),
        ("client_id=4711&response_type=code&scope=admin&redirect_uri=https%3A%2F%2Fapp.example%2Fcb", "LOCATION"),
        ("client_id=4711&response_type=x&scope=read&redirect_uri=https%3A%2F%2Fapp.example%2Fcb", "LOCATION"),
        (
            "client_id=4711&response_type=code&scope=read&response_mode=form_post&prompt=none+login&redirect_uri=https%3A%2F%2Fapp.example%2Fcb",
            "FORM",
        ),
    ] {
        let reply = post(&house, "/auth/authorization", json!({ "parameters": parameters })).await;
        assert!(reply.header("jeton-refusal").is_some(), "{parameters}");
        let answer = reply.json();
        assert_eq!(answer["action"], action, "{parameters}: {answer}");
        assert!(answer["responseContent"].as_str().unwrap().contains("error"), "{answer}");
    }
    let missing = said(&house, "/auth/authorization", json!({})).await;
    assert_eq!((&missing["action"], &missing["resultCode"]), (&json!("BAD_REQUEST"), &json!("A004201")));
}

#[tokio::test]
async fn a_code_becomes_tokens_that_say_what_the_caller_stated() {
    let house = ready().await;
    let code = code(&house, json!({ "claims": "{\"email\":\"joe@example.org\"}", "properties": [{ "key": "p", "value": "1", "hidden": false }] })).await;
    let done = token(&house, &redeem(&code), json!({})).await;
    assert_eq!((&done["action"], &done["resultCode"]), (&json!("OK"), &json!("A050001")), "{done}");
    let content: Value = serde_json::from_str(done["responseContent"].as_str().unwrap()).unwrap();
    assert_eq!((&content["access_token"], &content["p"]), (&done["accessToken"], &json!("1")));
    assert_eq!((&done["subject"], &done["grantType"]), (&json!("joe"), &json!("AUTHORIZATION_CODE")));
    let id_token = claims(done["idToken"].as_str().unwrap());
    assert_eq!(
        (&id_token["sub"], &id_token["nonce"], &id_token["email"]),
        (&json!("joe"), &json!("n1"), &json!("joe@example.org"))
    );
    assert_eq!((&id_token["auth_time"], &id_token["acr"]), (&json!(1_700_000_000), &json!("urn:x")));
    let again = token(&house, &redeem(&code), json!({})).await;
    assert_eq!((&again["action"], &again["resultCode"]), (&json!("BAD_REQUEST"), &json!("A050304")), "{again}");
    let seen = said(&house, "/auth/introspection", json!({ "token": done["accessToken"] })).await;
    assert_eq!(seen["action"], "UNAUTHORIZED", "reuse of a code ends its tokens");
}

#[tokio::test]
async fn a_refresh_keeps_the_authorization_and_its_id_token_can_be_made_again() {
    let house = ready().await;
    let code = code(&house, json!({})).await;
    let first = token(&house, &redeem(&code), json!({})).await;
    house.set(|settings| settings.backend.id_token_reissuable = true).await;
    house.wait(60);
    let refreshed = token(
        &house,
        &format!("grant_type=refresh_token&refresh_token={}", first["refreshToken"].as_str().unwrap()),
        json!({}),
    )
    .await;
    assert_eq!(
        (&refreshed["action"], &refreshed["grantType"]),
        (&json!("ID_TOKEN_REISSUABLE"), &json!("REFRESH_TOKEN")),
        "{refreshed}"
    );
    assert_eq!((refreshed.get("idToken"), &refreshed["subject"]), (None, &json!("joe")), "{refreshed}");
    assert!(!refreshed["responseContent"].as_str().unwrap().contains("id_token"));
    let body = json!({ "accessToken": refreshed["accessToken"], "refreshToken": refreshed["refreshToken"], "claims": "{\"name\":\"Joe\"}", "idTokenAudType": "string" });
    let made = said(&house, "/idtoken/reissue", body).await;
    assert_eq!(made["action"], "OK", "{made}");
    let content: Value = serde_json::from_str(made["responseContent"].as_str().unwrap()).unwrap();
    for (name, value) in [
        ("access_token", &refreshed["accessToken"]),
        ("refresh_token", &refreshed["refreshToken"]),
        ("id_token", &made["idToken"]),
        ("expires_in", &refreshed["accessTokenDuration"]),
    ] {
        assert_eq!(&content[name], value, "{content}");
    }
    let id_token = claims(made["idToken"].as_str().unwrap());
    assert_eq!(
        (&id_token["name"], &id_token["aud"], &id_token["auth_time"]),
        (&json!("Joe"), &json!("4711"), &json!(1_700_000_000))
    );
    assert_eq!(id_token.get("nonce"), None);
    let list = crate::api::get(&house, "/auth/token/get/list?subject=joe").await.json();
    assert!(
        list["accessTokens"].as_array().unwrap().iter().any(|token| token["lastRefreshedAt"].as_i64().unwrap() > 0),
        "{list}"
    );
    let foreign = refresh_of_another(&house).await;
    for bad in [
        json!({}),
        json!({ "accessToken": "x", "refreshToken": "y" }),
        json!({ "accessToken": refreshed["accessToken"], "refreshToken": foreign }),
    ] {
        assert_eq!(said(&house, "/idtoken/reissue", bad).await["action"], "CALLER_ERROR");
    }
}

/// The refresh token of another authorization.
async fn refresh_of_another(house: &House) -> Value {
    let other = code(house, json!({})).await;
    token(house, &redeem(&other), json!({})).await["refreshToken"].clone()
}

#[tokio::test]
async fn a_failed_request_ends_with_the_reason_and_its_ticket() {
    let house = ready().await;
    let begun = said(&house, "/auth/authorization", json!({ "parameters": REQUEST })).await;
    let unknown =
        said(&house, "/auth/authorization/fail", json!({ "ticket": begun["ticket"], "reason": "BORED" })).await;
    assert_eq!(unknown["resultCode"], "A060201");
    let denied =
        said(&house, "/auth/authorization/fail", json!({ "ticket": begun["ticket"], "reason": "DENIED" })).await;
    assert_eq!((&denied["action"], &denied["resultCode"]), (&json!("LOCATION"), &json!("A060307")));
    assert_eq!(of(&query(denied["responseContent"].as_str().unwrap()), "error").as_deref(), Some("access_denied"));
    let issue = said(&house, "/auth/authorization/issue", json!({ "ticket": begun["ticket"], "subject": "joe" })).await;
    assert_eq!((&issue["action"], &issue["resultCode"]), (&json!("BAD_REQUEST"), &json!("A041202")), "{issue}");
    let nobody = said(&house, "/auth/authorization/issue", json!({ "ticket": begun["ticket"] })).await;
    assert_eq!(nobody["resultCode"], "A042201");
}

#[tokio::test]
async fn a_password_is_the_callers_to_check() {
    let house = ready().await;
    let ask = "grant_type=password&username=joe&password=pw&scope=read";
    let handed = token(&house, ask, json!({})).await;
    assert_eq!(
        (&handed["action"], &handed["username"], &handed["password"]),
        (&json!("PASSWORD"), &json!("joe"), &json!("pw")),
        "{handed}"
    );
    assert_eq!(handed.get("responseContent"), None);
    let issued = said(&house, "/auth/token/issue", json!({ "ticket": handed["ticket"], "subject": "joe" })).await;
    assert_eq!((&issued["action"], &issued["grantType"]), (&json!("OK"), &json!("PASSWORD")), "{issued}");
    let handed = token(&house, ask, json!({})).await;
    let failed = said(
        &house,
        "/auth/token/fail",
        json!({ "ticket": handed["ticket"], "reason": "INVALID_RESOURCE_OWNER_CREDENTIALS" }),
    )
    .await;
    assert_eq!(
        (&failed["action"], failed["responseContent"].as_str().unwrap().contains("invalid_grant")),
        (&json!("BAD_REQUEST"), true)
    );
    let late = said(&house, "/auth/token/issue", json!({ "ticket": handed["ticket"], "subject": "joe" })).await;
    assert_eq!(late["resultCode"], "A055202", "{late}");
}

#[tokio::test]
async fn a_client_that_does_not_prove_itself_gets_nothing() {
    let house = ready().await;
    let body = json!({ "parameters": "grant_type=client_credentials&scope=read", "clientId": "4711", "clientSecret": "another" });
    let refused = said(&house, "/auth/token", body).await;
    assert_eq!(refused["action"], "INVALID_CLIENT", "{refused}");
    let done = token(
        &house,
        "grant_type=client_credentials&scope=read",
        json!({ "accessTokenDuration": 7, "properties": [{ "key": "a", "value": "b" }] }),
    )
    .await;
    assert_eq!((&done["resultCode"], &done["accessTokenDuration"]), (&json!("A052001"), &json!(7)), "{done}");
    assert!(done["responseContent"].as_str().unwrap().contains("\"a\":\"b\""), "{done}");
    let twice = token(&house, "grant_type=client_credentials&scope=read&scope=read", json!({})).await;
    assert_eq!(twice["action"], "BAD_REQUEST");
    let unknown = token(&house, "grant_type=magic", json!({})).await;
    assert_eq!((&unknown["action"], &unknown["resultCode"]), (&json!("BAD_REQUEST"), &json!("A049302")));
}

#[tokio::test]
async fn a_pushed_request_is_used_at_the_authorization_endpoint() {
    let house = ready().await;
    let body = json!({ "parameters": REQUEST, "clientId": "4711", "clientSecret": SECRET });
    let pushed = said(&house, "/pushed_auth_req", body).await;
    assert_eq!(pushed["action"], "CREATED", "{pushed}");
    let parameters = format!("client_id=4711&request_uri={}", pushed["requestUri"].as_str().unwrap());
    let begun = said(&house, "/auth/authorization", json!({ "parameters": parameters })).await;
    assert_eq!(begun["action"], "INTERACTION", "{begun}");
    let wrong =
        said(&house, "/pushed_auth_req", json!({ "parameters": REQUEST, "clientId": "4711", "clientSecret": "x" }))
            .await;
    assert_eq!(wrong["action"], "UNAUTHORIZED");
}

#[tokio::test]
async fn signed_access_tokens_have_the_opaque_one_as_their_id() {
    let house = ready().await;
    house.set(|settings| settings.signed_copy = true).await;
    let code = code(&house, json!({})).await;
    let done = token(&house, &redeem(&code), json!({})).await;
    let jwt = done["jwtAccessToken"].as_str().unwrap();
    assert_eq!(claims(jwt)["jti"], done["accessToken"]);
    let content: Value = serde_json::from_str(done["responseContent"].as_str().unwrap()).unwrap();
    assert_eq!(content["access_token"], jwt);
    for text in [jwt, done["accessToken"].as_str().unwrap()] {
        assert_eq!(said(&house, "/auth/introspection", json!({ "token": text })).await["action"], "OK");
    }
    let forged = format!("{}x", &jwt[..jwt.len() - 1]);
    assert_eq!(said(&house, "/auth/introspection", json!({ "token": forged })).await["action"], "UNAUTHORIZED");
}

#[tokio::test]
async fn a_client_of_the_service_may_ask_for_nothing_and_gets_refresh_tokens_for_sign_ins() {
    let house = ready().await;
    let made =
        post(&house, "/client/create", json!({ "redirectUris": ["https://app.example/cb"], "clientName": "app" }))
            .await;
    assert_eq!(made.status, 200, "{}", made.text());
    let client = made.json();
    let (id, secret) = (client["clientId"].as_u64().unwrap(), client["clientSecret"].as_str().unwrap());
    let ask = format!("client_id={id}&response_type=code&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&scope=openid");
    let begun = said(&house, "/auth/authorization", json!({ "parameters": ask })).await;
    assert_eq!(begun["action"], "INTERACTION", "{begun}");
    let issued =
        said(&house, "/auth/authorization/issue", json!({ "ticket": begun["ticket"], "subject": "joe" })).await;
    let redeem = format!(
        "grant_type=authorization_code&code={}&redirect_uri=https%3A%2F%2Fapp.example%2Fcb",
        issued["authorizationCode"].as_str().unwrap()
    );
    let body = json!({ "parameters": redeem, "clientId": id.to_string(), "clientSecret": secret });
    let done = said(&house, "/auth/token", body).await;
    assert!(done["refreshToken"].is_string() && done["idToken"].is_string(), "{done}");
    assert_eq!(done["clientAuthMethod"], "CLIENT_SECRET_BASIC");
    let seen = said(&house, "/auth/introspection", json!({ "token": done["accessToken"] })).await;
    assert_eq!(seen["scopeDetails"][0]["name"], "openid", "{seen}");
}

#[tokio::test]
async fn a_refresh_token_that_stays_is_in_the_answer() {
    let house = ready().await;
    house.set(|settings| settings.rotation = jeton_core::model::Rotation::Never).await;
    let code = code(&house, json!({})).await;
    let first = token(&house, &redeem(&code), json!({})).await;
    let refresh = first["refreshToken"].as_str().unwrap();
    let again = token(&house, &format!("grant_type=refresh_token&refresh_token={refresh}"), json!({})).await;
    assert_eq!(
        (&again["refreshToken"], &again["refreshTokenExpiresAt"]),
        (&first["refreshToken"], &first["refreshTokenExpiresAt"]),
        "{again}"
    );
    let content: Value = serde_json::from_str(again["responseContent"].as_str().unwrap()).unwrap();
    assert_eq!(content["refresh_token"], refresh);
}

#[tokio::test]
async fn answers_show_the_tokens_and_what_is_kept_with_them() {
    let house = house().await;
    let attributes = json!([{ "key": "region", "value": "north" }]);
    set_service(
        &house,
        json!({ "accessTokenSignAlg": "ES256", "attributes": attributes, "accessTokenDuration": 100, "idTokenReissuable": true }),
    )
    .await;
    let document = json!({
        "redirectUris": ["https://app.example/cb"], "clientType": "PUBLIC", "grantTypes": ["AUTHORIZATION_CODE", "IMPLICIT", "REFRESH_TOKEN"],
        "responseTypes": ["CODE", "CODE_TOKEN"], "attributes": [{ "key": "team", "value": "blue" }],
    });
    let app = made(&house, document).await;
    let id = app["clientId"].as_u64().unwrap().to_string();
    let claims = r#"{"id_token":{"phone_number":null},"userinfo":{"email":{"essential":true}}}"#;
    let parameters = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("client_id", &*id),
            ("response_type", "code token"),
            ("redirect_uri", "https://app.example/cb"),
            ("scope", "openid phone email"),
            ("nonce", "n"),
            ("claims", claims),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ])
        .finish();
    let begun = said(&house, "/auth/authorization", json!({ "parameters": parameters, "context": "mine" })).await;
    assert_eq!(begun["action"], "INTERACTION", "{begun}");
    let agreed = json!({ "ticket": begun["ticket"], "subject": "joe", "consentedClaims": ["email"] });
    let issued = said(&house, "/auth/authorization/issue", agreed).await;
    assert_eq!(
        (&issued["action"], &issued["ticketInfo"]),
        (&json!("LOCATION"), &json!({ "context": "mine" })),
        "{issued}"
    );
    assert_eq!(self::claims(issued["jwtAccessToken"].as_str().unwrap())["jti"], issued["accessToken"]);
    assert_eq!(issued["accessTokenDuration"], 100);
    assert_eq!(issued["accessTokenExpiresAt"].as_i64().unwrap() / 1000, house.clock_seconds() + 100);
    let seen = said(&house, "/auth/introspection", json!({ "token": issued["accessToken"] })).await;
    assert_eq!(seen["serviceAttributes"], attributes, "{seen}");
    assert_eq!(seen["clientAttributes"], json!([{ "key": "team", "value": "blue" }]), "{seen}");
    let info = said(&house, "/auth/userinfo", json!({ "token": issued["accessToken"] })).await;
    assert_eq!(info["consentedClaims"], json!(["email"]), "{info}");
    let asked: Value = serde_json::from_str(info["userInfoClaims"].as_str().unwrap()).unwrap();
    assert_eq!(asked["email"]["essential"], true);
    let redeem = redeem(issued["authorizationCode"].as_str().unwrap());
    let first = said(&house, "/auth/token", json!({ "parameters": redeem, "clientId": id })).await;
    let refresh = format!("grant_type=refresh_token&refresh_token={}", first["refreshToken"].as_str().unwrap());
    let next = said(&house, "/auth/token", json!({ "parameters": refresh, "clientId": id })).await;
    assert_eq!(
        (&next["action"], &next["requestedIdTokenClaims"]),
        (&json!("ID_TOKEN_REISSUABLE"), &json!(["phone_number"])),
        "{next}"
    );
    let body = json!({ "accessToken": next["jwtAccessToken"], "refreshToken": next["refreshToken"] });
    let made = said(&house, "/idtoken/reissue", body).await;
    let content: Value = serde_json::from_str(made["responseContent"].as_str().unwrap()).unwrap();
    assert_eq!(content["access_token"], next["jwtAccessToken"], "{made}");
}

#[tokio::test]
async fn a_sign_in_in_the_future_or_a_lifetime_beyond_ten_years_is_refused() {
    let house = ready().await;
    for bad in [
        json!({ "authTime": house.clock_seconds() + 3600 }),
        json!({ "authTime": u64::MAX / 2 }),
        json!({ "accessTokenDuration": 10_i64.pow(10) }),
        json!({ "refreshTokenDuration": 10_i64.pow(10) }),
    ] {
        let parameters = format!("{REQUEST}&code_challenge={CHALLENGE}&code_challenge_method=S256");
        let begun = said(&house, "/auth/authorization", json!({ "parameters": parameters })).await;
        let mut issue = json!({ "ticket": begun["ticket"], "subject": "joe" });
        issue.as_object_mut().unwrap().extend(bad.as_object().unwrap().clone());
        let refused = said(&house, "/auth/authorization/issue", issue).await;
        assert!(refused["action"] != "LOCATION" && refused.get("authorizationCode").is_none(), "{bad}: {refused}");
        // The refused call did not use the ticket up.
        let issued = said(&house, "/auth/authorization/issue", json!({ "ticket": begun["ticket"], "subject": "joe" }));
        assert_eq!(issued.await["action"], "LOCATION");
    }
}

#[tokio::test]
async fn authorization_details_go_from_the_request_into_the_tokens() {
    let house = ready().await;
    set_service(&house, json!({ "supportedAuthorizationDetailsTypes": ["payment"], "idTokenAudType": "string" })).await;
    let ask = |details: &str| {
        let details: String = url::form_urlencoded::byte_serialize(details.as_bytes()).collect();
        json!({ "parameters": format!("{REQUEST}&authorization_details={details}&code_challenge={CHALLENGE}&code_challenge_method=S256") })
    };
    for bad in ["x", "[]", "{}", "[{}]", "[7]", r#"[{"type":"other"}]"#] {
        let reply = post(&house, "/auth/authorization", ask(bad)).await;
        assert_eq!(house.refusal(&reply), "authorization_details_invalid", "{bad}");
        assert!(reply.text().contains("invalid_authorization_details"), "{}", reply.text());
    }
    let begun = said(&house, "/auth/authorization", ask(r#"[{"type":"payment","amount":7,"actions":["pay"]}]"#)).await;
    let shown = json!({ "elements": [{ "type": "payment", "actions": ["pay"], "otherFields": "{\"amount\":7}" }] });
    assert_eq!(begun["authorizationDetails"], shown, "{begun}");
    let issued =
        said(&house, "/auth/authorization/issue", json!({ "ticket": begun["ticket"], "subject": "joe" })).await;
    let done = token(&house, &redeem(issued["authorizationCode"].as_str().unwrap()), json!({})).await;
    assert_eq!(done["authorizationDetails"], shown, "{done}");
    let content: Value = serde_json::from_str(done["responseContent"].as_str().unwrap()).unwrap();
    assert_eq!(content["authorization_details"][0]["amount"], 7, "{content}");
    assert_eq!(claims(done["idToken"].as_str().unwrap())["aud"], "4711");
    let seen = said(&house, "/auth/introspection", json!({ "token": done["accessToken"] })).await;
    assert_eq!(seen["authorizationDetails"], shown, "{seen}");
}

#[tokio::test]
async fn what_is_kept_with_a_ticket_is_replaced_in_place() {
    let (house, store) = house_that_fails().await;
    house.client("4711", Some(SECRET), |_| ()).await;
    let asked = format!("{REQUEST}&code_challenge={CHALLENGE}&code_challenge_method=S256");
    let begun = said(&house, "/auth/authorization", json!({ "parameters": asked, "context": "first" })).await;
    let update = async |text: &str| {
        let done =
            said(&house, "/auth/authorization/ticket/update", json!({ "ticket": begun["ticket"], "info": text })).await;
        assert_eq!(done["action"], "OK", "{done}");
    };
    let kept = async || {
        let info = said(&house, "/auth/authorization/ticket/info", json!({ "ticket": begun["ticket"] })).await;
        info["info"]["context"].as_str().unwrap().to_owned()
    };
    assert_eq!(kept().await, "first");
    for number in 0..150 {
        update(&format!("number {number}")).await;
        store.reads();
        assert_eq!(kept().await, format!("number {number}"));
        assert!(store.reads() <= 3, "each earlier text is read");
    }
    let texts = ["a", "b", "c"];
    tokio::join!(update(texts[0]), update(texts[1]), update(texts[2]));
    assert!(texts.contains(&&*kept().await));
    let issued =
        said(&house, "/auth/authorization/issue", json!({ "ticket": begun["ticket"], "subject": "joe" })).await;
    assert!(texts.iter().any(|text| issued["ticketInfo"]["context"] == *text), "{issued}");
}
