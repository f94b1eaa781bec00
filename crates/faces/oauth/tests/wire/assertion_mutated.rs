//! A valid assertion, with each header member and each claim changed, removed and repeated in turn: all are refused.

use jeton_core::model::{AuthMethod, TokenFormat};
use jeton_jose::{Algorithm, SigningKey, base64url};
use serde_json::{Map, Value, json};

use jeton_served::{Ask, Assertion, House, ISSUER, jwks, key, sign};

async fn house(own: &SigningKey) -> House {
    let house = House::new().await;
    for name in ["app", "other"] {
        house
            .client(name, None, |c| {
                c.token_endpoint_auth_method = AuthMethod::PrivateKeyJwt;
                c.access_token_format = Some(TokenFormat::Opaque);
                c.metadata.set("jwks", jwks(&[own]));
            })
            .await;
    }
    house
}

async fn refused(house: &House, text: &str, what: &str) {
    let before = house.rows().await;
    let reply = Ask::asserting_with(text, &[("client_id", "app")]).send(house).await;
    assert_eq!(reply.status, 400, "{what}: {}", reply.show());
    assert_eq!(reply.member("error"), "invalid_client", "{what}: {}", reply.show());
    assert_eq!(house.rows().await, before, "{what}");
}

/// Values of other types, and some of the same type.
fn strange() -> Vec<Value> {
    vec![
        Value::Null,
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(""),
        json!("x"),
        json!([]),
        json!({}),
        json!(["app"]),
        json!({"app": 1}),
    ]
}

fn with(map: &Map<String, Value>, name: &str, value: Value) -> String {
    let mut map = map.clone();
    map.insert(name.to_owned(), value);
    Value::Object(map).to_string()
}

fn without(map: &Map<String, Value>, name: &str) -> String {
    let mut map = map.clone();
    map.remove(name);
    Value::Object(map).to_string()
}

/// The member twice, with the same value.
fn doubled(map: &Map<String, Value>, name: &str) -> String {
    let text = Value::Object(map.clone()).to_string();
    format!("{{{}:{},{}", json!(name), map[name], &text[1..])
}

#[tokio::test]
async fn every_claim_is_needed_as_it_is() {
    let own = key(Algorithm::ES256);
    let house = house(&own).await;
    let right = Assertion::of(&house, "app", &own);
    let header = Value::Object(right.header.clone()).to_string();
    let mut tried = 0;
    for name in ["iss", "sub", "aud", "exp", "iat", "jti"] {
        refused(&house, &sign(&header, &doubled(&right.claims, name), &own), &format!("{name} twice")).await;
        // RFC 7523 section 3 allows these two to be absent.
        if !matches!(name, "iat" | "jti") {
            refused(&house, &sign(&header, &without(&right.claims, name), &own), &format!("no {name}")).await;
        }
        for value in strange() {
            let fits = match name {
                "jti" => value.is_string(),
                "iat" => value.as_f64().is_some_and(|n| n >= 0.0),
                _ => false,
            };
            if !fits {
                let what = format!("{name}: {value}");
                refused(&house, &sign(&header, &with(&right.claims, name, value), &own), &what).await;
                tried += 1;
            }
        }
    }
    assert!(tried > 50);
    Ask::asserting(&right.sign(&own)).send(&house).await.ok();
}

#[tokio::test]
async fn near_misses_of_the_audience_are_misses() {
    let own = key(Algorithm::ES256);
    let house = house(&own).await;
    let near = [
        "https://id.example/",
        "https://id.example//token",
        "https://id.example/token/",
        "https://id.example/Token",
        "https://ID.example",
        "HTTPS://id.example",
        "http://id.example",
        "https://id.example:443",
        "https://id.example.evil.example",
        "https://evil.example/https://id.example",
        "https://id.exampl",
        "id.example",
        " https://id.example",
        "https://id.example ",
        "https://id.example/token?x",
        "https://id.example/token#x",
        "https://id.example/token/revoke",
        "https://id.example/introspect",
        "https://id.example/authorization",
    ];
    for miss in near {
        for aud in [json!(miss), json!([miss]), json!([miss, "https://other.example"]), json!([[ISSUER], miss])] {
            let text = Assertion::of(&house, "app", &own).claim("aud", aud).sign(&own);
            let reply = Ask::asserting(&text).send(&house).await;
            reply.refused(400, "invalid_client", "the audience passed in JWT is not correct");
        }
    }
    // A list with one right value is accepted, unless it contains something that is not a string.
    let mut all: Vec<Value> = near.iter().map(|miss| json!(miss)).collect();
    all.push(json!(ISSUER));
    let text = Assertion::of(&house, "app", &own).claim("aud", all.clone()).sign(&own);
    Ask::asserting(&text).send(&house).await.ok();
    all.push(json!(1));
    let text = Assertion::of(&house, "app", &own).claim("aud", all).sign(&own);
    refused(&house, &text, "a number among them").await;
}

#[tokio::test]
async fn every_header_member_is_held_to() {
    let (own, thief) = (key(Algorithm::ES256), key(Algorithm::ES256));
    let house = house(&own).await;
    let right = || Assertion::of(&house, "app", &own);
    let payload = |assertion: &Assertion| Value::Object(assertion.claims.clone()).to_string();
    for name in ["alg", "kid"] {
        let assertion = right();
        refused(&house, &sign(&doubled(&assertion.header, name), &payload(&assertion), &own), &format!("{name} twice"))
            .await;
        for value in strange() {
            let what = format!("{name}: {value}");
            refused(&house, &sign(&with(&right().header, name, value), &payload(&right()), &own), &what).await;
        }
    }
    refused(&house, &right().head("alg", Value::Null).sign(&own), "no alg").await;
    for alg in ["none", "None", "NONE", "nOnE", "es256", "ES256 ", "ES384", "RS256", "HS256", "EdDSA", "ES256K"] {
        refused(&house, &right().head("alg", alg).sign(&own), alg).await;
        let unsigned = right().head("alg", alg).sign(&own);
        let (input, _) = unsigned.rsplit_once('.').unwrap();
        refused(&house, &format!("{input}."), alg).await;
    }
    for crit in [json!(["exp"]), json!([]), json!(null), json!("exp"), json!(["b64"])] {
        let mut assertion = right();
        assertion.header.insert("crit".into(), crit.clone());
        refused(&house, &assertion.sign(&own), &format!("crit {crit}")).await;
    }
    refused(&house, &right().head("b64", false).sign(&own), "b64").await;
    refused(&house, &right().head("kid", thief.kid()).sign(&own), "a foreign kid").await;
    // Keys in the header are not trusted.
    let jwk = serde_json::to_value(thief.public_jwk()).unwrap();
    for (name, value) in [
        ("jwk", jwk.clone()),
        ("jku", json!("https://thief.example/jwks")),
        ("x5u", json!("https://thief.example/cert")),
        ("x5c", json!(["MIIB"])),
    ] {
        for kid in [Value::Null, json!(thief.kid()), json!(own.kid())] {
            let text = right().head(name, value.clone()).head("kid", kid).sign(&thief);
            refused(&house, &text, &format!("embedded {name}")).await;
        }
        // They do no harm if a registered key signed the assertion.
        Ask::asserting(&right().head(name, value).sign(&own)).send(&house).await.ok();
    }
    assert_eq!(house.network.asked(), [], "nobody is asked for them");
    Ask::asserting(&right().head("kid", Value::Null).head("typ", "JWT").sign(&own)).send(&house).await.ok();
}

#[tokio::test]
async fn every_changed_byte_of_the_text_is_noticed() {
    let own = key(Algorithm::ES256);
    let house = house(&own).await;
    let text = Assertion::of(&house, "app", &own).sign(&own);
    for at in (0..text.len()).step_by(3) {
        let mut bytes = text.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        refused(&house, std::str::from_utf8(&bytes).unwrap(), &format!("byte {at}")).await;
    }
    for cut in [1, 2, 10, 40] {
        refused(&house, &text[..text.len() - cut], "cut").await;
    }
    refused(&house, &format!("{text}="), "padded").await;
    refused(&house, &format!("{text}."), "a part more").await;
    Ask::asserting(&text).send(&house).await.ok();
}

#[tokio::test]
async fn a_public_key_is_no_shared_secret() {
    let own = key(Algorithm::ES256);
    let house = house(&own).await;
    let jwk = own.public_jwk().unwrap();
    for bytes in [
        serde_json::to_vec(&jwk).unwrap(),
        base64url::decode(jwk.x.as_deref().unwrap()).unwrap(),
        jwk.x.clone().unwrap().into_bytes(),
    ] {
        let hmac = SigningKey::from_private_bytes(Algorithm::HS256, Some(own.kid()), &bytes).unwrap();
        refused(&house, &Assertion::of(&house, "app", &hmac).sign(&hmac), "HMAC under the public key").await;
    }
}

#[tokio::test]
async fn one_clients_assertion_is_not_anothers() {
    let own = key(Algorithm::ES256);
    let house = house(&own).await;
    // The same key for both clients, so only the ids differ.
    let text = Assertion::of(&house, "other", &own).sign(&own);
    let reply = Ask::asserting_with(&text, &[("client_id", "app")]).send(&house).await;
    reply.refused(400, "invalid_client", "the client id passed in JWT is not correct");
    let text = Assertion::of(&house, "other", &own).claim("sub", "app").sign(&own);
    refused(&house, &text, "issued by one for the other").await;
}
