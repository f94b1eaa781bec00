//! A set of public keys as JSON.

use jeton_jose::jwe::KeyAlgorithm;
use jeton_jose::{Algorithm, JwkSet};

/// What is read is written so that it is read again, and no entry spoils another.
pub fn run(data: &[u8]) {
    let Ok(set) = serde_json::from_slice::<JwkSet>(data) else {
        return;
    };
    let again = serde_json::to_vec(&set).and_then(|json| serde_json::from_slice::<JwkSet>(&json));
    assert_eq!(again.ok().as_ref(), Some(&set));
    for alg in Algorithm::ALL {
        assert!(set.candidates(None, alg).count() <= set.keys.len());
    }
    for alg in KeyAlgorithm::ALL {
        assert!(set.encryption_key(alg).is_none() || !alg.is_symmetric(), "{alg}");
    }
}

/// A right one, with an entry that is none.
#[must_use]
pub fn seeds() -> Vec<String> {
    let keys = crate::jwk::seeds().join(",");
    vec![format!(r#"{{"keys":[{keys},{{"kty":7}},{{"kty":"oct","k":"AAAA"}}]}}"#)]
}
