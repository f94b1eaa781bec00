//! Digests, keyed digests, and comparison that takes the same time for every answer.

use std::fmt;

use aws_lc_rs::{constant_time, digest, hmac};

/// SHA-256 (FIPS 180-4).
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    array(digest::digest(&digest::SHA256, bytes).as_ref())
}

/// Compares without revealing by its duration where two values differ. Only their lengths may be learnt.
#[must_use]
pub fn constant_time_eq(left: &[u8], right: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(left, right).is_ok()
}

/// An HMAC-SHA-256 key (RFC 2104), its two inner states computed once.
///
/// This is the keyed fast hash for generated secrets; a secret that a person chose needs a slow one.
#[derive(Clone)]
pub struct MacKey(hmac::Key);

impl MacKey {
    /// Prepares a key from its bytes. Give at least 32 random ones (RFC 2104 §3).
    #[must_use]
    pub fn new(key: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// The code over the parts, taken one after another.
    ///
    /// Parts are not delimited: `["ab", "c"]` and `["a", "bc"]` have the same code. Where a part has no fixed length
    /// and is not the last, the caller puts its length or a separator between.
    #[must_use]
    pub fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            context.update(part);
        }
        array(context.sign().as_ref())
    }

    /// Whether `mac` is the code over the parts, in constant time.
    #[must_use]
    pub fn verify(&self, parts: &[&[u8]], mac: &[u8]) -> bool {
        constant_time_eq(&self.mac(parts), mac)
    }
}

impl fmt::Debug for MacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MacKey(…)")
    }
}

/// Copies a digest whose length the algorithm fixes.
fn array(digest: &[u8]) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base64url::encode;

    #[test]
    fn sha256_of_abc() {
        // FIPS 180-4, the example "abc".
        assert_eq!(encode(sha256(b"abc")), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
    }

    #[test]
    fn mac_matches_rfc_4231_case_2() {
        let key = MacKey::new(b"Jefe");
        let parts: [&[u8]; 2] = [b"what do ya want ", b"for nothing?"];
        let expected = [
            0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e, 0x6a, 0x04, 0x24, 0x26, 0x08, 0x95, 0x75, 0xc7, 0x5a, 0x00,
            0x3f, 0x08, 0x9d, 0x27, 0x39, 0x83, 0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43,
        ];
        assert_eq!(key.mac(&parts), expected);
        assert!(key.verify(&parts, &expected));
        assert!(!key.verify(&parts, expected.get(..31).unwrap_or_default()));
        assert!(!key.verify(&[b"what do ya want for nothing!"], &expected));
        assert_eq!(format!("{key:?}"), "MacKey(…)");
    }

    #[test]
    fn equality() {
        assert!(constant_time_eq(b"same", b"same"));
        assert!(constant_time_eq(b"", b""));
        assert!(!constant_time_eq(b"same", b"samf"));
        assert!(!constant_time_eq(b"same", b"sam"));
    }
}
