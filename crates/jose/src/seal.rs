//! Secrets at rest: authenticated encryption under a key that is not in the store.
//!
//! A sealed value is one version byte, a 96-bit random nonce, and the AES-256-GCM ciphertext with its tag (NIST SP
//! 800-38D). The version determines the format of the rest, so that the scheme can change while old rows stay readable.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::block::BlockKey;
use crate::digest::MacKey;
use crate::random::{RandomError, fill_random};

/// A value cannot be sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Not sealed by this key with this associated data, or changed since; which of these is not reported.
    #[error("the sealed value cannot be opened")]
    Refused,
    /// Not 32 bytes, or not their standard base64.
    #[error("a seal key is 32 bytes in base64")]
    KeyFormat,
    /// No random bytes for a nonce or a key.
    #[error("no randomness for sealing")]
    Random(#[from] RandomError),
    /// The cryptographic library failed.
    #[error("sealing failed")]
    Failed,
}

/// A key that seals and opens.
///
/// Nonces are random, so one key must not seal more than 2³² values (NIST SP 800-38D §8.3): [`SealKey::derive`] one per
/// purpose, and where a purpose seals millions of values a day, one per period or per service as well.
pub struct SealKey {
    bytes: Zeroizing<[u8; 32]>,
    cipher: LessSafeKey,
}

impl SealKey {
    /// Makes a new key.
    ///
    /// # Errors
    /// [`SealError::Random`] when the system has no randomness.
    pub fn random() -> Result<Self, SealError> {
        let mut bytes = Zeroizing::new([0; 32]);
        fill_random(bytes.as_mut())?;
        Self::new(bytes)
    }

    /// Takes a key's 32 bytes.
    ///
    /// # Errors
    /// [`SealError::KeyFormat`] when there are not 32.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SealError> {
        // Copied straight into the place that will be wiped.
        let mut key = Zeroizing::new([0; 32]);
        if bytes.len() != key.len() {
            return Err(SealError::KeyFormat);
        }
        key.copy_from_slice(bytes);
        Self::new(key)
    }

    /// Reads a key file: standard base64 of 32 bytes, as `openssl rand -base64 32` prints it, with white space around.
    ///
    /// # Errors
    /// [`SealError::KeyFormat`] when it is anything else.
    pub fn from_text(text: &str) -> Result<Self, SealError> {
        let bytes = Zeroizing::new(STANDARD.decode(text.trim()).map_err(|_| SealError::KeyFormat)?);
        Self::from_bytes(&bytes)
    }

    /// The key's bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        self.bytes.clone()
    }

    /// The key as [`SealKey::from_text`] reads it.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(self.bytes.as_ref()))
    }

    /// The sub-key for one purpose (HKDF-SHA-256, RFC 5869). From one label follows always the same key; from a sub-key
    /// follows nothing about its parent or its siblings.
    ///
    /// # Errors
    /// [`SealError::Failed`] when the cryptographic library fails.
    pub fn derive(&self, label: &str) -> Result<Self, SealError> {
        Self::new(self.expand(b"jeton seal key: ", label)?)
    }

    /// The keyed-hash key for one purpose, derived like [`SealKey::derive`]; the same label gives unrelated keys in
    /// the two functions.
    ///
    /// # Errors
    /// [`SealError::Failed`] when the cryptographic library fails.
    pub fn derive_mac(&self, label: &str) -> Result<MacKey, SealError> {
        Ok(MacKey::new(self.expand(b"jeton mac key: ", label)?.as_ref()))
    }

    /// The key of a keyed permutation for one purpose, derived like [`SealKey::derive`]; the same label gives unrelated keys in
    /// the three functions.
    ///
    /// # Errors
    /// [`SealError::Failed`] when the cryptographic library fails.
    pub fn derive_block(&self, label: &str) -> Result<BlockKey, SealError> {
        let bytes = self.expand(b"jeton block key: ", label)?;
        BlockKey::new(&bytes).map_err(|_| SealError::Failed)
    }

    /// Encrypts `plaintext` and binds it to `aad`: what the value is and which row it belongs to. A sealed value moved
    /// to another row then no longer opens.
    ///
    /// # Errors
    /// [`SealError::Random`] when the system has no randomness for the nonce, [`SealError::Failed`] when the
    /// cryptographic library fails.
    pub fn seal(&self, aad: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE_LEN];
        fill_random(&mut nonce)?;
        let mut sealed = vec![0; OVERHEAD.saturating_add(plaintext.len())];
        let (prefix, rest) = sealed.split_first_chunk_mut::<PREFIX>().ok_or(SealError::Failed)?;
        let (ciphertext, tag) = rest.split_at_mut_checked(plaintext.len()).ok_or(SealError::Failed)?;
        let (version, nonce_place) = prefix.split_at_mut(1);
        version.fill(VERSION);
        nonce_place.copy_from_slice(&nonce);
        let nonce = Nonce::assume_unique_for_key(nonce);
        self.cipher
            .seal_out_of_place_scatter(nonce, Aad::from(aad), plaintext, ciphertext, &[], tag)
            .map_err(|_| SealError::Failed)?;
        Ok(sealed)
    }

    /// Decrypts what [`SealKey::seal`] made with the same key and `aad`.
    ///
    /// # Errors
    /// [`SealError::Refused`] for everything else.
    pub fn open(&self, aad: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (&version, rest) = sealed.split_first().ok_or(SealError::Refused)?;
        let (&nonce, rest) = rest.split_first_chunk().ok_or(SealError::Refused)?;
        let length = rest.len().checked_sub(TAG).ok_or(SealError::Refused)?;
        let (ciphertext, tag) = rest.split_at_checked(length).ok_or(SealError::Refused)?;
        if version != VERSION {
            return Err(SealError::Refused);
        }
        let nonce = Nonce::assume_unique_for_key(nonce);
        let mut plaintext = Zeroizing::new(vec![0; length]);
        self.cipher
            .open_separate_gather(nonce, Aad::from(aad), ciphertext, tag, &mut plaintext)
            .map_err(|_| SealError::Refused)?;
        Ok(plaintext)
    }

    fn new(bytes: Zeroizing<[u8; 32]>) -> Result<Self, SealError> {
        let cipher = UnboundKey::new(&AES_256_GCM, bytes.as_ref()).map_err(|_| SealError::Failed)?;
        Ok(Self { bytes, cipher: LessSafeKey::new(cipher) })
    }

    fn expand(&self, purpose: &[u8], label: &str) -> Result<Zeroizing<[u8; 32]>, SealError> {
        let key = hkdf::Salt::none(hkdf::HKDF_SHA256).extract(self.bytes.as_ref());
        let info = [purpose, label.as_bytes()];
        let mut bytes = Zeroizing::new([0; 32]);
        key.expand(&info, hkdf::HKDF_SHA256).and_then(|okm| okm.fill(bytes.as_mut())).map_err(|_| SealError::Failed)?;
        Ok(bytes)
    }
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealKey(…)")
    }
}

const VERSION: u8 = 1;
const PREFIX: usize = 1 + NONCE_LEN;
const TAG: usize = 16;
const OVERHEAD: usize = PREFIX + TAG;
