//! Answers as JWTs: user info signed and encrypted, ID tokens encrypted (OIDC Core sections 5.3.2 and 10).

use std::time::Duration;

use jeton_core::administration::read_client;
use jeton_jose::jwe::{self, ContentEncryption, DecryptionKey, KeyAlgorithm};
use serde_json::{Value, json};

use jeton_served::{Ask, Browser, House, ISSUER, PASSWORD, Reply, USER, VERIFIER, code_params};

const SECRET: &str = "s3cret";

async fn client(house: &House, metadata: Value) {
    house.client("app", Some(SECRET), |c| c.metadata = metadata.as_object().unwrap().clone().into()).await;
}

async fn token(house: &House) -> Reply {
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "openid email")];
    house.token(("app", SECRET), &form).await
}

async fn userinfo(house: &House, access: &str) -> Reply {
    Ask::get("/userinfo").bearer(access).send(house).await
}

fn key() -> DecryptionKey {
    DecryptionKey::generate(KeyAlgorithm::EcdhEs).unwrap()
}

fn public(key: &DecryptionKey) -> Value {
    json!({ "keys": [key.public_jwk()] })
}

fn opened(key: &DecryptionKey, text: &str, enc: ContentEncryption) -> (String, Value) {
    let parsed = jwe::parse_compact(text).unwrap();
    let header: Value =
        serde_json::from_slice(&jeton_jose::base64url::decode(text.split('.').next().unwrap()).unwrap()).unwrap();
    assert_eq!((&header["alg"], &header["enc"]), (&json!("ECDH-ES"), &json!(enc.as_str())));
    assert_eq!(header["kid"], json!(key.public_jwk().unwrap().kid));
    (String::from_utf8(jwe::decrypt(&parsed, key).unwrap().to_vec()).unwrap(), header)
}

#[tokio::test]
async fn signed_user_info_is_for_the_client() {
    let house = House::new().await;
    client(&house, json!({ "userinfo_signed_response_alg": "RS256" })).await;
    let access = token(&house).await.ok().access();
    let reply = userinfo(&house, &access).await.ok();
    assert_eq!(reply.header("content-type"), Some("application/jwt"));
    let jwt = house.verified(reply.text()).await;
    assert_eq!(
        (&jwt.header["alg"], &jwt.claims["iss"], &jwt.claims["aud"]),
        (&json!("RS256"), &json!(ISSUER), &json!("app"))
    );
    assert_eq!((&jwt.claims["sub"], &jwt.claims["email"]), (&json!("sub-of-alice"), &json!("alice@example.org")));
    let refused = userinfo(&house, "x").await;
    assert_eq!((refused.status, refused.header("content-type")), (401, Some("application/json")));
}

#[tokio::test]
async fn user_info_is_encrypted_for_the_client() {
    let (house, key) = (House::new().await, key());
    let enc = "userinfo_encrypted_response_alg";
    client(&house, json!({ "jwks": public(&key), enc: "ECDH-ES", "userinfo_encrypted_response_enc": "A256GCM" })).await;
    let access = token(&house).await.ok().access();
    let reply = userinfo(&house, &access).await.ok();
    let (plain, header) = opened(&key, reply.text(), ContentEncryption::A256GCM);
    assert_eq!(
        (header.get("cty"), serde_json::from_str::<Value>(&plain).unwrap()["sub"].clone()),
        (None, json!("sub-of-alice"))
    );

    client(&house, json!({ "jwks": public(&key), enc: "ECDH-ES", "userinfo_signed_response_alg": "ES256" })).await;
    let reply = userinfo(&house, &access).await.ok();
    let (signed, header) = opened(&key, reply.text(), ContentEncryption::A128CBCHS256);
    assert_eq!(
        (header["cty"].as_str(), house.verified(&signed).await.claims["aud"].clone()),
        (Some("JWT"), json!("app"))
    );
}

#[tokio::test]
async fn id_tokens_are_encrypted_for_the_client() {
    let (house, key) = (House::new().await, key());
    client(&house, json!({ "jwks": public(&key), "id_token_encrypted_response_alg": "ECDH-ES" })).await;
    let (signed, _) = opened(&key, &token(&house).await.ok().member("id_token"), ContentEncryption::A128CBCHS256);
    assert_eq!(house.verified(&signed).await.claims["sub"], "sub-of-alice");
}

/// No answer is better than a readable one; and the refusal uses up nothing.
#[tokio::test]
async fn without_a_key_nothing_readable_is_sent() {
    let house = House::new().await;
    client(
        &house,
        json!({ "id_token_encrypted_response_alg": "ECDH-ES", "userinfo_encrypted_response_alg": "ECDH-ES" }),
    )
    .await;
    let code = Browser::default().code(&house, &code_params("app", "openid")).await;
    let form = [("grant_type", "authorization_code"), ("code", code.as_str()), ("code_verifier", VERIFIER)];
    let refused = house.token(("app", SECRET), &form).await;
    refused.refused(400, "invalid_request", "no key of the client can be encrypted to");
    let jwks = public(&key());
    house.change_client("app", |c| c.metadata.set("jwks", jwks)).await;
    let access = house.token(("app", SECRET), &form).await.ok().access();
    let rsa = json!("RSA-OAEP-256");
    house.change_client("app", |c| c.metadata.set("userinfo_encrypted_response_alg", rsa)).await;
    let refused = userinfo(&house, &access).await;
    assert_eq!((refused.status, refused.member("error")), (400, "invalid_request".into()));
}

#[tokio::test]
async fn only_what_is_served_can_be_registered() {
    let house = House::new().await;
    for (name, value, good) in [
        ("userinfo_signed_response_alg", "ES256", true),
        ("userinfo_signed_response_alg", "HS256", true),
        ("userinfo_signed_response_alg", "HS999", false),
        ("userinfo_signed_response_alg", "none", false),
        ("userinfo_encrypted_response_alg", "ECDH-ES+A128KW", true),
        ("userinfo_encrypted_response_alg", "RSA1_5", false),
        ("userinfo_encrypted_response_alg", "dir", false),
        ("id_token_encrypted_response_alg", "x", false),
        ("id_token_encrypted_response_enc", "A256GCM", false),
        ("introspection_signed_response_alg", "ES256", true),
        ("introspection_signed_response_alg", "HS256", false),
        ("introspection_signed_response_alg", "none", false),
        ("introspection_encrypted_response_alg", "ECDH-ES", true),
        ("introspection_encrypted_response_alg", "dir", false),
        ("introspection_encrypted_response_enc", "A256GCM", false),
    ] {
        let document = json!({ "client_id": "x", "redirect_uris": ["https://x.example/"], name: value });
        let read =
            read_client(house.service, document.as_object().unwrap().clone(), &house.jeton.administration.capabilities);
        assert_eq!(read.is_ok(), good, "{name}: {value}");
    }
}

/// A record may be older than the rule.
#[tokio::test]
async fn a_stored_lifetime_that_is_too_long_is_shortened() {
    let house = House::new().await;
    for life in [Duration::from_secs(99_999 * 86_400), Duration::from_secs(1 << 45)] {
        house
            .client("app", Some(SECRET), |c| {
                c.access_token_lifetime = Some(life);
                c.refresh_token_lifetime = Some(life);
                c.id_token_lifetime = Some(life);
            })
            .await;
        let made = token(&house).await.ok();
        let ten_years = 10 * 365 * 86_400;
        assert_eq!(made.json()["expires_in"], ten_years);
        let jwt = house.verified(&made.member("id_token")).await;
        assert_eq!(jwt.claims["exp"].as_i64().unwrap() - jwt.claims["iat"].as_i64().unwrap(), ten_years);
        let form = [("grant_type", "refresh_token"), ("refresh_token", &made.refresh())];
        assert_eq!(house.token(("app", SECRET), &form).await.ok().json()["expires_in"], ten_years);
    }
}
