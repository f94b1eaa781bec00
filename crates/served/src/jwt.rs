//! A JWT whose signature was verified.

use jeton_jose::{JwkSet, VerifyingKey, jws};
use serde_json::Value;

/// Header and claims.
#[derive(Debug)]
pub struct Jwt {
    /// The header.
    pub header: Value,
    /// The claims.
    pub claims: Value,
}

impl Jwt {
    /// Reads a token; its `kid` must name one of the keys, and that key must have signed it.
    #[track_caller]
    pub fn verified(text: &str, keys: &JwkSet) -> Self {
        let token = jws::parse_compact(text).unwrap();
        let (kid, alg) = (token.header().kid(), token.header().alg());
        assert!(kid.is_some(), "a kid");
        let jwk = keys.candidates(kid, alg).next().expect("the key is published");
        jws::verify(&token, &VerifyingKey::from_jwk(jwk, alg).unwrap()).expect("the signature is right");
        let header = text.split('.').next().unwrap();
        Self {
            header: serde_json::from_slice(&jeton_jose::base64url::decode(header).unwrap()).unwrap(),
            claims: serde_json::from_slice(token.payload()).unwrap(),
        }
    }
}
