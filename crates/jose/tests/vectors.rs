//! The worked examples of RFC 7515 (§A.1 to §A.4), RFC 7638 (§3.1) and RFC 8037 (§A) in `vectors/rfc.json` and those of
//! RFC 7520 (§4) in `vectors/rfc7520-jws.json`; for the algorithms without one, tokens that another implementation made
//! (`vectors/independent.json`).

use std::collections::BTreeSet;

use jeton_jose::jws::{parse_compact, verify};
use jeton_jose::{Algorithm, Jwk, SigningKey, VerifyingKey, base64url};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Deserialize)]
struct Vector {
    from: String,
    alg: Algorithm,
    /// A private or symmetric JWK.
    key: Value,
    token: String,
}

#[cfg(test)]
impl Vector {
    fn all() -> Vec<Self> {
        let files = [
            include_str!("vectors/rfc.json"),
            include_str!("vectors/rfc7520-jws.json"),
            include_str!("vectors/independent.json"),
        ];
        files.iter().flat_map(|file| serde_json::from_str::<Vec<Self>>(file).unwrap()).collect()
    }

    fn name(&self) -> String {
        format!("{} {}", self.from, self.alg)
    }

    fn member(&self, name: &str) -> Vec<u8> {
        base64url::decode(self.key[name].as_str().unwrap()).unwrap()
    }

    fn verifying_key(&self) -> VerifyingKey {
        if self.alg.is_symmetric() {
            return VerifyingKey::from_secret(self.alg, &self.member("k")).unwrap();
        }
        let jwk: Jwk = serde_json::from_value(self.key.clone()).unwrap();
        VerifyingKey::from_jwk(&jwk, self.alg).unwrap()
    }

    fn signing_key(&self) -> SigningKey {
        match self.alg.is_symmetric() {
            true => SigningKey::from_private_bytes(self.alg, Some("vector"), &self.member("k")).unwrap(),
            false => SigningKey::from_jwk(self.alg, &self.key).unwrap(),
        }
    }
}

#[test]
fn every_algorithm_has_a_vector() {
    let known: BTreeSet<_> = Vector::all().into_iter().map(|vector| vector.alg).collect();
    assert!(known.into_iter().eq(Algorithm::ALL));
}

#[test]
fn the_published_tokens_verify() {
    for vector in Vector::all() {
        let jws = parse_compact(&vector.token).unwrap();
        assert_eq!(jws.header().alg(), vector.alg, "{}", vector.name());
        assert!(verify(&jws, &vector.verifying_key()).is_ok(), "{}", vector.name());
    }
}

#[test]
fn the_published_keys_sign_the_published_signatures() {
    for vector in Vector::all() {
        let jws = parse_compact(&vector.token).unwrap();
        let message = jws.signing_input().as_bytes();
        let signature = vector.signing_key().sign(message).unwrap();
        // ECDSA and PSS signatures differ each time; the others are deterministic.
        if matches!(vector.alg.as_str().get(..2), Some("ES" | "PS")) {
            let verdict = vector.verifying_key().verify(message, &signature);
            assert!(verdict.is_ok(), "{}", vector.name());
        } else {
            assert_eq!(signature, jws.signature(), "{}", vector.name());
        }
    }
}

#[test]
fn the_public_halves_are_the_published_ones() {
    for vector in Vector::all() {
        let Some(mut jwk) = vector.signing_key().public_jwk() else {
            assert!(vector.alg.is_symmetric());
            continue;
        };
        let published: Jwk = serde_json::from_value(vector.key.clone()).unwrap();
        assert_eq!(jwk.thumbprint(), published.thumbprint(), "{}", vector.name());
        (jwk.usage, jwk.alg, jwk.kid) = (published.usage.clone(), None, published.kid.clone());
        assert_eq!(jwk, published, "{}", vector.name());
    }
}

#[test]
fn thumbprint_of_rfc_7638() {
    let jwk: Jwk = serde_json::from_value(json!({
        "kty": "RSA",
        "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
        "e": "AQAB",
        "alg": "RS256",
        "kid": "2011-04-29",
    }))
    .unwrap();
    assert_eq!(jwk.thumbprint().as_deref(), Ok("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"));
}

#[test]
fn thumbprint_of_rfc_8037() {
    let vector = Vector::all().into_iter().find(|vector| vector.alg == Algorithm::EdDSA).unwrap();
    let jwk: Jwk = serde_json::from_value(vector.key.clone()).unwrap();
    assert_eq!(jwk.thumbprint().as_deref(), Ok("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"));
    // Without a key id of its own, this is the key's name.
    let bytes = vector.signing_key().private_bytes().unwrap();
    let key = SigningKey::from_private_bytes(Algorithm::EdDSA, None, &bytes).unwrap();
    assert_eq!(key.kid(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

#[test]
fn a_private_jwk_must_be_whole_and_of_one_key() {
    for vector in Vector::all().into_iter().filter(|vector| !vector.alg.is_symmetric()) {
        let key = SigningKey::from_jwk(vector.alg, &vector.key).unwrap();
        let kept = SigningKey::from_private_bytes(vector.alg, Some("kept"), &key.private_bytes().unwrap()).unwrap();
        let message = b"written out and read again";
        assert!(vector.verifying_key().verify(message, &kept.sign(message).unwrap()).is_ok(), "{}", vector.name());
        let private = ["d", "p", "q", "dp", "dq", "qi"].into_iter().filter(|name| vector.key.get(name).is_some());
        for name in private.chain(["kty"]) {
            let mut less = vector.key.clone();
            less.as_object_mut().unwrap().remove(name);
            assert!(SigningKey::from_jwk(vector.alg, &less).is_err(), "{} without {name}", vector.name());
            let mut changed = vector.key.clone();
            changed[name] = json!("AQAB");
            assert!(SigningKey::from_jwk(vector.alg, &changed).is_err(), "{} with another {name}", vector.name());
        }
        assert!(SigningKey::from_jwk(Algorithm::HS256, &vector.key).is_err());
    }
}
