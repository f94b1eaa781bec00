//! The hash by which a content security policy allows an inline text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jeton_jose::digest::sha256;

/// `'sha256-…'` of the text between an element's tags.
#[must_use]
pub fn source_hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(sha256(text.as_bytes())))
}
