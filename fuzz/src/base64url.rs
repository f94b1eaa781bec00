//! Base64url.

use jeton_jose::base64url::{decode, encode};

/// Two texts never decode to the same bytes, and every byte string has a text.
pub fn run(data: &[u8]) {
    assert_eq!(decode(&encode(data)).as_deref(), Ok(data));
    if let Some(text) = crate::text(data)
        && let Ok(bytes) = decode(text)
    {
        assert_eq!(encode(bytes), text);
    }
}

/// Right ones.
#[must_use]
pub fn seeds() -> Vec<String> {
    crate::owned(&["", "_-8", "AAAA", "eyJhbGciOiJIUzI1NiJ9"])
}
