//! One value for both secrets, as a drop-in replacement (`docs/contracts/prodmanager.md` sections 3, 3.2 and 8; check list 7).

use jeton_core::Secret;
use jeton_core::prodmanager::Options;
use jeton_jose::jws::{self, Header};
use jeton_jose::{Algorithm, SigningKey};
use serde_json::{Value, json};

use crate::support::{SECRET, Shop, claims, options};

async fn shop() -> Shop {
    Shop::with(Options { shared_secret: true, ..options() }).await
}

/// A token signed by another party that knows the secret.
fn signed(secret: &[u8], claims: &Value) -> String {
    let key = SigningKey::from_private_bytes(Algorithm::HS256, Some("k"), secret).unwrap();
    jws::sign_compact(&Header::new(Algorithm::HS256).typ("JWT").prepare(), claims.to_string().as_bytes(), &key).unwrap()
}

/// Valid claims with an unknown `jti`.
fn good(shop: &Shop) -> Value {
    let now = shop.clock_seconds();
    json!({ "iss": "ProdManager", "aud": "nightly-report", "sub": "Nightly report job", "nbf": now, "exp": now + 60,
            "iat": now, "jti": "5b0f2c3e-6f0a-4d58-9b7e-0d1f6f6a2a11", "version": 1, "permissions": [] })
}

#[tokio::test]
async fn the_secret_signs_and_only_it() {
    let shop = shop().await;
    let token = shop.make(&[]).await;
    let payload = token.split('.').nth(1).unwrap();
    let again = signed(SECRET.as_bytes(), &Value::Object(claims(&token)));
    // The same claims in the same order give the same text.
    let exact = {
        let key = SigningKey::from_private_bytes(Algorithm::HS256, Some("k"), SECRET.as_bytes()).unwrap();
        let payload = jeton_jose::base64url::decode(payload).unwrap();
        jws::sign_compact(&Header::new(Algorithm::HS256).typ("JWT").prepare(), &payload, &key).unwrap()
    };
    assert_eq!(exact, token);
    assert!(again.split('.').count() == 3);
    let apart = Shop::open().await.make(&[]).await;
    let apart_payload = jeton_jose::base64url::decode(apart.split('.').nth(1).unwrap()).unwrap();
    let key = SigningKey::from_private_bytes(Algorithm::HS256, Some("k"), SECRET.as_bytes()).unwrap();
    let forged = jws::sign_compact(&Header::new(Algorithm::HS256).typ("JWT").prepare(), &apart_payload, &key).unwrap();
    assert_ne!(forged, apart, "by default the secret is not the key");
}

#[tokio::test]
async fn a_short_secret_signs_as_the_original_does() {
    let secret = Secret::new("changeit");
    let shop = Shop::with(Options { secret, shared_secret: true, ..options() }).await;
    let fields = [("secret", "changeit"), ("name", "nightly-report"), ("description", "Nightly report job")];
    let token = shop.create(&fields).await.token();
    assert_eq!(shop.whoami(&format!("Bearer {token}")).await.status, 200);
    // HMAC pads a short key with zeros: this equals the key "changeit".
    let mut key = b"changeit".to_vec();
    key.resize(64, 0);
    let key = SigningKey::from_private_bytes(Algorithm::HS256, Some("k"), &key).unwrap();
    let payload = jeton_jose::base64url::decode(token.split('.').nth(1).unwrap()).unwrap();
    let header = Header::new(Algorithm::HS256).typ("JWT").prepare();
    assert_eq!(jws::sign_compact(&header, &payload, &key).unwrap(), token);
}

#[tokio::test]
async fn each_claim_of_a_rightly_signed_token_has_its_text() {
    let shop = shop().await;
    let now = shop.clock_seconds();
    let without = |name: &str| {
        let mut claims = good(&shop);
        claims.as_object_mut().unwrap().remove(name);
        claims
    };
    let with = |name: &str, value: Value| {
        let mut claims = good(&shop);
        claims[name] = value;
        claims
    };
    for (claims, text) in [
        (without("iss"), "Token is missing the \"iss\" claim"),
        (without("exp"), "Token is missing the \"exp\" claim"),
        (without("nbf"), "Token is missing the \"nbf\" claim"),
        (with("iss", Value::Null), "Token is missing the \"iss\" claim"),
        (with("iat", json!(now + 1)), "The token is not yet valid (iat)"),
        (with("nbf", json!(now + 1)), "The token is not yet valid (nbf)"),
        (with("exp", json!(now)), "Signature has expired"),
        (with("exp", json!("soon")), "The \"exp\" claim is not of its type"),
        (with("iss", json!("Other")), "Invalid issuer"),
        (with("iss", json!(["ProdManager"])), "Invalid issuer"),
        (without("version"), "Token has not the right version. expected : 1"),
        (with("version", json!(2)), "Token has not the right version. expected : 1"),
        (with("version", json!("1")), "Token has not the right version. expected : 1"),
        (without("aud"), "Token is missing the \"aud\" claim"),
        (without("permissions"), "Token is missing the \"permissions\" claim"),
    ] {
        assert_eq!(shop.token_error(&signed(SECRET.as_bytes(), &claims)).await, text, "{claims}");
    }
}

#[tokio::test]
async fn a_rightly_signed_token_that_is_not_in_the_ledger_is_not_taken() {
    let shop = shop().await;
    let refused = "Signature verification failed";
    assert_eq!(shop.token_error(&signed(SECRET.as_bytes(), &good(&shop))).await, refused);
    // Nor one whose `jti` leads to the row of another text.
    let mut borrowed = good(&shop);
    borrowed["jti"] = claims(&shop.make(&[]).await)["jti"].clone();
    assert_eq!(shop.token_error(&signed(SECRET.as_bytes(), &borrowed)).await, refused);
    assert_eq!(shop.token_error(&signed(&[9; 32], &good(&shop))).await, refused);
}
