//! Tokens that are bound to a key (RFC 9449) or a certificate (RFC 8705), and the proofs that come with them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jeton_jose::{Algorithm, SigningKey, base64url, digest};
use jeton_served::{House, Maker, key, sign};
use serde_json::{Map, Value, json};

use crate::api::{post, ready, said};

const RESOURCE: &str = "https://api.example/orders";

/// A token that is bound, for user info too.
async fn bound(house: &House, to: Value) -> String {
    let mut body = json!({ "grantType": "PASSWORD", "clientId": 4711, "subject": "joe", "scopes": ["openid", "read"] });
    body.as_object_mut().unwrap().extend(to.as_object().unwrap().clone());
    let made = said(house, "/auth/token/create", body).await;
    made["accessToken"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned()
}

fn thumbprint(key: &SigningKey) -> String {
    key.public_jwk().unwrap().thumbprint().unwrap()
}

/// A proof under construction.
struct Proof {
    header: Map<String, Value>,
    claims: Map<String, Value>,
}

impl Proof {
    fn of(house: &House, key: &SigningKey, token: &str, number: u32) -> Self {
        let header = json!({ "typ": "dpop+jwt", "alg": key.alg().as_str(), "jwk": key.public_jwk().unwrap() });
        let ath = base64url::encode(digest::sha256(token.as_bytes()));
        let claims = json!({ "jti": format!("p-{number}"), "htm": "GET", "htu": RESOURCE, "iat": house.clock_seconds(), "ath": ath });
        Self { header: header.as_object().unwrap().clone(), claims: claims.as_object().unwrap().clone() }
    }

    fn claim(mut self, name: &str, value: Value) -> Self {
        match value {
            Value::Null => drop(self.claims.remove(name)),
            value => drop(self.claims.insert(name.to_owned(), value)),
        }
        self
    }

    fn head(mut self, name: &str, value: Value) -> Self {
        self.header.insert(name.to_owned(), value);
        self
    }

    fn sign(self, key: &SigningKey) -> String {
        sign(&Value::Object(self.header).to_string(), &Value::Object(self.claims).to_string(), key)
    }
}

/// The call of a resource server that got a request with this proof.
async fn asked(house: &House, path: &str, token: &str, proof: &str) -> Value {
    let body = json!({ "token": token, "dpop": proof, "htm": "GET", "htu": format!("{RESOURCE}?page=2") });
    said(house, path, body).await
}

const PATHS: [(&str, &str, [&str; 2]); 2] =
    [("/auth/introspection", "A056001", ["A065308", "A065309"]), ("/auth/userinfo", "A091001", ["A093304", "A093304"])];

#[tokio::test]
async fn a_token_that_is_bound_to_a_key_needs_a_new_proof_of_it_each_time() {
    let house = ready().await;
    let (own, other) = (key(Algorithm::ES256), key(Algorithm::ES256));
    let token = bound(&house, json!({ "dpopKeyThumbprint": thumbprint(&own) })).await;
    for (at, (path, good, [missing, wrong])) in (0..).zip(PATHS) {
        let proof = || Proof::of(&house, &own, &token, at);
        let text = proof().sign(&own);
        let seen = asked(&house, path, &token, &text).await;
        assert_eq!((&seen["action"], &seen["resultCode"]), (&json!("OK"), &json!(good)), "{seen}");
        let now = house.clock_seconds();
        let before = house.held();
        for (what, refused) in [
            ("replay", text),
            ("replay with another signature", proof().sign(&own)),
            (
                "another address",
                proof().claim("jti", json!("a")).claim("htu", json!("https://api.example/other")).sign(&own),
            ),
            ("another method", proof().claim("jti", json!("b")).claim("htm", json!("POST")).sign(&own)),
            ("no token's hash", proof().claim("jti", json!("c")).claim("ath", Value::Null).sign(&own)),
            ("another token's hash", proof().claim("jti", json!("d")).claim("ath", json!("x")).sign(&own)),
            ("no id", proof().claim("jti", Value::Null).sign(&own)),
            ("too old", proof().claim("jti", json!("e")).claim("iat", json!(now - 301)).sign(&own)),
            ("too new", proof().claim("jti", json!("f")).claim("iat", json!(now + 301)).sign(&own)),
            ("another key", Proof::of(&house, &other, &token, 90).sign(&other)),
            ("another signer", proof().claim("jti", json!("g")).sign(&other)),
            ("another type", proof().claim("jti", json!("h")).head("typ", json!("JWT")).sign(&own)),
            ("no JWT", "x.y.z".to_owned()),
        ] {
            let seen = asked(&house, path, &token, &refused).await;
            assert_eq!(
                (&seen["action"], &seen["resultCode"]),
                (&json!("UNAUTHORIZED"), &json!(wrong)),
                "{what}: {seen}"
            );
            let challenge = seen["responseContent"].as_str().unwrap();
            assert!(challenge.starts_with("DPoP error=\"invalid_dpop_proof\""), "{what}: {challenge}");
        }
        let without = said(&house, path, json!({ "token": token })).await;
        assert_eq!(
            (&without["action"], &without["resultCode"]),
            (&json!("UNAUTHORIZED"), &json!(missing)),
            "{without}"
        );
        assert!(before == house.held(), "a refused proof is used up");
        // Another proof is good, and a refused request does not use one up.
        let next = proof().claim("jti", json!(format!("next {at}"))).sign(&own);
        let body = json!({ "token": token, "dpop": next, "htm": "GET", "htu": RESOURCE, "scopes": ["admin"] });
        assert_eq!(said(&house, "/auth/introspection", body).await["action"], "FORBIDDEN");
        assert_eq!(asked(&house, path, &token, &next).await["action"], "OK");
    }
    // The answer to a user info request needs no second proof.
    let made = said(&house, "/auth/userinfo/issue", json!({ "token": token, "claims": "{}" })).await;
    assert_eq!(made["action"], "JSON", "{made}");
}

#[tokio::test]
async fn a_token_that_is_bound_to_a_certificate_needs_it_each_time() {
    let house = ready().await;
    let (own, other) = (Maker::app().made(), Maker::app().made());
    let token = bound(&house, json!({ "certificateThumbprint": own.print() })).await;
    let pem =
        |der: &[u8]| format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", STANDARD.encode(der));
    for (path, good, codes) in [
        ("/auth/introspection", "A056001", ["A065304", "A065305"]),
        ("/auth/userinfo", "A091001", ["A093304", "A093304"]),
    ] {
        for certificate in [pem(&own.der), STANDARD.encode(&own.der)] {
            let seen = said(&house, path, json!({ "token": token, "clientCertificate": certificate })).await;
            assert_eq!((&seen["action"], &seen["resultCode"]), (&json!("OK"), &json!(good)), "{seen}");
        }
        let cases = [json!({ "token": token }), json!({ "token": token, "clientCertificate": pem(&other.der) })];
        for (body, code) in cases.into_iter().zip(codes) {
            let seen = said(&house, path, body).await;
            assert_eq!((&seen["action"], &seen["resultCode"]), (&json!("UNAUTHORIZED"), &json!(code)), "{seen}");
            assert!(seen["responseContent"].as_str().unwrap().starts_with("Bearer error=\"invalid_token\""), "{seen}");
        }
        // What cannot be read is the caller's fault.
        let unread = post(&house, path, json!({ "token": token, "clientCertificate": "no certificate!" })).await;
        assert_ne!(unread.json()["action"], "OK", "{}", unread.text());
    }
    let shown =
        said(&house, "/auth/introspection", json!({ "token": token, "clientCertificate": pem(&own.der) })).await;
    assert_eq!(shown["certificateThumbprint"], own.print());
}
