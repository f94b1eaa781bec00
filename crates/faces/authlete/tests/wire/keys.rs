//! Keys that a service brings along (section 8 of the contract).

use jeton_served::{House, Reply};
use serde_json::{Value, json};

use crate::api::{ORGANIZATION_TOKEN, bearer, call, house};

async fn organization(house: &House, to: (&str, &str), body: Option<Value>) -> Reply {
    call(house, &bearer(ORGANIZATION_TOKEN), to, body).await
}

/// The examples of RFC 7515 appendix A.3, RFC 7517 appendix A.2 and RFC 8037 appendix A.1.
fn one() -> Value {
    json!({
        "kty": "EC", "crv": "P-256", "kid": "one", "use": "sig", "alg": "ES256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", "d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
    })
}

fn two() -> Value {
    json!({
        "kty": "EC", "crv": "P-256", "kid": "two", "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM", "d": "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE",
    })
}

fn three() -> Value {
    json!({
        "kty": "OKP", "crv": "Ed25519", "kid": "three", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
    })
}

fn document(keys: &[Value], more: Value) -> Value {
    let mut document = json!({ "accessTokenSignAlg": "ES256", "jwks": json!({ "keys": keys }).to_string() });
    document.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    document
}

/// A service with these keys.
async fn with(house: &House, keys: &[Value]) -> u64 {
    let made = organization(house, ("POST", "/api/service/create"), Some(document(keys, json!({})))).await;
    assert_eq!(made.status, 200, "{}", made.text());
    assert!(!made.text().contains("\\\"d\\\""), "{}", made.text());
    made.json()["apiKey"].as_u64().unwrap()
}

async fn update(house: &House, id: u64, document: Value) -> Reply {
    let reply = organization(house, ("POST", &format!("/api/{id}/service/update")), Some(document)).await;
    assert!(!reply.text().contains("\\\"d\\\""), "{}", reply.text());
    reply
}

/// The names of the published keys.
async fn published(house: &House, id: u64) -> Vec<String> {
    let path = format!("/api/{id}/service/jwks/get?includePrivateKeys=true");
    let set = organization(house, ("GET", &path), None).await;
    assert!(!set.text().contains("\"d\""), "{}", set.text());
    let set = set.json();
    let mut names: Vec<_> =
        set["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

/// The name of the key that signs an access token now.
async fn signer(house: &House, id: u64) -> String {
    let body = json!({ "grantType": "TOKEN_EXCHANGE", "subject": "joe" });
    let made = organization(house, ("POST", &format!("/api/{id}/auth/token/create")), Some(body)).await.json();
    let token = made["jwtAccessToken"].as_str().unwrap_or_else(|| panic!("{made}"));
    let path = format!("/api/{id}/auth/introspection");
    let seen = organization(house, ("POST", &path), Some(json!({ "token": token }))).await;
    assert_eq!(seen.json()["action"], "OK");
    let header = jeton_jose::base64url::decode(token.split('.').next().unwrap()).unwrap();
    serde_json::from_slice::<Value>(&header).unwrap()["kid"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn keys_are_taken_over_and_one_that_is_gone_is_removed() {
    let house = house().await;
    let id = with(&house, &[one(), two(), three()]).await;
    assert_eq!(signer(&house, id).await, "one", "the first of its algorithm");
    let names = published(&house, id).await;
    assert!(["one", "two", "three"].iter().all(|name| names.iter().any(|known| known == name)), "{names:?}");
    let chosen = json!({ "accessTokenSignatureKeyId": "two", "idTokenSignatureKeyId": "three" });
    let reply = update(&house, id, document(&[one(), two(), three()], chosen)).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(signer(&house, id).await, "two");

    // What was read has no private parts: they stay.
    let read = organization(&house, ("GET", &format!("/api/{id}/service/get")), None).await;
    assert!(read.text().contains("\\\"kid\\\":\\\"two\\\"") && !read.text().contains("\\\"d\\\""), "{}", read.text());
    let reply = update(&house, id, read.json()).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!((signer(&house, id).await, published(&house, id).await), ("two".to_owned(), names));

    let reply = update(&house, id, document(&[one()], json!({}))).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(signer(&house, id).await, "one");
    let names = published(&house, id).await;
    assert!(!names.iter().any(|name| name == "two" || name == "three"), "{names:?}");
    // Another key can take the name.
    let mut other = two();
    other["kid"] = "one".into();
    assert_eq!(update(&house, id, document(&[other.clone()], json!({}))).await.status, 200);
    assert_eq!(signer(&house, id).await, "one");
    let mut public = one();
    public.as_object_mut().unwrap().remove("d");
    assert_eq!(update(&house, id, document(&[public], json!({}))).await.status, 400, "its private part is gone");

    // Without any the service signs with its own.
    assert_eq!(update(&house, id, json!({ "accessTokenSignAlg": "ES256" })).await.status, 200);
    let own = signer(&house, id).await;
    assert_eq!(own.len(), 43, "a thumbprint (RFC 7638): {own}");
    assert!(!published(&house, id).await.contains(&"one".to_owned()));
    assert_eq!(update(&house, id, document(&[two()], json!({}))).await.status, 200);
    assert_eq!(signer(&house, id).await, "two", "it signs instead of the key that was made here");
}

#[tokio::test]
async fn keys_that_cannot_sign_are_refused_and_nothing_changes() {
    let house = house().await;
    let id = with(&house, &[one()]).await;
    let before = (
        published(&house, id).await,
        organization(&house, ("GET", &format!("/api/{id}/service/get")), None).await.text().to_owned(),
    );
    let changed = |change: &[(&str, Value)]| {
        let mut key = two();
        for (name, value) in change {
            match value {
                Value::Null => drop(key.as_object_mut().unwrap().remove(*name)),
                value => key[*name] = value.clone(),
            }
        }
        key
    };
    let number = "A".repeat(171);
    let weak = json!({ "kty": "RSA", "kid": "weak", "n": number, "e": "AQAB", "d": "AQAB", "p": "AQAB", "q": "AQAB", "dp": "AQAB", "dq": "AQAB", "qi": "AQAB" });
    for (key, why) in [
        (weak, "weak"),
        (changed(&[("d", one()["d"].clone())]), "belong together"),
        (changed(&[("x", "a".into())]), "public part"),
        (changed(&[("d", Value::Null)]), "private part"),
        (changed(&[("use", "enc".into())]), "not for signatures"),
        (changed(&[("key_ops", json!(["decrypt"]))]), "not for signatures"),
        (changed(&[("alg", "ES256K".into())]), "algorithm"),
        (changed(&[("alg", "ES384".into())]), "fit"),
        (changed(&[("crv", "P-192".into())]), "algorithm"),
        (changed(&[("kid", "one".into())]), "another key"),
        (changed(&[("kid", "n".repeat(201).into())]), "200"),
        (json!({ "kty": "oct", "k": "AQAB", "kid": "shared" }), "symmetric"),
        (json!("text"), "JSON Web Key"),
    ] {
        let reply = update(&house, id, document(&[one(), key.clone()], json!({ "serviceName": "changed" }))).await;
        assert_eq!((reply.status, house.refusal(&reply)), (400, "service_key_unusable"), "{key}: {}", reply.text());
        assert!(reply.text().contains(why), "{why}: {}", reply.text());
        let made =
            organization(&house, ("POST", "/api/service/create"), Some(document(&[one(), key], json!({})))).await;
        assert_eq!(made.status, 400, "{}", made.text());
    }
    for jwks in ["x", "[]", "{}", "{\"keys\":7}"] {
        assert_eq!(update(&house, id, json!({ "jwks": jwks })).await.status, 400, "{jwks}");
    }
    for name in ["accessTokenSignatureKeyId", "idTokenSignatureKeyId"] {
        assert_eq!(update(&house, id, document(&[one()], json!({ name: "nobody" }))).await.status, 400);
    }
    let fourth = update(&house, id, document(&[one(), three()], json!({ "accessTokenSignatureKeyId": "three" }))).await;
    assert_eq!(fourth.status, 400, "{}", fourth.text());
    let after = (
        published(&house, id).await,
        organization(&house, ("GET", &format!("/api/{id}/service/get")), None).await.text().to_owned(),
    );
    assert_eq!(after, before);
}
