//! RSAES-OAEP with SHA-256 for both of its digests, and no label (RFC 7518 §4.3).

use aws_lc_rs::rsa::{OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, OaepPublicEncryptingKey};
use zeroize::Zeroizing;

/// Encrypts a content key; `None` when the library fails.
pub(super) fn encrypt(public: &OaepPublicEncryptingKey, content_key: &[u8]) -> Option<Vec<u8>> {
    let mut encrypted = vec![0; public.ciphertext_size()];
    public.encrypt(&OAEP_SHA256_MGF1SHA256, content_key, &mut encrypted, None).ok()?;
    Some(encrypted)
}

/// Decrypts a content key; `None` for everything that was not encrypted to this key.
pub(super) fn decrypt(private: &OaepPrivateDecryptingKey, encrypted: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut content_key = Zeroizing::new(vec![0; private.min_output_size()]);
    let length = private.decrypt(&OAEP_SHA256_MGF1SHA256, encrypted, &mut content_key, None).ok()?.len();
    content_key.truncate(length);
    Some(content_key)
}
