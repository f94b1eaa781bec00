//! Client assertions, valid and invalid.

use jeton_jose::{Algorithm, SigningKey, base64url};
use serde_json::{Map, Value, json};

use crate::{Ask, House, ISSUER};

const KIND: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A new key.
pub fn key(alg: Algorithm) -> SigningKey {
    SigningKey::generate(alg).unwrap()
}

/// The public keys.
pub fn jwks(keys: &[&SigningKey]) -> Value {
    json!({ "keys": keys.iter().map(|key| key.public_jwk().unwrap()).collect::<Vec<_>>() })
}

/// An assertion under construction: header and claims may be changed before it is signed.
#[derive(Clone)]
pub struct Assertion {
    /// Its header.
    pub header: Map<String, Value>,
    /// Its claims.
    pub claims: Map<String, Value>,
}

impl Assertion {
    /// A valid one for a client, for one minute, with a fresh `jti`.
    pub fn of(house: &House, client: &str, key: &SigningKey) -> Self {
        use std::sync::atomic::{AtomicU64, Ordering};
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let now = jeton_core::Clock::now(&*house.clock).seconds();
        let jti = format!("jti-{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let header = json!({"alg": key.alg().as_str(), "kid": key.kid()});
        let claims = json!({"iss": client, "sub": client, "aud": ISSUER, "exp": now + 60, "iat": now, "jti": jti});
        Self { header: header.as_object().unwrap().clone(), claims: claims.as_object().unwrap().clone() }
    }

    /// Sets a claim; `null` removes it.
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        set(&mut self.claims, name, value.into());
        self
    }

    /// Sets a header member; `null` removes it.
    pub fn head(mut self, name: &str, value: impl Into<Value>) -> Self {
        set(&mut self.header, name, value.into());
        self
    }

    /// Signs it as it is now.
    pub fn sign(&self, key: &SigningKey) -> String {
        sign(&Value::Object(self.header.clone()).to_string(), &Value::Object(self.claims.clone()).to_string(), key)
    }
}

fn set(members: &mut Map<String, Value>, name: &str, value: Value) {
    if value.is_null() {
        members.remove(name);
    } else {
        members.insert(name.to_owned(), value);
    }
}

/// Signs any header and payload.
pub fn sign(header: &str, payload: &str, key: &SigningKey) -> String {
    let input = format!("{}.{}", base64url::encode(header), base64url::encode(payload));
    let signature = base64url::encode(key.sign(input.as_bytes()).unwrap());
    format!("{input}.{signature}")
}

impl Ask {
    /// `client_credentials` with an assertion.
    pub fn asserting(text: &str) -> Self {
        Self::asserting_with(text, &[])
    }

    /// The same with more parameters.
    pub fn asserting_with(text: &str, more: &[(&str, &str)]) -> Self {
        let mut form = vec![("grant_type", "client_credentials"), ("scope", "read")];
        form.extend([("client_assertion_type", KIND), ("client_assertion", text)]);
        form.extend(more);
        Self::post("/token").form(&form)
    }

    /// Another endpoint, authenticated with an assertion.
    pub fn asserting_at(path: &str, text: &str, more: &[(&str, &str)]) -> Self {
        let mut form = vec![("client_assertion_type", KIND), ("client_assertion", text)];
        form.extend(more);
        Self::post(path).form(&form)
    }
}
