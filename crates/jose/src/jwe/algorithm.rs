//! How a content key reaches its reader (RFC 7518 §4).

use std::str::FromStr;

use super::ContentEncryption;

/// A JWE key management algorithm (RFC 7518 §4.1).
///
/// What is not here cannot be asked for and is not read: `RSA1_5` and `RSA-OAEP` with SHA-1, and the password-based
/// `PBES2` family. The reasons are in `docs/decisions/0011-jwe.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyAlgorithm {
    /// RSAES-OAEP with SHA-256 and MGF1 with SHA-256 (RFC 7518 §4.3).
    RsaOaep256,
    /// ECDH Ephemeral Static, the agreed key encrypting the content itself (RFC 7518 §4.6).
    EcdhEs,
    /// ECDH Ephemeral Static, the agreed key wrapping the content key with AES-128 (RFC 7518 §4.6).
    EcdhEsA128KW,
    /// The same with AES-192.
    EcdhEsA192KW,
    /// The same with AES-256.
    EcdhEsA256KW,
    /// AES Key Wrap with a 128-bit shared key (RFC 7518 §4.4).
    A128KW,
    /// The same with 192 bits.
    A192KW,
    /// The same with 256 bits.
    A256KW,
    /// AES-GCM Key Encryption with a 128-bit shared key (RFC 7518 §4.7).
    A128GCMKW,
    /// The same with 192 bits.
    A192GCMKW,
    /// The same with 256 bits.
    A256GCMKW,
    /// A shared key that encrypts the content itself (RFC 7518 §4.5).
    Dir,
}

/// The name is not that of a key management algorithm Jeton accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown or refused key management algorithm")]
pub struct UnknownKeyAlgorithm;

/// What an algorithm does, with the bytes of its AES key where it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Management {
    Rsa,
    Agreement,
    AgreementAndWrap(usize),
    Wrap(usize),
    GcmWrap(usize),
    Direct,
}

impl KeyAlgorithm {
    /// Every algorithm, in the order in which metadata documents list them.
    pub const ALL: [Self; 12] = [
        Self::RsaOaep256,
        Self::EcdhEs,
        Self::EcdhEsA128KW,
        Self::EcdhEsA192KW,
        Self::EcdhEsA256KW,
        Self::A128KW,
        Self::A192KW,
        Self::A256KW,
        Self::A128GCMKW,
        Self::A192GCMKW,
        Self::A256GCMKW,
        Self::Dir,
    ];

    /// The registered name, as it stands in an `alg` member (RFC 7518 §4.1).
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RsaOaep256 => "RSA-OAEP-256",
            Self::EcdhEs => "ECDH-ES",
            Self::EcdhEsA128KW => "ECDH-ES+A128KW",
            Self::EcdhEsA192KW => "ECDH-ES+A192KW",
            Self::EcdhEsA256KW => "ECDH-ES+A256KW",
            Self::A128KW => "A128KW",
            Self::A192KW => "A192KW",
            Self::A256KW => "A256KW",
            Self::A128GCMKW => "A128GCMKW",
            Self::A192GCMKW => "A192GCMKW",
            Self::A256GCMKW => "A256GCMKW",
            Self::Dir => "dir",
        }
    }

    /// Whether writer and reader share one key. The others encrypt to a public key.
    #[must_use]
    pub const fn is_symmetric(self) -> bool {
        matches!(self.management(), Management::Wrap(_) | Management::GcmWrap(_) | Management::Direct)
    }

    /// The bytes of the shared key this algorithm takes with a content encryption; `None` when it takes a public key.
    #[must_use]
    pub const fn shared_key_len(self, enc: ContentEncryption) -> Option<usize> {
        match self.management() {
            Management::Wrap(length) | Management::GcmWrap(length) => Some(length),
            Management::Direct => Some(enc.key_len()),
            Management::Rsa | Management::Agreement | Management::AgreementAndWrap(_) => None,
        }
    }

    pub(super) const fn management(self) -> Management {
        match self {
            Self::RsaOaep256 => Management::Rsa,
            Self::EcdhEs => Management::Agreement,
            Self::EcdhEsA128KW => Management::AgreementAndWrap(16),
            Self::EcdhEsA192KW => Management::AgreementAndWrap(24),
            Self::EcdhEsA256KW => Management::AgreementAndWrap(32),
            Self::A128KW => Management::Wrap(16),
            Self::A192KW => Management::Wrap(24),
            Self::A256KW => Management::Wrap(32),
            Self::A128GCMKW => Management::GcmWrap(16),
            Self::A192GCMKW => Management::GcmWrap(24),
            Self::A256GCMKW => Management::GcmWrap(32),
            Self::Dir => Management::Direct,
        }
    }
}

by_name!(KeyAlgorithm);

impl FromStr for KeyAlgorithm {
    type Err = UnknownKeyAlgorithm;

    /// Names are compared exactly: RFC 7516 §4.1.1 makes them case-sensitive.
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|alg| alg.as_str() == name).ok_or(UnknownKeyAlgorithm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_are_exact() {
        for alg in KeyAlgorithm::ALL {
            assert_eq!(alg.as_str().parse(), Ok(alg));
            assert_eq!(serde_json::to_value(alg).ok(), Some(alg.as_str().into()));
        }
        for refused in ["none", "", "DIR", "RSA1_5", "RSA-OAEP", "PBES2-HS256+A128KW", "ECDH-ES+A128GCMKW", "RS256"] {
            assert_eq!(refused.parse::<KeyAlgorithm>(), Err(UnknownKeyAlgorithm), "{refused:?}");
            assert!(serde_json::from_value::<KeyAlgorithm>(refused.into()).is_err(), "{refused:?}");
        }
    }

    #[test]
    fn shared_keys_have_the_length_of_their_algorithm() {
        let enc = ContentEncryption::A256CBCHS512;
        let lengths: Vec<_> = KeyAlgorithm::ALL.into_iter().filter_map(|alg| alg.shared_key_len(enc)).collect();
        assert_eq!(lengths, [16, 24, 32, 16, 24, 32, 64]);
        assert!(KeyAlgorithm::ALL.into_iter().all(|alg| alg.is_symmetric() == alg.shared_key_len(enc).is_some()));
    }
}
