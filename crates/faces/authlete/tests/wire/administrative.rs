//! What opens this server's own interfaces cannot be had with the credential of an authorization server, by any operation, whoever
//! the subject and the client are.

use jeton_core::administration::{Caller, NewToken};
use jeton_core::api_tokens::Lifetime;
use jeton_core::model::{TokenDetails, TokenFormat, TokenKind};
use jeton_served::{CHALLENGE, DEVICE_CODE, House, PASSWORD, VERIFIER};
use jeton_testkit::sample;
use serde_json::{Value, json};

use crate::api::{SECRET, bearer, call, house, said};

/// An administrator of this server.
const ROOT: &str = "sub-of-root";
const REDIRECT: &str = "https%3A%2F%2Fapp.example%2Fcb";
const WORDS: [&str; 7] =
    ["jeton:admin", "manager", "iam:admin.write", "scim:read", "backend:admin", "jeton:tokens", "uma_protection"];

/// A house with an administrator, and a client of its own that is registered for administration.
async fn ready() -> House {
    let house = house().await;
    house
        .set(|settings| {
            settings.by_hash = true;
            settings.access_token_format = TokenFormat::Opaque;
            settings.backend.is_managed = true;
        })
        .await;
    house.person("root", PASSWORD).await;
    house.change_person("root", |user| user.roles = vec!["admin".to_owned()]).await;
    let registered = |client: &mut jeton_core::model::Client| {
        client.scope = sample::scope(&format!("openid email read {}", WORDS.join(" ")));
        client.response_types = vec!["code".into(), "token".into()];
        client.grant_types.push("implicit".into());
    };
    house.client("4711", Some(SECRET), registered).await;
    house
}

/// Checks that a token works and opens nothing here.
async fn is_harmless(house: &House, token: &Value) {
    let token = token.as_str().unwrap();
    let shown = said(house, "/auth/introspection", json!({ "token": token })).await;
    assert_eq!(shown["usable"], true, "{shown}");
    let scopes = shown["scopes"].to_string();
    assert!(scopes.contains("read") || scopes.contains("email"), "{shown}");
    assert!(WORDS.iter().all(|word| !scopes.contains(word)), "{shown}");
    assert_ne!(opened(house, token).await, 200);
}

async fn opened(house: &House, token: &str) -> u16 {
    call(house, &bearer(token), ("GET", "/admin/v1/services"), None).await.status
}

/// A token that an administrator of this server made for themselves.
async fn own_token(house: &House) -> String {
    let asked = NewToken {
        binding: None,
        kind: TokenKind::Access,
        format: None,
        client: Some("4711".to_owned()),
        user: Some("root".to_owned()),
        scope: Some(sample::scope("read jeton:admin")),
        audience: None,
        lifetime: Lifetime::Usual,
        not_before: None,
        details: TokenDetails::default(),
    };
    let administration = &house.jeton.administration;
    let issued = administration.mint_for(&Caller::local(), &house.service(), asked).await.unwrap();
    issued.tokens[0].text.expose().to_owned()
}

#[tokio::test]
async fn a_token_for_an_administrator_does_not_open_what_their_role_opens() {
    let house = ready().await;
    let ask = json!({ "grantType": "AUTHORIZATION_CODE", "clientId": "4711", "subject": ROOT, "scopes": ["read"] });
    let made = said(&house, "/auth/token/create", ask).await;
    let token = bearer(made["accessToken"].as_str().unwrap());
    for path in ["/access-tokens", "/refresh-tokens"] {
        let reply = call(&house, &token, ("GET", path), None).await;
        assert_eq!(reply.status, 403, "{path}: {}", reply.text());
    }
}

#[tokio::test]
async fn a_created_token_has_no_scope_of_this_server() {
    let house = ready().await;
    for word in WORDS {
        for asked in [
            json!({ "grantType": "TOKEN_EXCHANGE", "subject": ROOT }),
            json!({ "grantType": "JWT_BEARER" }),
            json!({ "grantType": "CLIENT_CREDENTIALS", "clientIdentifier": "4711" }),
            json!({ "grantType": "AUTHORIZATION_CODE", "clientIdentifier": "4711", "subject": ROOT }),
        ] {
            let mut asked = asked;
            asked["scopes"] = json!(["email", word]);
            let made = said(&house, "/auth/token/create", asked.clone()).await;
            assert_eq!((&made["action"], &made["resultCode"]), (&json!("BAD_REQUEST"), &json!("A106201")), "{asked}");
            asked["scopes"] = json!(["email"]);
            let made = said(&house, "/auth/token/create", asked).await;
            assert_eq!(made["action"], "OK", "{made}");
        }
    }
    let beyond = json!({ "grantType": "TOKEN_EXCHANGE", "subject": "bob", "scopes": ["of_no_service"] });
    let made = said(&house, "/auth/token/create", beyond).await;
    assert_eq!(made["resultCode"], "A106201", "a token without a client has no more than its service: {made}");
}

#[tokio::test]
async fn an_update_gives_no_scope_of_this_server() {
    let house = ready().await;
    let all: Vec<_> = WORDS.into_iter().chain(["email", "read"]).collect();
    let exchanged = json!({ "grantType": "TOKEN_EXCHANGE", "subject": ROOT, "scopes": ["email"] });
    let alone = said(&house, "/auth/token/create", exchanged).await;
    let body = json!({ "accessToken": alone["accessToken"], "scopes": all });
    let updated = said(&house, "/auth/token/update", body).await;
    assert_eq!((&updated["action"], &updated["scopes"]), (&json!("OK"), &json!(["email"])), "{updated}");
    is_harmless(&house, &alone["accessToken"]).await;

    let body = json!({ "grantType": "PASSWORD", "clientIdentifier": "4711", "subject": ROOT, "scopes": ["email"] });
    let made = said(&house, "/auth/token/create", body).await;
    let body = json!({ "subject": ROOT, "scopes": all });
    assert_eq!(said(&house, "/client/authorization/update/4711", body).await["resultCode"], "A138001");
    is_harmless(&house, &made["accessToken"]).await;
    let refreshed = json!({
        "parameters": format!("grant_type=refresh_token&refresh_token={}", made["refreshToken"].as_str().unwrap()),
        "clientId": "4711", "clientSecret": SECRET,
    });
    is_harmless(&house, &said(&house, "/auth/token", refreshed).await["accessToken"]).await;
}

#[tokio::test]
async fn the_token_of_an_administrator_is_neither_renewed_nor_prolonged() {
    let house = ready().await;
    let token = own_token(&house).await;
    assert_eq!(opened(&house, &token).await, 200);
    for change in [
        json!({ "accessTokenValueUpdated": true }),
        json!({ "accessTokenPersistent": true }),
        json!({ "properties": [{ "key": "a", "value": "b" }] }),
    ] {
        let mut body = change;
        body["accessToken"] = json!(token);
        let refused = said(&house, "/auth/token/update", body).await;
        assert_eq!((&refused["action"], &refused["resultCode"]), (&json!("FORBIDDEN"), &json!("A134203")), "{refused}");
        assert_eq!(refused["accessToken"], Value::Null);
    }
    assert_eq!(opened(&house, &token).await, 200, "a refused call changes nothing");
    let body = json!({ "accessToken": token, "scopes": ["read", "jeton:admin"], "accessTokenValueUpdated": true });
    let lessened = said(&house, "/auth/token/update", body).await;
    assert_eq!(lessened["scopes"], json!(["read"]), "{lessened}");
    is_harmless(&house, &lessened["accessToken"]).await;
}

#[tokio::test]
async fn what_an_authorization_server_authorizes_has_no_scope_of_this_server() {
    let house = ready().await;
    let (words, scope) = (WORDS.join(" "), format!("read+{}", WORDS.join("+")));
    let by_client =
        |parameters: String| json!({ "parameters": parameters, "clientId": "4711", "clientSecret": SECRET });
    for scopes in [Value::Null, json!(words.split(' ').chain(["read"]).collect::<Vec<_>>())] {
        let request = format!("client_id=4711&redirect_uri={REDIRECT}&scope={scope}");
        let code = format!("{request}&response_type=code&code_challenge={CHALLENGE}&code_challenge_method=S256");
        let begun = said(&house, "/auth/authorization", json!({ "parameters": code })).await;
        let issue = json!({ "ticket": begun["ticket"], "subject": ROOT, "scopes": scopes });
        let issued = said(&house, "/auth/authorization/issue", issue).await;
        let code = issued["authorizationCode"].as_str().unwrap();
        let redeem =
            format!("grant_type=authorization_code&code={code}&redirect_uri={REDIRECT}&code_verifier={VERIFIER}");
        is_harmless(&house, &said(&house, "/auth/token", by_client(redeem)).await["accessToken"]).await;

        let begun =
            said(&house, "/auth/authorization", json!({ "parameters": format!("{request}&response_type=token") }));
        let issue = json!({ "ticket": begun.await["ticket"], "subject": ROOT, "scopes": scopes });
        is_harmless(&house, &said(&house, "/auth/authorization/issue", issue).await["accessToken"]).await;

        let password = by_client(format!("grant_type=password&username=root&password=x&scope={scope}"));
        let ticket = said(&house, "/auth/token", password).await["ticket"].clone();
        let issue = json!({ "ticket": ticket, "subject": ROOT, "scopes": scopes });
        is_harmless(&house, &said(&house, "/auth/token/issue", issue).await["accessToken"]).await;

        let begun = said(&house, "/device/authorization", by_client(format!("scope={scope}"))).await;
        let decided =
            json!({ "userCode": begun["userCode"], "result": "AUTHORIZED", "subject": ROOT, "scopes": scopes });
        assert_eq!(said(&house, "/device/complete", decided).await["action"], "SUCCESS");
        let poll = format!("grant_type={DEVICE_CODE}&device_code={}", begun["deviceCode"].as_str().unwrap());
        is_harmless(&house, &said(&house, "/auth/token", by_client(poll)).await["accessToken"]).await;
    }
}
