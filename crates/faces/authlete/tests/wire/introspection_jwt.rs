//! Introspection responses as JWTs (RFC 9701) on behalf of an authorization server (section 4.1 of the contract).

use jeton_jose::jwe::{self, DecryptionKey, KeyAlgorithm};
use jeton_served::{Ask, House, ISSUER, Jwt};
use jeton_testkit::sample;
use serde_json::{Value, json};

use crate::api::{ready, said};

const JWT: &str = "application/token-introspection+jwt";
const SERVER: &str = "https://api.example/";
const PATH: &str = "/auth/introspection/standard";

async fn token(house: &House, more: Value) -> String {
    let body = json!({ "grantType": "PASSWORD", "clientId": 4711, "subject": "joe", "scopes": ["read"] });
    said(house, "/auth/token/create", with(body, &more)).await["accessToken"].as_str().unwrap().to_owned()
}

fn with(mut body: Value, more: &Value) -> Value {
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

fn asked(token: &str, more: Value) -> Value {
    let body = json!({ "parameters": format!("token={token}"), "rsUri": SERVER, "httpAcceptHeader": JWT });
    with(body, &more)
}

fn content(said: &Value) -> &str {
    said["responseContent"].as_str().unwrap_or_else(|| panic!("{said}"))
}

async fn signed(house: &House, body: Value) -> String {
    let said = said(house, PATH, body).await;
    assert_eq!((&said["action"], &said["resultCode"]), (&json!("JWT"), &json!("A145001")), "{said}");
    content(&said).to_owned()
}

async fn verified(house: &House, body: Value) -> Jwt {
    house.verified(&signed(house, body).await).await
}

#[tokio::test]
async fn the_jwt_holds_what_the_json_answer_would_for_the_resource_server() {
    let house = ready().await;
    let token = token(&house, json!({ "properties": [{ "key": "k", "value": "v", "hidden": true }] })).await;
    for hidden in [false, true] {
        let hidden = json!({ "withHiddenProperties": hidden });
        let jwt = verified(&house, asked(&token, hidden.clone())).await;
        assert_eq!((&jwt.header["typ"], &jwt.header["alg"]), (&json!("token-introspection+jwt"), &json!("RS256")));
        let plain = said(&house, PATH, with(json!({ "parameters": format!("token={token}") }), &hidden)).await;
        let plain: Value = serde_json::from_str(content(&plain)).unwrap();
        assert_eq!(
            (&plain["active"], plain.get("k").is_some()),
            (&json!(true), hidden["withHiddenProperties"] == true)
        );
        let iat = sample::T0.seconds();
        let expected = json!({ "iss": ISSUER, "aud": SERVER, "iat": iat, "token_introspection": plain });
        assert_eq!(jwt.claims, expected);
    }
    let unknown = verified(&house, asked("unknown", json!({}))).await;
    assert_eq!(unknown.claims["token_introspection"], json!({ "active": false }));
}

#[tokio::test]
async fn only_a_resource_server_that_asks_for_the_jwt_gets_it() {
    let house = ready().await;
    let token = token(&house, json!({})).await;
    // What concerns the JWT only has no effect without it.
    let unread = json!({ "introspectionSignAlg": "HS256", "introspectionEncryptionAlg": "DIR", "rsUri": null });
    for accept in
        [Value::Null, json!(""), json!("*/*"), json!("application/json"), json!(format!("{JWT}, application/json"))]
    {
        let more = with(json!({ "httpAcceptHeader": accept }), &unread);
        let said = said(&house, PATH, asked(&token, more)).await;
        assert_eq!((&said["action"], content(&said).contains("\"active\":true")), (&json!("OK"), true), "{said}");
    }
    signed(&house, asked(&token, json!({ "httpAcceptHeader": format!("application/json;q=0.5, {JWT}") }))).await;
}

/// Also in the JSON answer.
#[tokio::test]
async fn a_token_for_other_resource_servers_is_inactive() {
    let house = ready().await;
    let for_one = token(&house, json!({ "resources": ["https://one.example/", "https://two.example/"] })).await;
    let for_all = token(&house, json!({})).await;
    for (token, server, is_active) in [
        (&for_one, "https://one.example/", true),
        (&for_one, "https://two.example/", true),
        (&for_one, "https://two.example", false),
        (&for_one, SERVER, false),
        (&for_all, SERVER, true),
    ] {
        let body = asked(token, json!({ "rsUri": server }));
        let jwt = verified(&house, body.clone()).await;
        assert_eq!(jwt.claims["token_introspection"]["active"], is_active, "{server}");
        let plain = said(&house, PATH, with(body, &json!({ "httpAcceptHeader": null }))).await;
        assert_eq!(content(&plain).contains("\"active\":true"), is_active, "{server}");
    }
}

#[tokio::test]
async fn the_call_says_which_key_signs() {
    let house = ready().await;
    let token = token(&house, json!({})).await;
    house.jeton.ledger.ensure_key(house.service, jeton_jose::Algorithm::ES384).await.unwrap();
    let set = Ask::get("/jwks").send(&house).await.json();
    for key in set["keys"].as_array().unwrap() {
        for more in [json!({}), json!({ "introspectionSignatureKeyId": key["kid"] })] {
            let body = asked(&token, with(json!({ "introspectionSignAlg": key["alg"] }), &more));
            assert_eq!(verified(&house, body).await.header["kid"], key["kid"]);
        }
    }
    assert!(set["keys"].as_array().unwrap().iter().any(|key| key["alg"] == "ES384"));
}

#[tokio::test]
async fn the_jwt_is_encrypted_for_the_key_of_the_call() {
    let house = ready().await;
    let token = token(&house, json!({})).await;
    let key = DecryptionKey::generate(KeyAlgorithm::EcdhEsA128KW).unwrap();
    let public = serde_json::to_value(key.public_jwk()).unwrap();
    for (enc, name) in [(Value::Null, "A128CBC-HS256"), (json!("A256GCM"), "A256GCM")] {
        let more = json!({
            "introspectionSignAlg": "RS256", "introspectionEncryptionAlg": "ECDH_ES_A128KW",
            "introspectionEncryptionEnc": enc, "publicKeyForEncryption": public.to_string(),
        });
        let text = signed(&house, asked(&token, more)).await;
        let parsed = jwe::parse_compact(&text).unwrap();
        assert_eq!((parsed.header().alg().as_str(), parsed.header().enc().as_str()), ("ECDH-ES+A128KW", name));
        assert_eq!(parsed.header().cty(), Some("JWT"));
        let inner = String::from_utf8(jwe::decrypt(&parsed, &key).unwrap().to_vec()).unwrap();
        let jwt = house.verified(&inner).await;
        assert_eq!((&jwt.claims["aud"], &jwt.claims["token_introspection"]["active"]), (&json!(SERVER), &json!(true)));
    }
}

/// What cannot be given is said; nobody gets JSON, or a readable JWT, instead.
#[tokio::test]
async fn what_cannot_be_given_is_refused() {
    let house = ready().await;
    let token = token(&house, json!({})).await;
    let key = DecryptionKey::generate(KeyAlgorithm::EcdhEs).unwrap();
    let public = serde_json::to_value(key.public_jwk()).unwrap();
    let encrypted = |more: Value| {
        with(json!({ "introspectionEncryptionAlg": "ECDH_ES", "publicKeyForEncryption": public.to_string() }), &more)
    };
    for (more, code, refusal, telling) in [
        (json!({ "rsUri": null }), "A145202", "parameter_missing", "rsUri"),
        (
            json!({ "introspectionSignAlg": "HS256", "sharedKeyForSign": "x" }),
            "A145202",
            "invalid",
            "introspectionSignAlg",
        ),
        (json!({ "introspectionSignAlg": "NONE" }), "A145202", "invalid", "introspectionSignAlg"),
        (json!({ "introspectionSignAlg": "ES256K" }), "A145202", "invalid", "introspectionSignAlg"),
        (json!({ "introspectionSignAlg": "PS512" }), "A405201", "introspection_key_missing", "PS512"),
        (json!({ "introspectionSignatureKeyId": "none" }), "A405201", "introspection_key_missing", "RS256"),
        (
            encrypted(json!({ "introspectionEncryptionAlg": "A128KW" })),
            "A145202",
            "invalid",
            "introspectionEncryptionAlg",
        ),
        (
            encrypted(json!({ "introspectionEncryptionAlg": "RSA1_5" })),
            "A145202",
            "invalid",
            "introspectionEncryptionAlg",
        ),
        (
            encrypted(json!({ "introspectionEncryptionEnc": "A999GCM" })),
            "A145202",
            "invalid",
            "introspectionEncryptionEnc",
        ),
        (json!({ "introspectionEncryptionEnc": "A256GCM" }), "A145202", "invalid", "introspectionEncryptionAlg"),
        (
            encrypted(json!({ "publicKeyForEncryption": null })),
            "A145202",
            "parameter_missing",
            "publicKeyForEncryption",
        ),
        (encrypted(json!({ "publicKeyForEncryption": "{" })), "A145202", "invalid", "publicKeyForEncryption"),
        (
            encrypted(json!({ "introspectionEncryptionAlg": "RSA_OAEP_256" })),
            "A145202",
            "invalid",
            "publicKeyForEncryption",
        ),
    ] {
        let reply = crate::api::post(&house, PATH, asked(&token, more.clone())).await;
        assert_eq!((reply.status, house.refusal(&reply)), (200, refusal), "{more}: {}", reply.text());
        let said = reply.json();
        assert_eq!((&said["action"], &said["resultCode"]), (&json!("INTERNAL_SERVER_ERROR"), &json!(code)), "{more}");
        let error: Value = serde_json::from_str(content(&said)).unwrap();
        assert_eq!(error["error"], "server_error");
        for text in [&said["resultMessage"], &error["error_description"]] {
            assert!(text.as_str().unwrap().contains(telling), "{more}: {said}");
        }
    }
    // The resource server's own fault stays one.
    let repeated = asked("x&token=y", json!({ "rsUri": null }));
    assert_eq!(said(&house, PATH, repeated).await["action"], "BAD_REQUEST");
}
