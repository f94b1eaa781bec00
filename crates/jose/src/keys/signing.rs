//! Keys that sign.

use std::fmt;

use zeroize::Zeroizing;

use super::error::SignError;
use super::private::{LONGEST_SIGNATURE, PrivateKey};
use crate::algorithm::Algorithm;
use crate::base64url;
use crate::jwk::Jwk;
use crate::key_error::KeyError;
use crate::random::fill_random;

/// A private or symmetric key for one algorithm (RFC 8725 §3.1: a key is used with one algorithm only).
///
/// Reading and checking a key costs half a signature or more, so it happens once, here. Share the value in an `Arc`: it
/// is `Send` and `Sync`, and signing takes no lock.
pub struct SigningKey {
    alg: Algorithm,
    kid: String,
    public: Option<Jwk>,
    private: PrivateKey,
    /// How many bytes each signature has.
    signature_len: usize,
}

impl SigningKey {
    /// Makes a new key: 2048 bits for RSA, the digest's length for HMAC.
    ///
    /// The key id is the thumbprint (RFC 7638), or random for a symmetric key. An RSA key takes tens to hundreds of
    /// milliseconds: not on an async thread.
    ///
    /// # Errors
    /// [`KeyError::Random`] or [`KeyError::Failed`] when the system cannot make one.
    pub fn generate(alg: Algorithm) -> Result<Self, KeyError> {
        let private = PrivateKey::generate(alg)?;
        if !alg.is_symmetric() {
            return Self::new(alg, None, private);
        }
        let mut kid = [0; 16];
        fill_random(&mut kid)?;
        Self::new(alg, Some(&base64url::encode(kid)), private)
    }

    /// Reads a key: PKCS#8 (RFC 5208, RFC 8410 for Ed25519) for an asymmetric algorithm, the bare secret for HMAC.
    ///
    /// Without a `kid` an asymmetric key is named by its thumbprint; give one to keep the name under which a key is
    /// already known. A symmetric key always needs one.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] when the bytes are not such a key, [`KeyError::Size`] when an HMAC secret is shorter
    /// than its digest (RFC 7518 §3.2) or an RSA key has fewer than 2048 bits (§3.3), [`KeyError::KidRequired`].
    pub fn from_private_bytes(alg: Algorithm, kid: Option<&str>, bytes: &[u8]) -> Result<Self, KeyError> {
        Self::new(alg, kid, PrivateKey::read(alg, bytes)?)
    }

    /// Reads the private part of a JSON Web Key of an asymmetric algorithm (RFC 7518 §6.2.2 and §6.3.2, RFC 8037 §2). An RSA key
    /// must have all numbers of its two primes.
    ///
    /// Its `kid` stays, if it has one; else it is named by its thumbprint.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] when a member is missing or wrong, or the private part does not belong to the public one;
    /// [`KeyError::Size`] when an RSA key has fewer than 2048 bits; [`KeyError::WrongType`] for a key of another algorithm.
    pub fn from_jwk(alg: Algorithm, jwk: &serde_json::Value) -> Result<Self, KeyError> {
        let kid = jwk.get("kid").and_then(serde_json::Value::as_str).filter(|kid| !kid.is_empty());
        Self::new(alg, kid, PrivateKey::from_jwk(alg, jwk)?)
    }

    /// The key in the form [`SigningKey::from_private_bytes`] reads: to be sealed and stored, never shown.
    ///
    /// # Errors
    /// [`KeyError::Failed`] when the cryptographic library cannot write the key out.
    pub fn private_bytes(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        self.private.write()
    }

    /// The key id (RFC 7515 §4.1.4).
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The one algorithm the key signs with.
    #[must_use]
    pub fn alg(&self) -> Algorithm {
        self.alg
    }

    /// The public half with `use`, `alg` and `kid`, ready to publish. `None` for a symmetric key, which has none.
    #[must_use]
    pub fn public_jwk(&self) -> Option<Jwk> {
        self.public.clone()
    }

    /// Signs the message. ECDSA signatures are the two numbers at full length (RFC 7518 §3.4).
    ///
    /// # Errors
    /// [`SignError::Failed`] when the cryptographic library fails.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let mut buffer = [0; LONGEST_SIGNATURE];
        Ok(self.sign_into(message, &mut buffer)?.to_vec())
    }

    /// Signs into the front of `buffer`: nothing is allocated here.
    pub(crate) fn sign_into<'a>(
        &self,
        message: &[u8],
        buffer: &'a mut [u8; LONGEST_SIGNATURE],
    ) -> Result<&'a [u8], SignError> {
        let signature = buffer.get_mut(..self.signature_len).ok_or(SignError::Failed)?;
        self.private.sign(message, signature)?;
        Ok(signature)
    }

    /// How many bytes each signature has.
    pub(crate) fn signature_len(&self) -> usize {
        self.signature_len
    }

    fn new(alg: Algorithm, kid: Option<&str>, private: PrivateKey) -> Result<Self, KeyError> {
        let public = private.public_half()?;
        let kid = match (kid, &public) {
            (Some(kid), _) => kid.to_owned(),
            (None, Some(jwk)) => jwk.thumbprint()?,
            (None, None) => return Err(KeyError::KidRequired),
        };
        let public = public.map(|jwk| Jwk {
            usage: Some("sig".to_owned()),
            alg: Some(alg.as_str().to_owned()),
            kid: Some(kid.clone()),
            ..jwk
        });
        Ok(Self { alg, kid, public, signature_len: private.signature_len(), private })
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("alg", &self.alg).field("kid", &self.kid).finish_non_exhaustive()
    }
}
