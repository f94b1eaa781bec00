//! The content: encrypted and authenticated together with the header (RFC 7518 §5).

use aws_lc_rs::aead;
use aws_lc_rs::{cipher, hmac};
use zeroize::Zeroizing;

use super::cbc_hmac::CbcHmac;
use super::encryption::ContentEncryption;
use super::error::{DecryptError, EncryptError};
use super::gcm;
use crate::random::fill_random;

/// Encrypted content with what its reader needs besides the key.
pub(super) struct Sealed {
    pub(super) iv: Vec<u8>,
    pub(super) ciphertext: Vec<u8>,
    pub(super) tag: Vec<u8>,
}

/// Encrypts under a fresh initialization vector. The key has the length that `enc` takes.
pub(super) fn seal(enc: ContentEncryption, key: &[u8], aad: &[u8], content: &[u8]) -> Result<Sealed, EncryptError> {
    match Scheme::of(enc) {
        Scheme::Gcm(algorithm) => {
            let mut iv = [0; gcm::IV];
            fill_random(&mut iv)?;
            let (ciphertext, tag) = gcm::seal(algorithm, key, iv, aad, content).ok_or(EncryptError::Failed)?;
            Ok(Sealed { iv: iv.to_vec(), ciphertext, tag: tag.to_vec() })
        }
        Scheme::CbcHmac(scheme) => {
            let mut iv = [0; cipher::AES_CBC_IV_LEN];
            fill_random(&mut iv)?;
            let (ciphertext, tag) = scheme.seal(key, iv, aad, content).ok_or(EncryptError::Failed)?;
            Ok(Sealed { iv: iv.to_vec(), ciphertext, tag })
        }
    }
}

/// Decrypts, once the authentication tag is known to be right.
pub(super) fn open(
    enc: ContentEncryption,
    key: &[u8],
    aad: &[u8],
    sealed: (&[u8], &[u8], &[u8]),
) -> Result<Zeroizing<Vec<u8>>, DecryptError> {
    let (iv, ciphertext, tag) = sealed;
    match Scheme::of(enc) {
        Scheme::Gcm(algorithm) => {
            let iv = iv.try_into().map_err(|_| DecryptError)?;
            gcm::open(algorithm, key, iv, aad, ciphertext, tag).ok_or(DecryptError)
        }
        Scheme::CbcHmac(scheme) => {
            let iv = iv.try_into().map_err(|_| DecryptError)?;
            scheme.open(key, iv, aad, ciphertext, tag).ok_or(DecryptError)
        }
    }
}

enum Scheme {
    Gcm(&'static aead::Algorithm),
    CbcHmac(CbcHmac),
}

impl Scheme {
    fn of(enc: ContentEncryption) -> Self {
        match enc {
            ContentEncryption::A128GCM => Self::Gcm(&aead::AES_128_GCM),
            ContentEncryption::A192GCM => Self::Gcm(&aead::AES_192_GCM),
            ContentEncryption::A256GCM => Self::Gcm(&aead::AES_256_GCM),
            ContentEncryption::A128CBCHS256 => {
                Self::CbcHmac(CbcHmac { cipher: &cipher::AES_128, mac: hmac::HMAC_SHA256, half: 16 })
            }
            ContentEncryption::A192CBCHS384 => {
                Self::CbcHmac(CbcHmac { cipher: &cipher::AES_192, mac: hmac::HMAC_SHA384, half: 24 })
            }
            ContentEncryption::A256CBCHS512 => {
                Self::CbcHmac(CbcHmac { cipher: &cipher::AES_256, mac: hmac::HMAC_SHA512, half: 32 })
            }
        }
    }
}
