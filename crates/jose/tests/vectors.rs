//! The worked examples of RFC 7515 (§A.1 to §A.4), RFC 7638 (§3.1) and RFC 8037 (§A) in `vectors/rfc.json` and those of
//! RFC 7520 (§4) in `vectors/rfc7520-jws.json`; for the algorithms without one, tokens that another implementation made
//! (`vectors/independent.json`).

use std::collections::BTreeSet;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeyPairComponents, PublicKeyComponents};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair,
    Ed25519KeyPair,
};
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
        let bytes = match self.key["kty"].as_str().unwrap() {
            "oct" => self.member("k"),
            "RSA" => self.rsa_pkcs8(),
            "EC" => self.ec_pkcs8(),
            "OKP" => {
                let pair = Ed25519KeyPair::from_seed_unchecked(&self.member("d")).unwrap();
                pair.to_pkcs8v1().unwrap().as_ref().to_vec()
            }
            other => panic!("no vector has a key of type {other}"),
        };
        SigningKey::from_private_bytes(self.alg, Some("vector"), &bytes).unwrap()
    }

    fn rsa_pkcs8(&self) -> Vec<u8> {
        let components = KeyPairComponents {
            public_key: PublicKeyComponents { n: self.member("n"), e: self.member("e") },
            d: self.member("d"),
            p: self.member("p"),
            q: self.member("q"),
            dP: self.member("dp"),
            dQ: self.member("dq"),
            qInv: self.member("qi"),
        };
        let pair = RsaKeyPair::from_components(&components).unwrap();
        pair.as_der().unwrap().as_ref().to_vec()
    }

    fn ec_pkcs8(&self) -> Vec<u8> {
        let curve = match self.alg {
            Algorithm::ES256 => &ECDSA_P256_SHA256_FIXED_SIGNING,
            Algorithm::ES384 => &ECDSA_P384_SHA384_FIXED_SIGNING,
            _ => &ECDSA_P521_SHA512_FIXED_SIGNING,
        };
        let point = [vec![4], self.member("x"), self.member("y")].concat();
        let private = self.member("d");
        let pair = EcdsaKeyPair::from_private_key_and_public_key(curve, &private, &point).unwrap();
        pair.to_pkcs8v1().unwrap().as_ref().to_vec()
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
