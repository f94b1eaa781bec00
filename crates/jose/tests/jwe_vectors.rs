//! The encrypted examples of RFC 7516, 7519 and 7520: those whose algorithms are on are decrypted, the others refused.

use aws_lc_rs::agreement::{ECDH_P256, ECDH_P384, PrivateKey};
use aws_lc_rs::encoding::{AsDer, EcPrivateKeyRfc5915Der};
use jeton_jose::jwe::{self, DecryptionKey, EncryptionKey, KeyAlgorithm, ParseError};
use jeton_jose::jws::{self, parse_compact, verify};
use jeton_jose::{Algorithm, Jwk, JwkSet, VerifyingKey, base64url};
use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Deserialize)]
struct Opened {
    from: String,
    /// A private or symmetric JWK.
    key: Value,
    token: String,
    plaintext: String,
}

#[derive(Debug, Deserialize)]
struct Refused {
    from: String,
    why: String,
    token: String,
}

#[cfg(test)]
fn member(key: &Value, name: &str) -> Vec<u8> {
    base64url::decode(key[name].as_str().unwrap()).unwrap()
}

#[cfg(test)]
fn key_bytes(key: &Value) -> Vec<u8> {
    if key["kty"] == "oct" {
        return member(key, "k");
    }
    let curve = if key["crv"] == "P-256" { &ECDH_P256 } else { &ECDH_P384 };
    let key = PrivateKey::from_private_key(curve, &member(key, "d")).unwrap();
    let der: EcPrivateKeyRfc5915Der<'_> = key.as_der().unwrap();
    der.as_ref().to_vec()
}

#[test]
fn the_published_tokens_are_decrypted() {
    let vectors: Vec<Opened> = serde_json::from_str(include_str!("vectors/rfc-jwe.json")).unwrap();
    assert_eq!(vectors.len(), 6);
    for vector in vectors {
        let token = jwe::parse_compact(&vector.token).unwrap();
        let alg = token.header().alg();
        let kid = vector.key["kid"].as_str();
        assert_eq!(token.header().kid(), kid, "{}", vector.from);
        let key = DecryptionKey::from_private_bytes(alg, kid, &key_bytes(&vector.key)).unwrap();
        let payload = jwe::decrypt(&token, &key).unwrap();
        assert_eq!(base64url::encode(&*payload), vector.plaintext, "{}", vector.from);
        let Some(public) = key.public_jwk() else {
            continue;
        };
        let published: Jwk = serde_json::from_value(vector.key).unwrap();
        assert_eq!(public.thumbprint(), published.thumbprint(), "{}", vector.from);
    }
}

#[test]
fn the_published_tokens_that_are_off_are_refused() {
    let vectors: Vec<Refused> = serde_json::from_str(include_str!("vectors/rfc-jwe-refused.json")).unwrap();
    assert_eq!(vectors.len(), 12);
    for vector in vectors {
        let refusal = jwe::parse_compact(&vector.token).map(|_| ()).unwrap_err();
        let expected = match vector.why.as_str() {
            "algorithm" => matches!(refusal, ParseError::Algorithm),
            "compressed" => matches!(refusal, ParseError::Compressed),
            "parts" => matches!(refusal, ParseError::Parts),
            other => panic!("{other}"),
        };
        assert!(expected, "{}: {refusal:?}", vector.from);
    }
}

#[test]
fn the_published_signed_tokens_that_are_off_are_refused() {
    let vectors: Vec<Refused> = serde_json::from_str(include_str!("vectors/rfc-jws-refused.json")).unwrap();
    assert_eq!(vectors.len(), 7);
    for vector in vectors {
        let refusal = parse_compact(&vector.token).map(|_| ()).unwrap_err();
        let expected = match vector.why.as_str() {
            "algorithm" => matches!(refusal, jws::ParseError::Algorithm),
            "critical" => matches!(refusal, jws::ParseError::Critical),
            "parts" => matches!(refusal, jws::ParseError::Parts),
            other => panic!("{other}"),
        };
        assert!(expected, "{}: {refusal:?}", vector.from);
    }
}

/// RFC 7520 §4.5: the content travels elsewhere, and is not taken to be empty.
#[test]
fn detached_content_does_not_verify() {
    let vectors: Vec<Value> = serde_json::from_str(include_str!("vectors/rfc7520-jws.json")).unwrap();
    let attached = vectors.iter().find(|vector| vector["from"] == "RFC 7520 §4.4").unwrap();
    let key = VerifyingKey::from_secret(Algorithm::HS256, &member(&attached["key"], "k")).unwrap();
    let parts: Vec<_> = attached["token"].as_str().unwrap().split('.').collect();
    let detached = format!("{}..{}", parts[0], parts[2]);
    assert!(verify(&parse_compact(&detached).unwrap(), &key).is_err());
}

/// RFC 7517 §A.1: one key for encryption, one for signatures.
#[test]
fn the_published_key_set() {
    let set: JwkSet = serde_json::from_str(include_str!("vectors/rfc7517-keys.json")).unwrap();
    assert_eq!(set.keys.len(), 2);
    assert_eq!(set.encryption_key(KeyAlgorithm::EcdhEs).unwrap().kid(), Some("1"));
    assert_eq!(set.candidates(None, Algorithm::ES256).count(), 0);
    let [signing] = set.candidates(Some("2011-04-29"), Algorithm::RS256).collect::<Vec<_>>()[..] else {
        panic!("one key signs with RS256");
    };
    assert!(VerifyingKey::from_jwk(signing, Algorithm::RS256).is_ok());
    assert!(EncryptionKey::from_jwk(signing, KeyAlgorithm::RsaOaep256).is_err());
}
