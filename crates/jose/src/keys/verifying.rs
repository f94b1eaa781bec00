//! Keys that verify.

use std::fmt;

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{self, ParsedPublicKey, VerificationAlgorithm};

use super::error::VerifyError;
use super::family::{ED25519, Family};
use super::public::{ec_point, okp_key, rsa_der};
use crate::algorithm::Algorithm;
use crate::jwk::Jwk;
use crate::key_error::KeyError;
use crate::secret::Secret;

/// A key that checks signatures of one algorithm, parsed and validated once.
///
/// The algorithm belongs to the key, not to the token (RFC 8725 §3.1): a token cannot choose how it is checked.
pub struct VerifyingKey {
    alg: Algorithm,
    material: Material,
}

enum Material {
    Hmac(Box<hmac::Key>),
    Public(Box<ParsedPublicKey>),
}

impl VerifyingKey {
    /// Takes a public key for one algorithm.
    ///
    /// # Errors
    /// [`KeyError::WrongType`] when the key's type or curve does not belong to `alg` (a symmetric algorithm never
    /// fits), [`KeyError::WrongUse`] when its own `use`, `key_ops` or `alg` forbid it, [`KeyError::Size`] outside 2048
    /// to 8192 bits of RSA, [`KeyError::Malformed`] for missing or non-canonical members and points off the curve.
    pub fn from_jwk(jwk: &Jwk, alg: Algorithm) -> Result<Self, KeyError> {
        let key = match Family::of(alg) {
            Family::Hmac(_) => return Err(KeyError::WrongType),
            Family::Rsa { verifying, .. } => parse(verifying, &rsa_der(jwk)?)?,
            Family::Ecdsa(curve) => parse(curve.verifying, &ec_point(jwk, curve.name, curve.coordinate)?)?,
            Family::Ed25519 => parse(&signature::ED25519, &okp_key(jwk, ED25519)?)?,
        };
        if !jwk.permits_verifying(alg) {
            return Err(KeyError::WrongUse);
        }
        Ok(Self { alg, material: Material::Public(Box::new(key)) })
    }

    /// Takes a shared secret for HMAC, of at least the digest's length.
    ///
    /// # Errors
    /// [`KeyError::WrongType`] when `alg` is not symmetric, [`KeyError::Size`] when the secret is shorter than the
    /// digest (RFC 7518 §3.2).
    pub fn from_secret(alg: Algorithm, secret: &[u8]) -> Result<Self, KeyError> {
        let Family::Hmac(hmac) = Family::of(alg) else {
            return Err(KeyError::WrongType);
        };
        Ok(Self { alg, material: Material::Hmac(Box::new(hmac_key(hmac, secret)?)) })
    }

    /// Takes a client secret for HMAC: its UTF-8 bytes (OpenID Connect Core §10.1), however few.
    ///
    /// RFC 7518 §3.2 and OpenID Connect Core §16.19 ask for a secret as long as the digest. Clients are registered with
    /// shorter ones, by hand and by other servers, and their libraries sign with them; refusing those here would
    /// leave such a client only the methods that send the secret itself, which are weaker. Whoever registers a client
    /// for an HMAC algorithm should give it a long secret; [`VerifyingKey::from_secret`] tells whether it is.
    ///
    /// # Errors
    /// [`KeyError::WrongType`] when `alg` is not symmetric, [`KeyError::Size`] when the secret is empty.
    pub fn from_client_secret(alg: Algorithm, secret: &Secret) -> Result<Self, KeyError> {
        let Family::Hmac(hmac) = Family::of(alg) else {
            return Err(KeyError::WrongType);
        };
        if secret.is_empty() {
            return Err(KeyError::Size);
        }
        let key = hmac::Key::new(hmac, secret.expose().as_bytes());
        Ok(Self { alg, material: Material::Hmac(Box::new(key)) })
    }

    /// The one algorithm the key checks.
    #[must_use]
    pub fn alg(&self) -> Algorithm {
        self.alg
    }

    /// Checks a signature over a message.
    ///
    /// # Errors
    /// [`VerifyError::BadSignature`], whatever is wrong with it.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), VerifyError> {
        let verdict = match &self.material {
            Material::Hmac(key) => hmac::verify(key, message, signature),
            Material::Public(key) => key.verify_sig(message, signature),
        };
        verdict.map_err(|_| VerifyError::BadSignature)
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingKey").field("alg", &self.alg).finish_non_exhaustive()
    }
}

/// An HMAC key of at least the digest's length (RFC 7518 §3.2). Checked when signing, too: a token that Jeton signs
/// must not be one that Jeton's own rules refuse.
pub(super) fn hmac_key(algorithm: hmac::Algorithm, secret: &[u8]) -> Result<hmac::Key, KeyError> {
    if secret.len() < algorithm.tag_len() {
        return Err(KeyError::Size);
    }
    Ok(hmac::Key::new(algorithm, secret))
}

fn parse(algorithm: &'static dyn VerificationAlgorithm, bytes: &[u8]) -> Result<ParsedPublicKey, KeyError> {
    ParsedPublicKey::new(algorithm, bytes).map_err(|_| KeyError::Malformed)
}
