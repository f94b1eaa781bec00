//! AES-GCM Key Encryption (RFC 7518 §4.7).

use aws_lc_rs::aead::{AES_128_GCM, AES_192_GCM, AES_256_GCM, Algorithm};
use zeroize::Zeroizing;

use super::gcm::{self, IV, TAG};

/// Encrypts a content key: the ciphertext, and the tag for the header. `None` when the shared key has a length that no
/// algorithm has.
pub(super) fn wrap(kek: &[u8], iv: [u8; IV], key: &[u8]) -> Option<(Vec<u8>, [u8; TAG])> {
    gcm::seal(cipher(kek)?, kek, iv, &[], key)
}

/// Decrypts a content key; `None` for everything that was not encrypted with this shared key.
pub(super) fn unwrap(kek: &[u8], iv: [u8; IV], tag: [u8; TAG], encrypted: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    gcm::open(cipher(kek)?, kek, iv, &[], encrypted, &tag)
}

fn cipher(kek: &[u8]) -> Option<&'static Algorithm> {
    match kek.len() {
        16 => Some(&AES_128_GCM),
        24 => Some(&AES_192_GCM),
        32 => Some(&AES_256_GCM),
        _ => None,
    }
}
