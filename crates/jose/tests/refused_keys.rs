//! Keys that must not be taken.

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::hmac;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use jeton_jose::{Algorithm, Jwk, KeyError, Secret, SigningKey, VerifyingKey, base64url};

#[cfg(test)]
fn public(alg: Algorithm) -> Jwk {
    SigningKey::generate(alg).unwrap().public_jwk().unwrap()
}

#[cfg(test)]
fn refusal(jwk: &Jwk, alg: Algorithm) -> KeyError {
    VerifyingKey::from_jwk(jwk, alg).unwrap_err()
}

#[test]
fn short_secrets() {
    for (alg, least) in [(Algorithm::HS256, 32), (Algorithm::HS384, 48), (Algorithm::HS512, 64)] {
        let short = vec![7; least - 1];
        assert_eq!(VerifyingKey::from_secret(alg, &short).unwrap_err(), KeyError::Size);
        assert_eq!(SigningKey::from_private_bytes(alg, Some("kid"), &short).unwrap_err(), KeyError::Size);
        assert!(VerifyingKey::from_secret(alg, &vec![7; least]).is_ok());
        assert!(VerifyingKey::from_secret(alg, &vec![7; least * 5]).is_ok());
    }
    assert_eq!(VerifyingKey::from_secret(Algorithm::RS256, &[7; 64]).unwrap_err(), KeyError::WrongType);
}

/// Existing clients have them; an empty one is not a secret.
#[test]
fn a_short_client_secret_verifies_and_an_empty_one_does_not() {
    for alg in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
        for secret in ["s", "twelve bytes", "a secret that is longer than thirty-two bytes, and than sixty-four"] {
            let key = VerifyingKey::from_client_secret(alg, &Secret::new(secret)).unwrap();
            assert_eq!(key.alg(), alg);
            let hmac = match alg {
                Algorithm::HS256 => hmac::HMAC_SHA256,
                Algorithm::HS384 => hmac::HMAC_SHA384,
                _ => hmac::HMAC_SHA512,
            };
            let code = hmac::sign(&hmac::Key::new(hmac, secret.as_bytes()), b"message");
            assert_eq!(key.verify(b"message", code.as_ref()), Ok(()), "{alg} {secret}");
            assert!(key.verify(b"another", code.as_ref()).is_err(), "{alg} {secret}");
            assert!(key.verify(b"message", &code.as_ref()[1..]).is_err(), "{alg} {secret}");
        }
        assert_eq!(VerifyingKey::from_client_secret(alg, &Secret::new("")).unwrap_err(), KeyError::Size);
    }
    let asymmetric = VerifyingKey::from_client_secret(Algorithm::ES256, &Secret::new("secret"));
    assert_eq!(asymmetric.unwrap_err(), KeyError::WrongType);
}

#[test]
fn a_public_key_never_serves_as_a_secret() {
    for alg in [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA] {
        let mut jwk = public(alg);
        jwk.alg = None;
        assert_eq!(refusal(&jwk, Algorithm::HS256), KeyError::WrongType);
    }
    let oct: Jwk = serde_json::from_str(r#"{"kty":"oct","k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#).unwrap();
    assert_eq!(refusal(&oct, Algorithm::HS256), KeyError::WrongType);
    assert_eq!(oct.thumbprint(), Err(KeyError::Malformed));
}

#[test]
fn points_that_are_none() {
    let good = public(Algorithm::ES256);
    let off_curve = Jwk { y: good.x.clone(), ..good.clone() };
    assert_eq!(refusal(&off_curve, Algorithm::ES256), KeyError::Malformed);
    let zero = Some(base64url::encode([0; 32]));
    let origin = Jwk { x: zero.clone(), y: zero, ..good.clone() };
    assert_eq!(refusal(&origin, Algorithm::ES256), KeyError::Malformed);
    let missing = Jwk { y: None, ..good.clone() };
    assert_eq!(refusal(&missing, Algorithm::ES256), KeyError::Malformed);
    let padded = Jwk { x: good.x.as_ref().map(|x| format!("{x}=")), ..good.clone() };
    assert_eq!(refusal(&padded, Algorithm::ES256), KeyError::Malformed);
    assert_eq!(padded.thumbprint(), Err(KeyError::Malformed));
    let other_curve = Jwk { crv: Some("P-384".to_owned()), ..good.clone() };
    assert_eq!(refusal(&other_curve, Algorithm::ES256), KeyError::WrongType);
    let other_type = Jwk { kty: "OKP".to_owned(), ..good };
    assert_eq!(refusal(&other_type, Algorithm::ES256), KeyError::WrongType);
}

#[test]
fn edwards_keys_of_the_wrong_kind() {
    let good = public(Algorithm::EdDSA);
    let short = Jwk { x: Some(base64url::encode([1; 31])), ..good.clone() };
    assert_eq!(refusal(&short, Algorithm::EdDSA), KeyError::Malformed);
    let other_curve = Jwk { crv: Some("X25519".to_owned()), ..good };
    assert_eq!(refusal(&other_curve, Algorithm::EdDSA), KeyError::WrongType);
}

#[test]
fn rsa_keys_out_of_range() {
    let good = public(Algorithm::PS256);
    let with =
        |n: &[u8], e: &[u8]| Jwk { n: Some(base64url::encode(n)), e: Some(base64url::encode(e)), ..good.clone() };
    let modulus = base64url::decode(good.n.as_deref().unwrap()).unwrap();
    assert_eq!(refusal(&with(&modulus[..128], &[1, 0, 1]), Algorithm::PS256), KeyError::Size);
    assert_eq!(refusal(&with(&[0xff; 1025], &[1, 0, 1]), Algorithm::PS256), KeyError::Size);
    assert_eq!(refusal(&with(&modulus, &[]), Algorithm::PS256), KeyError::Size);
    for exponent in [&[1][..], &[2], &[1, 0, 0]] {
        assert_eq!(refusal(&with(&modulus, exponent), Algorithm::PS256), KeyError::Malformed, "{exponent:?}");
    }
    // RFC 7518 §6.3.1.1 warns that some writers put a zero in front.
    let zero_in_front = with(&[&[0], &modulus[..]].concat(), &[1, 0, 1]);
    assert!(VerifyingKey::from_jwk(&zero_in_front, Algorithm::PS256).is_ok());
}

#[test]
fn keys_for_another_use() {
    let good = public(Algorithm::ES256);
    let for_encryption = Jwk { usage: Some("enc".to_owned()), ..good.clone() };
    assert_eq!(refusal(&for_encryption, Algorithm::ES256), KeyError::WrongUse);
    let for_signing = Jwk { key_ops: vec!["sign".to_owned()], ..good };
    assert_eq!(refusal(&for_signing, Algorithm::ES256), KeyError::WrongUse);
}

#[test]
fn bytes_that_are_no_key() {
    for alg in Algorithm::ALL.into_iter().filter(|alg| !alg.is_symmetric()) {
        for bytes in [&b""[..], b"-----BEGIN PRIVATE KEY-----", &[0x30; 64]] {
            let read = SigningKey::from_private_bytes(alg, Some("kid"), bytes);
            assert_eq!(read.unwrap_err(), KeyError::Malformed, "{alg}");
        }
    }
}

#[test]
fn longer_rsa_keys_sign_too() {
    let pair = KeyPair::generate(KeySize::Rsa3072).unwrap();
    let bytes = pair.as_der().unwrap();
    let key = SigningKey::from_private_bytes(Algorithm::RS384, None, bytes.as_ref()).unwrap();
    let signature = key.sign(b"message").unwrap();
    assert_eq!(signature.len(), 384);
    let verifier = VerifyingKey::from_jwk(&key.public_jwk().unwrap(), Algorithm::RS384).unwrap();
    assert_eq!(verifier.verify(b"message", &signature), Ok(()));
}

#[test]
fn short_rsa_keys_do_not_sign() {
    let text = include_str!("vectors/rsa-1024.base64url").trim_end();
    let bytes = base64url::decode(text).unwrap();
    for alg in [Algorithm::RS256, Algorithm::PS512] {
        let read = SigningKey::from_private_bytes(alg, None, &bytes);
        assert_eq!(read.unwrap_err(), KeyError::Size);
    }
}
