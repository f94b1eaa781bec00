//! Keys that decrypt.

use std::fmt;

use zeroize::Zeroizing;

use super::algorithm::KeyAlgorithm;
use super::private::PrivateKey;
use crate::jwk::Jwk;
use crate::key_error::KeyError;

/// A private or shared key for one key management algorithm (RFC 8725 §3.1), parsed and checked once.
pub struct DecryptionKey {
    pub(super) alg: KeyAlgorithm,
    pub(super) private: PrivateKey,
    public: Option<Jwk>,
    /// Kept because the library does not return every form that it reads.
    bytes: Zeroizing<Vec<u8>>,
}

impl DecryptionKey {
    /// Makes a new key: 2048 bits for RSA, P-256 for ECDH-ES, the algorithm's length for a shared key.
    ///
    /// An RSA key takes tens to hundreds of milliseconds: not on an async thread.
    ///
    /// # Errors
    /// [`KeyError::WrongType`] for `dir`, whose length depends on the content encryption; [`KeyError::Random`] or
    /// [`KeyError::Failed`] when the system cannot make one.
    pub fn generate(alg: KeyAlgorithm) -> Result<Self, KeyError> {
        Self::from_private_bytes(alg, None, &PrivateKey::generate(alg)?)
    }

    /// Reads a key: PKCS#8 (RFC 5208, RFC 8410 for X25519) for RSA and ECDH-ES, the bare bytes for a shared key.
    ///
    /// Without a `kid` a private key is named by its thumbprint (RFC 7638). A shared key has no public half to name.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] when the bytes are not such a key, [`KeyError::Size`] when it is too short or too long
    /// for the algorithm.
    pub fn from_private_bytes(alg: KeyAlgorithm, kid: Option<&str>, bytes: &[u8]) -> Result<Self, KeyError> {
        let private = PrivateKey::read(alg, bytes)?;
        let public = private.public_half()?.map(|jwk| named(jwk, alg, kid)).transpose()?;
        Ok(Self { alg, private, public, bytes: Zeroizing::new(bytes.to_vec()) })
    }

    /// The key in the form [`DecryptionKey::from_private_bytes`] reads: to be sealed and stored, never shown.
    #[must_use]
    pub fn private_bytes(&self) -> Zeroizing<Vec<u8>> {
        self.bytes.clone()
    }

    /// The one algorithm the key decrypts with.
    #[must_use]
    pub fn alg(&self) -> KeyAlgorithm {
        self.alg
    }

    /// The public half with `use`, `alg` and `kid`, ready to publish. `None` for a shared key, which has none.
    #[must_use]
    pub fn public_jwk(&self) -> Option<Jwk> {
        self.public.clone()
    }
}

impl fmt::Debug for DecryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecryptionKey").field("alg", &self.alg).finish_non_exhaustive()
    }
}

fn named(jwk: Jwk, alg: KeyAlgorithm, kid: Option<&str>) -> Result<Jwk, KeyError> {
    let kid = match kid {
        Some(kid) => kid.to_owned(),
        None => jwk.thumbprint()?,
    };
    Ok(Jwk { usage: Some("enc".to_owned()), alg: Some(alg.as_str().to_owned()), kid: Some(kid), ..jwk })
}
