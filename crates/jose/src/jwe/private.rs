//! Private keys in the cryptographic library's form.

use aws_lc_rs::agreement;
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::{KeySize, OaepPrivateDecryptingKey, PrivateDecryptingKey};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RsaKeyPair};
use zeroize::Zeroizing;

use super::algorithm::{KeyAlgorithm, Management};
use super::curve::Curve;
use super::shared_key::shared_key;
use crate::jwk::Jwk;
use crate::key_error::KeyError;
use crate::keys::public::rsa_jwk;
use crate::keys::rsa_refusal;
use crate::random::fill_random;

pub(super) enum PrivateKey {
    Rsa { key: Box<OaepPrivateDecryptingKey>, public: Box<Jwk> },
    Agreement { curve: Curve, key: agreement::PrivateKey },
    Shared(Zeroizing<Vec<u8>>),
}

impl PrivateKey {
    /// The bytes of a new key, as [`PrivateKey::read`] reads them.
    pub(super) fn generate(alg: KeyAlgorithm) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let failed = |_| KeyError::Failed;
        let bytes = match alg.management() {
            Management::Rsa => {
                let key = PrivateDecryptingKey::generate(KeySize::Rsa2048).map_err(failed)?;
                key.as_der().map_err(failed)?.as_ref().to_vec()
            }
            Management::Agreement | Management::AgreementAndWrap(_) => {
                let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(failed)?;
                pair.to_pkcs8v1().map_err(failed)?.as_ref().to_vec()
            }
            Management::Wrap(length) | Management::GcmWrap(length) => {
                let mut key = vec![0; length];
                fill_random(&mut key)?;
                key
            }
            Management::Direct => return Err(KeyError::WrongType),
        };
        Ok(Zeroizing::new(bytes))
    }

    /// Reads PKCS#8, or the bare bytes of a shared key.
    pub(super) fn read(alg: KeyAlgorithm, bytes: &[u8]) -> Result<Self, KeyError> {
        match alg.management() {
            Management::Rsa => rsa(bytes),
            Management::Agreement | Management::AgreementAndWrap(_) => on_a_curve(bytes),
            Management::Wrap(_) | Management::GcmWrap(_) | Management::Direct => {
                Ok(Self::Shared(shared_key(alg, bytes)?))
            }
        }
    }

    /// The public numbers alone, without `use`, `alg` and `kid`.
    pub(super) fn public_half(&self) -> Result<Option<Jwk>, KeyError> {
        match self {
            Self::Rsa { public, .. } => Ok(Some((**public).clone())),
            Self::Agreement { curve, key } => {
                let public = key.compute_public_key().map_err(|_| KeyError::Failed)?;
                curve.write(&public).map(Some)
            }
            Self::Shared(_) => Ok(None),
        }
    }
}

/// The library shows the public half of a key pair that signs, and not of one that decrypts.
fn rsa(bytes: &[u8]) -> Result<PrivateKey, KeyError> {
    let malformed = |_| KeyError::Malformed;
    let pair = RsaKeyPair::from_pkcs8(bytes).map_err(rsa_refusal)?;
    let key = PrivateDecryptingKey::from_pkcs8(bytes).map_err(malformed)?;
    let key = OaepPrivateDecryptingKey::new(key).map_err(|_| KeyError::Malformed)?;
    let public = rsa_jwk(pair.public_key().as_ref())?;
    Ok(PrivateKey::Rsa { key: Box::new(key), public: Box::new(public) })
}

/// The curve is the one the key is on: the algorithms of ECDH-ES take any.
fn on_a_curve(bytes: &[u8]) -> Result<PrivateKey, KeyError> {
    Curve::ALL
        .into_iter()
        .find_map(|curve| {
            let key = match curve {
                Curve::X25519 => agreement::PrivateKey::from_private_key(curve.algorithm(), x25519_seed(bytes)?),
                _ => agreement::PrivateKey::from_private_key_der(curve.algorithm(), bytes),
            };
            key.ok().map(|key| PrivateKey::Agreement { curve, key })
        })
        .ok_or(KeyError::Malformed)
}

/// The 32 bytes in an X25519 key's PKCS#8, of which RFC 8410 §7 leaves one form; the library reads the bare bytes only.
fn x25519_seed(bytes: &[u8]) -> Option<&[u8]> {
    bytes.strip_prefix(&X25519_PKCS8).filter(|seed| seed.len() == 32)
}

/// SEQUENCE { version 0, SEQUENCE { 1.3.101.110 }, OCTET STRING { OCTET STRING of 32 bytes } } up to those bytes.
const X25519_PKCS8: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x04, 0x22, 0x04, 0x20];
