//! Another issuer, which the house can trust.

use jeton_core::administration::Caller;
use jeton_core::trusted_issuers::TrustedIssuer;
use jeton_jose::jws::{Header, sign_compact};
use jeton_jose::{Algorithm, JwkSet, SigningKey};
use jeton_testkit::sample;
use serde_json::{Value, json};

use crate::{House, ISSUER, JWT_BEARER, Reply};

const OTHER_ISSUER: &str = "https://idp.example";

/// An issuer that signs assertions.
pub struct OtherIssuer {
    /// Its key.
    pub key: SigningKey,
}

impl OtherIssuer {
    /// One that the house trusts for the scopes `openid read`, unless `change` says otherwise.
    pub async fn trusted(house: &House, change: impl FnOnce(&mut TrustedIssuer)) -> Self {
        let key = SigningKey::generate(Algorithm::ES256).unwrap();
        let jwks: JwkSet = key.public_jwk().into_iter().collect();
        let mut issuer = TrustedIssuer {
            jwks: Some(serde_json::to_value(jwks).unwrap()),
            scope: Some(sample::scope("openid read")),
            ..TrustedIssuer::default()
        };
        change(&mut issuer);
        house.jeton.oauth.put_trusted_issuer(&Caller::local(), house.service, OTHER_ISSUER, &issuer).await.unwrap();
        Self { key }
    }

    /// Valid claims about alice, for one minute.
    pub fn claims(house: &House, jti: &str) -> Value {
        let now = house.jeton.ledger.now().seconds();
        json!({"iss": OTHER_ISSUER, "sub": "sub-of-alice", "aud": ISSUER, "exp": now + 60, "iat": now, "jti": jti})
    }

    /// Signs claims.
    pub fn sign(&self, claims: &Value) -> String {
        sign_compact(&Header::for_key(&self.key).prepare(), claims.to_string().as_bytes(), &self.key).unwrap()
    }

    /// A valid assertion.
    pub fn assertion(&self, house: &House, jti: &str) -> String {
        self.sign(&Self::claims(house, jti))
    }

    /// A valid assertion with members changed; null removes one.
    pub fn altered(&self, house: &House, jti: &str, change: Value) -> String {
        let mut claims = Self::claims(house, jti);
        for (name, value) in change.as_object().unwrap() {
            if value.is_null() {
                claims.as_object_mut().unwrap().remove(name);
            } else {
                claims[name] = value.clone();
            }
        }
        self.sign(&claims)
    }
}

/// Sends an assertion to the token endpoint.
pub async fn bring(house: &House, client: (&str, &str), assertion: &str, scope: &str) -> Reply {
    house.token(client, &[("grant_type", JWT_BEARER), ("assertion", assertion), ("scope", scope)]).await
}
