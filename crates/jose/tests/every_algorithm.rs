//! Properties that hold for each algorithm alike.

use std::sync::{Arc, LazyLock};

use jeton_jose::jws::{Header, parse_compact, sign_compact, verify};
use jeton_jose::{Algorithm, KeyError, SignError, SigningKey, VerifyError, VerifyingKey};

/// One key each: generating RSA keys in every test would take too long.
static KEYS: LazyLock<Vec<Arc<SigningKey>>> = LazyLock::new(|| {
    Algorithm::ALL.into_iter().filter_map(|alg| SigningKey::generate(alg).ok().map(Arc::new)).collect()
});

#[cfg(test)]
fn verifying_key(key: &SigningKey) -> VerifyingKey {
    match key.public_jwk() {
        Some(jwk) => VerifyingKey::from_jwk(&jwk, key.alg()).unwrap(),
        None => VerifyingKey::from_secret(key.alg(), &key.private_bytes().unwrap()).unwrap(),
    }
}

#[test]
fn a_token_round_trips() {
    assert_eq!(KEYS.len(), Algorithm::ALL.len());
    for key in KEYS.iter() {
        let header = Header::for_key(key).typ("at+jwt").prepare();
        for payload in [&b""[..], b"{}", b"{\"sub\":\"somebody\"}", &[0xff; 5_000]] {
            let token = sign_compact(&header, payload, key).unwrap();
            let jws = parse_compact(&token).unwrap();
            assert_eq!(verify(&jws, &verifying_key(key)), Ok(()), "{}", key.alg());
            assert_eq!(jws.payload(), payload);
            assert_eq!(jws.header().alg(), key.alg());
            assert_eq!(jws.header().kid(), Some(key.kid()));
            assert!(jws.header().is_typ("at+jwt"));
        }
    }
}

#[test]
fn a_key_survives_its_private_bytes() {
    for key in KEYS.iter() {
        let bytes = key.private_bytes().unwrap();
        let copy = SigningKey::from_private_bytes(key.alg(), Some(key.kid()), &bytes).unwrap();
        assert_eq!(copy.kid(), key.kid());
        assert_eq!(copy.public_jwk(), key.public_jwk());
        let signature = copy.sign(b"message").unwrap();
        assert_eq!(verifying_key(key).verify(b"message", &signature), Ok(()), "{}", key.alg());
        match SigningKey::from_private_bytes(key.alg(), None, &bytes) {
            Ok(unnamed) => assert_eq!(Some(unnamed.kid()), key.public_jwk().and_then(|jwk| jwk.kid).as_deref()),
            Err(refused) => assert_eq!((refused, key.alg().is_symmetric()), (KeyError::KidRequired, true)),
        }
    }
}

#[test]
fn a_key_is_named_by_its_thumbprint() {
    for key in KEYS.iter() {
        let Some(jwk) = key.public_jwk() else {
            assert!(key.alg().is_symmetric() && key.kid().len() >= 16);
            continue;
        };
        assert_eq!(jwk.thumbprint().as_deref(), Ok(key.kid()));
        assert_eq!(jwk.kid.as_deref(), Some(key.kid()));
        assert_eq!(jwk.usage.as_deref(), Some("sig"));
        assert_eq!(jwk.alg.as_deref(), Some(key.alg().as_str()));
    }
}

#[test]
fn signatures_have_their_fixed_length() {
    for key in KEYS.iter() {
        let expected = match key.alg() {
            Algorithm::HS256 => 32,
            Algorithm::HS384 => 48,
            Algorithm::HS512 | Algorithm::ES256 | Algorithm::EdDSA => 64,
            Algorithm::ES384 => 96,
            Algorithm::ES512 => 132,
            _ => 256,
        };
        // Often enough that a number with leading zeros turns up among the ECDSA signatures.
        let rounds = if key.alg().is_expensive() { 3 } else { 600 };
        for _ in 0..rounds {
            assert_eq!(key.sign(b"message").unwrap().len(), expected, "{}", key.alg());
        }
    }
}

#[test]
fn a_changed_message_or_signature_is_refused() {
    for key in KEYS.iter() {
        let verifier = verifying_key(key);
        let good = key.sign(b"message").unwrap();
        let refused = |message: &[u8], signature: &[u8]| {
            assert_eq!(verifier.verify(message, signature), Err(VerifyError::BadSignature), "{}", key.alg());
        };
        refused(b"messagf", &good);
        refused(b"", &good);
        refused(b"message", b"");
        refused(b"message", &good[1..]);
        refused(b"message", &[&good[..], &[0]].concat());
        refused(b"message", &[&[0], &good[..]].concat());
        refused(b"message", &vec![0; good.len()]);
        refused(b"message", &vec![0xff; good.len()]);
    }
}

#[test]
fn no_key_verifies_what_another_signed() {
    for signer in KEYS.iter() {
        let header = Header::for_key(signer).prepare();
        let token = sign_compact(&header, b"{}", signer).unwrap();
        let jws = parse_compact(&token).unwrap();
        for other in KEYS.iter().filter(|other| other.alg() != signer.alg()) {
            assert_eq!(verify(&jws, &verifying_key(other)), Err(VerifyError::WrongAlgorithm));
            assert_eq!(sign_compact(&header, b"{}", other), Err(SignError::WrongKey));
        }
    }
}

#[test]
fn a_header_prepared_for_a_rotated_key_is_not_used() {
    let (old, new) = (SigningKey::generate(Algorithm::EdDSA), SigningKey::generate(Algorithm::EdDSA));
    let (old, new) = (old.unwrap(), new.unwrap());
    let header = Header::for_key(&old).prepare();
    assert_eq!(sign_compact(&header, b"{}", &new), Err(SignError::WrongKey));
    let unnamed = Header::new(Algorithm::EdDSA).prepare();
    assert!(sign_compact(&unnamed, b"{}", &new).is_ok());
}

#[test]
fn a_public_key_is_for_its_own_algorithm_only() {
    for key in KEYS.iter() {
        let Some(mut jwk) = key.public_jwk() else {
            continue;
        };
        for alg in Algorithm::ALL.into_iter().filter(|alg| *alg != key.alg()) {
            jwk.alg = Some(key.alg().as_str().to_owned());
            assert!(VerifyingKey::from_jwk(&jwk, alg).is_err(), "{} as {alg}", key.alg());
            // Without its own `alg`, an RSA key can be used for the six RSA algorithms; the type still decides.
            jwk.alg = None;
            let same_type = jwk.kty == "RSA" && matches!(alg.as_str().get(..2), Some("RS" | "PS"));
            assert_eq!(VerifyingKey::from_jwk(&jwk, alg).is_ok(), same_type, "{} as {alg}", key.alg());
        }
    }
}

#[test]
fn private_bytes_of_another_type_are_refused() {
    for key in KEYS.iter() {
        let bytes = key.private_bytes().unwrap();
        for alg in Algorithm::ALL.into_iter().filter(|alg| !alg.is_symmetric()) {
            let family = |alg: Algorithm| match alg.as_str().get(..2) {
                Some("RS" | "PS") => "RSA",
                _ => alg.as_str(),
            };
            let fits = family(alg) == family(key.alg());
            let read = SigningKey::from_private_bytes(alg, Some("kid"), &bytes);
            assert_eq!(read.is_ok(), fits, "{} as {alg}", key.alg());
        }
    }
}

#[test]
fn debug_shows_no_private_part() {
    for key in KEYS.iter() {
        let shown = format!("{key:?} {:?}", verifying_key(key));
        let expected =
            format!("SigningKey {{ alg: {0}, kid: {1:?}, .. }} VerifyingKey {{ alg: {0}, .. }}", key.alg(), key.kid());
        assert_eq!(shown, expected);
    }
}

#[test]
fn keys_are_shared_between_threads() {
    std::thread::scope(|scope| {
        for key in KEYS.iter() {
            for _ in 0..2 {
                scope.spawn(move || {
                    let signature = key.sign(b"message").unwrap();
                    assert_eq!(verifying_key(key).verify(b"message", &signature), Ok(()));
                });
            }
        }
    });
}
