//! The formats of a token's text, one file each.

pub mod jti;
pub mod jwt;
pub mod jwt_form;
pub mod named_api;
pub mod reference;
pub mod scan;

use aws_lc_rs::digest;

use jeton_model::ids::TokenId;
use jeton_model::records::Verifier;

/// The longest text that can be a token, in bytes.
pub const MAX_LENGTH: usize = 16 * 1024;

/// The row that a presented text names without a key: by the form of a reference token, or by the older form of the `jti` of a JWT
/// (`Secrets::rows_of` reads both forms). This proves nothing; the row's verifier decides. None for a
/// text of another form, which can be found only by its hash.
#[must_use]
pub fn row_of(text: &str) -> Option<TokenId> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    match is_reference(text) {
        true => reference::parse(text).map(|(_, id)| id),
        false => jti::plain(&jwt::jti_of(text)?),
    }
}

/// Whether a text has the beginning of the ledger's own reference tokens: it can be found by the row that it names only.
#[must_use]
pub fn is_reference(text: &str) -> bool {
    text.starts_with(reference::START)
}

/// The verifier of a text: SHA-256 of the text as presented, so any other spelling of the same token is a different token.
#[must_use]
pub fn verifier(text: &str) -> Verifier {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
    Verifier(out)
}
