//! Base64url without padding, read strictly (RFC 7515 §2, RFC 4648 §5).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The text is not unpadded base64url in its only canonical form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not canonical unpadded base64url")]
pub struct NotBase64Url;

/// Encodes without padding.
#[must_use]
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Encodes onto the end of `text`: a hot path keeps one buffer.
pub fn encode_into(bytes: &[u8], text: &mut String) {
    URL_SAFE_NO_PAD.encode_string(bytes, text);
}

/// Decodes the one canonical form of some bytes.
///
/// Two texts never decode to the same bytes: otherwise a changed token could still verify, and a list of revoked
/// token texts could be walked around.
///
/// # Errors
/// [`NotBase64Url`] for padding, another alphabet, white space, or bits left over in the last character.
pub fn decode(text: &str) -> Result<Vec<u8>, NotBase64Url> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| NotBase64Url)
}

/// How many characters encode `bytes` bytes, rounded up to whole groups.
pub(crate) const fn capacity_for(bytes: usize) -> usize {
    bytes.div_ceil(3).saturating_mul(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_canonical_form_is_read() {
        assert_eq!(decode("").as_deref(), Ok(&[][..]));
        assert_eq!(decode("_-8").as_deref(), Ok(&[0xff, 0xef][..]));
        for refused in ["_-8=", "_-9", "/+8", "_-8\n", " _-8", "_", "_-8_=", "AAAAA"] {
            assert_eq!(decode(refused), Err(NotBase64Url), "{refused:?}");
        }
    }

    #[test]
    fn appending_is_encoding() {
        let mut text = String::from("a.");
        encode_into(&[0xff, 0xef], &mut text);
        assert_eq!(text, "a._-8");
        assert!(capacity_for(2) >= 3);
    }
}
