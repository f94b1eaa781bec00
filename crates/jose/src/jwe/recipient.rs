//! Which of the keys that a reader publishes tokens can be encrypted to.

use super::{EncryptionKey, KeyAlgorithm};
use crate::jwk::{Jwk, JwkSet};

impl Jwk {
    /// Whether the key's own `use`, `key_ops` and `alg` let others encrypt to it with `alg` (RFC 7517 §4.2 to §4.4).
    /// An absent member forbids nothing.
    #[must_use]
    pub fn permits_encrypting(&self, alg: KeyAlgorithm) -> bool {
        const OPERATIONS: [&str; 4] = ["encrypt", "wrapKey", "deriveKey", "deriveBits"];
        self.usage.as_deref().is_none_or(|usage| usage == "enc")
            && (self.key_ops.is_empty() || self.key_ops.iter().any(|name| OPERATIONS.contains(&name.as_str())))
            && self.alg.as_deref().is_none_or(|name| name == alg.as_str())
    }
}

impl JwkSet {
    /// The first key that tokens can be encrypted to with `alg` (OpenID Connect Core §10.2): keys of other types, for
    /// other uses and unreadable ones are passed over.
    #[must_use]
    pub fn encryption_key(&self, alg: KeyAlgorithm) -> Option<EncryptionKey> {
        self.keys.iter().find_map(|jwk| EncryptionKey::from_jwk(jwk, alg).ok())
    }
}
