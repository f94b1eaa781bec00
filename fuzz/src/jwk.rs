//! One public key as JSON.

use jeton_jose::jwe::{EncryptionKey, KeyAlgorithm};
use jeton_jose::{Algorithm, Jwk, SigningKey, VerifyingKey};

/// What is read is written so that it is read again; a key that may be used is one that has a name.
pub fn run(data: &[u8]) {
    let Ok(jwk) = serde_json::from_slice::<Jwk>(data) else {
        return;
    };
    let again = serde_json::to_vec(&jwk).and_then(|json| serde_json::from_slice::<Jwk>(&json));
    assert_eq!(again.ok().as_ref(), Some(&jwk));
    let verifies = Algorithm::ALL.into_iter().any(|alg| VerifyingKey::from_jwk(&jwk, alg).is_ok());
    let encrypts = KeyAlgorithm::ALL.into_iter().any(|alg| EncryptionKey::from_jwk(&jwk, alg).is_ok());
    assert!(jwk.thumbprint().is_ok() || !(verifies || encrypts), "{jwk:?}");
}

/// Right ones: a key of each type, as Jeton publishes it.
#[must_use]
pub fn seeds() -> Vec<String> {
    [Algorithm::ES256, Algorithm::ES384, Algorithm::ES512, Algorithm::EdDSA, Algorithm::RS256]
        .into_iter()
        .filter_map(|alg| SigningKey::generate(alg).ok()?.public_jwk())
        .filter_map(|jwk| serde_json::to_string(&jwk).ok())
        .collect()
}
