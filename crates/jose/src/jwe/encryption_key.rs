//! Keys that encrypt.

use std::fmt;

use aws_lc_rs::agreement::ParsedPublicKey;
use aws_lc_rs::rsa::{OaepPublicEncryptingKey, PublicEncryptingKey};
use zeroize::Zeroizing;

use super::algorithm::{KeyAlgorithm, Management};
use super::curve::Curve;
use super::shared_key::shared_key;
use crate::jwk::Jwk;
use crate::key_error::KeyError;
use crate::keys::public::rsa_der;

/// A key that encrypts tokens for one reader with one key management algorithm, parsed and validated once.
pub struct EncryptionKey {
    pub(super) alg: KeyAlgorithm,
    pub(super) material: Material,
    kid: Option<String>,
}

pub(super) enum Material {
    Rsa(OaepPublicEncryptingKey),
    Agreement { curve: Curve, public: Box<ParsedPublicKey> },
    Shared(Zeroizing<Vec<u8>>),
}

impl EncryptionKey {
    /// Takes a reader's public key for one algorithm. Its `kid` is kept for [`Header::for_key`](super::Header::for_key).
    ///
    /// # Errors
    /// [`KeyError::WrongType`] when the key's type or curve does not belong to `alg` (a symmetric algorithm never
    /// fits), [`KeyError::WrongUse`] when its own `use`, `key_ops` or `alg` forbid it, [`KeyError::Size`] outside 2048
    /// to 8192 bits of RSA, [`KeyError::Malformed`] for missing or non-canonical members and points off the curve.
    pub fn from_jwk(jwk: &Jwk, alg: KeyAlgorithm) -> Result<Self, KeyError> {
        let material = match alg.management() {
            Management::Wrap(_) | Management::GcmWrap(_) | Management::Direct => return Err(KeyError::WrongType),
            Management::Rsa => Material::Rsa(rsa(jwk)?),
            Management::Agreement | Management::AgreementAndWrap(_) => {
                let curve = Curve::of(jwk)?;
                Material::Agreement { curve, public: Box::new(curve.read(jwk)?) }
            }
        };
        if !jwk.permits_encrypting(alg) {
            return Err(KeyError::WrongUse);
        }
        Ok(Self { alg, material, kid: jwk.kid.clone() })
    }

    /// Takes a key that writer and reader share: the bare bytes, as
    /// [`symmetric_key_from_secret`](super::symmetric_key_from_secret) derives them.
    ///
    /// # Errors
    /// [`KeyError::WrongType`] when `alg` takes a public key, [`KeyError::Size`] when the bytes are not as many as the
    /// algorithm takes; for `dir`, as many as any content encryption takes.
    pub fn from_shared(alg: KeyAlgorithm, bytes: &[u8]) -> Result<Self, KeyError> {
        Ok(Self { alg, material: Material::Shared(shared_key(alg, bytes)?), kid: None })
    }

    /// The one algorithm the key encrypts with.
    #[must_use]
    pub fn alg(&self) -> KeyAlgorithm {
        self.alg
    }

    /// The name the reader gave the key.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }
}

impl fmt::Debug for EncryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncryptionKey").field("alg", &self.alg).field("kid", &self.kid).finish_non_exhaustive()
    }
}

fn rsa(jwk: &Jwk) -> Result<OaepPublicEncryptingKey, KeyError> {
    let key = PublicEncryptingKey::from_der(&rsa_der(jwk)?).map_err(|_| KeyError::Malformed)?;
    OaepPublicEncryptingKey::new(key).map_err(|_| KeyError::Malformed)
}
