//! Every key management algorithm with every content encryption (RFC 7518 §4 and §5), with fresh keys.

use aws_lc_rs::agreement;
use aws_lc_rs::encoding::{AsBigEndian, AsDer, Curve25519SeedBin};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{self, EcdsaKeyPair};
use jeton_jose::jwe::{
    ContentEncryption, DecryptionKey, EncryptError, EncryptionKey, Header, KeyAlgorithm, decrypt, encrypt_compact,
    parse_compact, symmetric_key_from_secret,
};
use jeton_jose::{Jwk, JwkSet, KeyError, Secret};

#[cfg(test)]
fn key(alg: KeyAlgorithm, enc: ContentEncryption) -> DecryptionKey {
    match alg {
        KeyAlgorithm::Dir => DecryptionKey::from_private_bytes(alg, None, &vec![7; enc.key_len()]).unwrap(),
        _ => DecryptionKey::generate(alg).unwrap(),
    }
}

#[cfg(test)]
fn writers_key(key: &DecryptionKey) -> EncryptionKey {
    match key.public_jwk() {
        Some(jwk) => EncryptionKey::from_jwk(&jwk, key.alg()).unwrap(),
        None => EncryptionKey::from_shared(key.alg(), &key.private_bytes()).unwrap(),
    }
}

/// The keys of every curve and of longer RSA, in PKCS#8.
#[cfg(test)]
fn other_keys() -> Vec<(&'static str, Vec<u8>)> {
    let ec = |curve| EcdsaKeyPair::generate(curve).unwrap().to_pkcs8v1().unwrap().as_ref().to_vec();
    let x25519 = agreement::PrivateKey::generate(&agreement::X25519).unwrap();
    let seed: Curve25519SeedBin<'_> = x25519.as_be_bytes().unwrap();
    let prefix = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20];
    vec![
        ("P-256", ec(&signature::ECDSA_P256_SHA256_FIXED_SIGNING)),
        ("P-384", ec(&signature::ECDSA_P384_SHA384_FIXED_SIGNING)),
        ("P-521", ec(&signature::ECDSA_P521_SHA512_FIXED_SIGNING)),
        ("X25519", [&prefix[..], seed.as_ref()].concat()),
    ]
}

#[test]
fn what_is_encrypted_is_decrypted() {
    for alg in KeyAlgorithm::ALL {
        let rsa = (alg == KeyAlgorithm::RsaOaep256).then(|| DecryptionKey::generate(alg).unwrap());
        for enc in ContentEncryption::ALL {
            let fresh;
            let reader = match &rsa {
                Some(key) => key,
                None => {
                    fresh = key(alg, enc);
                    &fresh
                }
            };
            let writer = writers_key(reader);
            for payload in [&b""[..], b"x", &[7; 16], &[9; 1000]] {
                let header = Header::for_key(&writer).typ("JWT").cty("JWT");
                let token = encrypt_compact(header, payload, &writer, enc).unwrap();
                let jwe = parse_compact(&token).unwrap();
                assert_eq!((jwe.header().alg(), jwe.header().enc()), (alg, enc));
                assert_eq!(jwe.header().kid(), reader.public_jwk().and_then(|jwk| jwk.kid).as_deref());
                assert_eq!((jwe.header().typ(), jwe.header().cty()), (Some("JWT"), Some("JWT")));
                assert!(jwe.header().is_cty("application/jwt"));
                assert_eq!(decrypt(&jwe, reader).unwrap().as_slice(), payload, "{alg} {enc}");
            }
        }
    }
}

#[test]
fn every_curve_agrees() {
    for (curve, bytes) in other_keys() {
        for alg in [KeyAlgorithm::EcdhEs, KeyAlgorithm::EcdhEsA192KW] {
            let reader = DecryptionKey::from_private_bytes(alg, Some("mine"), &bytes).unwrap();
            let jwk = reader.public_jwk().unwrap();
            assert_eq!((jwk.crv.as_deref(), jwk.kid.as_deref()), (Some(curve), Some("mine")));
            assert_eq!((jwk.usage.as_deref(), jwk.alg.as_deref()), (Some("enc"), Some(alg.as_str())));
            let token =
                encrypt_compact(Header::new(), b"x", &writers_key(&reader), ContentEncryption::A128GCM).unwrap();
            assert_eq!(decrypt(&parse_compact(&token).unwrap(), &reader).unwrap().as_slice(), b"x");
            let again = DecryptionKey::from_private_bytes(alg, None, &reader.private_bytes()).unwrap();
            assert_eq!(decrypt(&parse_compact(&token).unwrap(), &again).unwrap().as_slice(), b"x");
        }
    }
}

#[test]
fn two_tokens_of_one_payload_have_nothing_secret_in_common() {
    for alg in KeyAlgorithm::ALL {
        let writer = writers_key(&key(alg, ContentEncryption::A256GCM));
        let token = || encrypt_compact(Header::new(), b"payload", &writer, ContentEncryption::A256GCM).unwrap();
        let (first, second) = (token(), token());
        let parts = first.split('.').zip(second.split('.')).skip(1);
        for (left, right) in parts.filter(|(left, _)| !left.is_empty()) {
            assert_ne!(left, right, "{alg}");
        }
    }
}

#[test]
fn only_the_right_key_and_algorithm_decrypt() {
    let enc = ContentEncryption::A128CBCHS256;
    for alg in KeyAlgorithm::ALL {
        let reader = key(alg, enc);
        let token = encrypt_compact(Header::new(), b"x", &writers_key(&reader), enc).unwrap();
        let jwe = parse_compact(&token).unwrap();
        for other in KeyAlgorithm::ALL {
            let stranger = match other {
                KeyAlgorithm::Dir => DecryptionKey::from_private_bytes(other, None, &[8; 32]).unwrap(),
                _ => DecryptionKey::generate(other).unwrap(),
            };
            assert!(decrypt(&jwe, &stranger).is_err(), "{alg} {other}");
            // The right bytes under another name.
            if let Ok(same_bytes) = DecryptionKey::from_private_bytes(other, None, &reader.private_bytes()) {
                assert_eq!(decrypt(&jwe, &same_bytes).is_ok(), alg == other, "{alg} {other}");
            }
        }
    }
}

#[test]
fn a_direct_key_fits_its_content_encryption_only() {
    let bytes = [7; 32];
    let writer = EncryptionKey::from_shared(KeyAlgorithm::Dir, &bytes).unwrap();
    for enc in ContentEncryption::ALL {
        let made = encrypt_compact(Header::new(), b"x", &writer, enc);
        assert_eq!(made.err(), (enc.key_len() != 32).then_some(EncryptError::WrongKey), "{enc}");
    }
    assert!(DecryptionKey::generate(KeyAlgorithm::Dir).is_err());
}

#[test]
fn a_client_secret_encrypts_and_decrypts() {
    let secret = Secret::new("a client's secret");
    for alg in KeyAlgorithm::ALL.into_iter().filter(|alg| alg.is_symmetric()) {
        for enc in ContentEncryption::ALL {
            let bytes = symmetric_key_from_secret(&secret, alg, enc).unwrap();
            let writer = EncryptionKey::from_shared(alg, &bytes).unwrap();
            let reader = DecryptionKey::from_private_bytes(alg, None, &bytes).unwrap();
            let token = encrypt_compact(Header::new(), b"x", &writer, enc).unwrap();
            assert_eq!(decrypt(&parse_compact(&token).unwrap(), &reader).unwrap().as_slice(), b"x");
        }
    }
}

#[test]
fn keys_that_do_not_fit_are_refused() {
    let ec = DecryptionKey::generate(KeyAlgorithm::EcdhEs).unwrap().public_jwk().unwrap();
    let refusal = |jwk: &Jwk, alg| EncryptionKey::from_jwk(jwk, alg).unwrap_err();
    assert_eq!(refusal(&ec, KeyAlgorithm::RsaOaep256), KeyError::WrongType);
    assert_eq!(refusal(&ec, KeyAlgorithm::A128KW), KeyError::WrongType);
    assert_eq!(refusal(&ec, KeyAlgorithm::Dir), KeyError::WrongType);
    assert_eq!(refusal(&ec, KeyAlgorithm::EcdhEsA128KW), KeyError::WrongUse);
    let free = Jwk { alg: None, usage: None, ..ec.clone() };
    assert!(EncryptionKey::from_jwk(&free, KeyAlgorithm::EcdhEsA128KW).is_ok());
    let off_curve = Jwk { y: ec.x.clone(), ..ec.clone() };
    assert_eq!(refusal(&off_curve, KeyAlgorithm::EcdhEs), KeyError::Malformed);
    let signing = Jwk { usage: Some("sig".to_owned()), ..ec.clone() };
    assert_eq!(refusal(&signing, KeyAlgorithm::EcdhEs), KeyError::WrongUse);
    let verifying = Jwk { key_ops: vec!["verify".to_owned()], ..ec.clone() };
    assert_eq!(refusal(&verifying, KeyAlgorithm::EcdhEs), KeyError::WrongUse);
    let edwards = Jwk { crv: Some("Ed25519".to_owned()), kty: "OKP".to_owned(), ..free.clone() };
    assert_eq!(refusal(&edwards, KeyAlgorithm::EcdhEs), KeyError::WrongType);
    for (alg, wrong) in [(KeyAlgorithm::A128KW, 32), (KeyAlgorithm::A256GCMKW, 31), (KeyAlgorithm::Dir, 0)] {
        assert_eq!(EncryptionKey::from_shared(alg, &vec![7; wrong]).unwrap_err(), KeyError::Size);
        assert_eq!(DecryptionKey::from_private_bytes(alg, None, &vec![7; wrong]).unwrap_err(), KeyError::Size);
    }
    assert_eq!(EncryptionKey::from_shared(KeyAlgorithm::EcdhEs, &[7; 32]).unwrap_err(), KeyError::WrongType);
    for alg in [KeyAlgorithm::RsaOaep256, KeyAlgorithm::EcdhEs] {
        for bytes in [&b""[..], &[0x30; 48], &[7; 32]] {
            assert_eq!(DecryptionKey::from_private_bytes(alg, None, bytes).unwrap_err(), KeyError::Malformed);
        }
    }
}

#[test]
fn longer_rsa_keys_decrypt_and_short_ones_do_not() {
    let bytes = KeyPair::generate(KeySize::Rsa3072).unwrap().as_der().unwrap().as_ref().to_vec();
    let reader = DecryptionKey::from_private_bytes(KeyAlgorithm::RsaOaep256, None, &bytes).unwrap();
    let token = encrypt_compact(Header::new(), b"x", &writers_key(&reader), ContentEncryption::A256GCM).unwrap();
    assert_eq!(decrypt(&parse_compact(&token).unwrap(), &reader).unwrap().as_slice(), b"x");
    let short = jeton_jose::base64url::decode(include_str!("vectors/rsa-1024.base64url").trim_end()).unwrap();
    let refused = DecryptionKey::from_private_bytes(KeyAlgorithm::RsaOaep256, None, &short).unwrap_err();
    assert_eq!(refused, KeyError::Size);
}

#[test]
fn a_set_gives_the_key_to_encrypt_to() {
    let good = DecryptionKey::generate(KeyAlgorithm::EcdhEs).unwrap().public_jwk().unwrap();
    let signing = Jwk { usage: Some("sig".to_owned()), kid: Some("sig".to_owned()), alg: None, ..good.clone() };
    let broken = Jwk { x: None, ..good.clone() };
    let set: JwkSet = [signing, broken, good.clone()].into_iter().collect();
    assert_eq!(set.encryption_key(KeyAlgorithm::EcdhEs).unwrap().kid(), good.kid.as_deref());
    assert!(set.encryption_key(KeyAlgorithm::RsaOaep256).is_none());
}

#[test]
fn keys_show_nothing_when_printed() {
    let reader = DecryptionKey::from_private_bytes(KeyAlgorithm::A128KW, None, &[7; 16]).unwrap();
    assert_eq!(format!("{reader:?}"), "DecryptionKey { alg: A128KW, .. }");
    assert_eq!(format!("{:?}", writers_key(&reader)), "EncryptionKey { alg: A128KW, kid: None, .. }");
}
