//! Private keys in the cryptographic library's form, one variant for each family of algorithms.

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RsaKeyPair, RsaSignatureEncoding};
use zeroize::Zeroizing;

use super::error::SignError;
use super::family::{Curve, ED25519, Family};
use super::public::{ec_jwk, okp_jwk, rsa_jwk};
use super::verifying::hmac_key;
use crate::algorithm::Algorithm;
use crate::jwk::Jwk;
use crate::key_error::KeyError;
use crate::random::fill_random;

/// The bytes of the longest signature there is: that of an RSA key of 8192 bits, the most the library takes.
pub(crate) const LONGEST_SIGNATURE: usize = 1024;

pub(super) enum PrivateKey {
    /// The secret is kept together with the prepared key because the library does not return it.
    Hmac {
        key: Box<hmac::Key>,
        secret: Zeroizing<Vec<u8>>,
    },
    Rsa {
        pair: RsaKeyPair,
        encoding: &'static RsaSignatureEncoding,
    },
    Ecdsa {
        pair: EcdsaKeyPair,
        curve: Curve,
    },
    Ed25519(Ed25519KeyPair),
}

impl PrivateKey {
    pub(super) fn generate(alg: Algorithm) -> Result<Self, KeyError> {
        let failed = |_| KeyError::Failed;
        match Family::of(alg) {
            Family::Hmac(hmac) => {
                let mut secret = Zeroizing::new(vec![0; hmac.tag_len()]);
                fill_random(&mut secret)?;
                Self::hmac(hmac, secret)
            }
            Family::Rsa { signing, .. } => {
                let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
                Ok(Self::Rsa { pair, encoding: signing })
            }
            Family::Ecdsa(curve) => {
                let pair = EcdsaKeyPair::generate(curve.signing).map_err(failed)?;
                Ok(Self::Ecdsa { pair, curve })
            }
            Family::Ed25519 => Ok(Self::Ed25519(Ed25519KeyPair::generate().map_err(failed)?)),
        }
    }

    /// Reads the bare secret of an HMAC key, PKCS#8 for the others. The library checks that a pair's halves belong
    /// together and that an elliptic curve key is on the algorithm's curve.
    pub(super) fn read(alg: Algorithm, bytes: &[u8]) -> Result<Self, KeyError> {
        let malformed = |_| KeyError::Malformed;
        match Family::of(alg) {
            Family::Hmac(hmac) => Self::hmac(hmac, Zeroizing::new(bytes.to_vec())),
            Family::Rsa { signing, .. } => {
                let pair = RsaKeyPair::from_pkcs8(bytes).map_err(rsa_refusal)?;
                Ok(Self::Rsa { pair, encoding: signing })
            }
            Family::Ecdsa(curve) => {
                let pair = EcdsaKeyPair::from_pkcs8(curve.signing, bytes).map_err(malformed)?;
                Ok(Self::Ecdsa { pair, curve })
            }
            Family::Ed25519 => Ok(Self::Ed25519(Ed25519KeyPair::from_pkcs8(bytes).map_err(malformed)?)),
        }
    }

    /// Writes what [`PrivateKey::read`] reads.
    pub(super) fn write(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let failed = |_| KeyError::Failed;
        let bytes = match self {
            Self::Hmac { secret, .. } => return Ok(secret.clone()),
            Self::Rsa { pair, .. } => pair.as_der().map_err(failed)?.as_ref().to_vec(),
            Self::Ecdsa { pair, .. } => pair.to_pkcs8v1().map_err(failed)?.as_ref().to_vec(),
            Self::Ed25519(pair) => pair.to_pkcs8v1().map_err(failed)?.as_ref().to_vec(),
        };
        Ok(Zeroizing::new(bytes))
    }

    /// The public numbers alone, without `use`, `alg` and `kid`.
    pub(super) fn public_half(&self) -> Result<Option<Jwk>, KeyError> {
        match self {
            Self::Hmac { .. } => Ok(None),
            Self::Rsa { pair, .. } => rsa_jwk(pair.public_key().as_ref()).map(Some),
            Self::Ecdsa { pair, curve } => ec_jwk(curve.name, curve.coordinate, pair.public_key().as_ref()).map(Some),
            Self::Ed25519(pair) => Ok(Some(okp_jwk(ED25519, pair.public_key().as_ref()))),
        }
    }

    /// Signs into a buffer of exactly [`PrivateKey::signature_len`] bytes.
    pub(super) fn sign(&self, message: &[u8], signature: &mut [u8]) -> Result<(), SignError> {
        let failed = |_| SignError::Failed;
        // The library ignores the generator it is given here and uses its own, which is the same one.
        let random = SystemRandom::new();
        match self {
            Self::Hmac { key, .. } => copy(hmac::sign(key, message).as_ref(), signature),
            Self::Rsa { pair, encoding } => pair.sign(*encoding, &random, message, signature).map_err(failed),
            Self::Ecdsa { pair, .. } => copy(pair.sign(&random, message).map_err(failed)?.as_ref(), signature),
            Self::Ed25519(pair) => copy(pair.try_sign(message).map_err(failed)?.as_ref(), signature),
        }
    }

    pub(super) fn signature_len(&self) -> usize {
        match self {
            Self::Hmac { key, .. } => key.algorithm().tag_len(),
            Self::Rsa { pair, .. } => pair.public_modulus_len(),
            Self::Ecdsa { curve, .. } => curve.coordinate.saturating_mul(2),
            Self::Ed25519(_) => ED25519_SIGNATURE,
        }
    }

    fn hmac(algorithm: hmac::Algorithm, secret: Zeroizing<Vec<u8>>) -> Result<Self, KeyError> {
        let key = Box::new(hmac_key(algorithm, &secret)?);
        Ok(Self::Hmac { key, secret })
    }
}

/// RFC 8032 §5.1.6.
const ED25519_SIGNATURE: usize = 64;

fn copy(made: &[u8], signature: &mut [u8]) -> Result<(), SignError> {
    if made.len() != signature.len() {
        return Err(SignError::Failed);
    }
    signature.copy_from_slice(made);
    Ok(())
}

/// The library distinguishes a key of the wrong size from an unreadable one only by a text.
pub(crate) fn rsa_refusal(rejected: aws_lc_rs::error::KeyRejected) -> KeyError {
    match rejected.description_() {
        "TooSmall" | "TooLarge" => KeyError::Size,
        _ => KeyError::Malformed,
    }
}
