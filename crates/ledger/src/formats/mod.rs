//! How a token's text looks: one file a format.

pub mod jwt;
pub mod jwt_form;
pub mod named_api;
pub mod reference;
pub mod scan;

use aws_lc_rs::digest;

use jeton_model::ids::TokenId;
use jeton_model::records::{TokenKind, Verifier};

/// What a presented text claims to be. Nothing is proven yet: the row's verifier decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// A reference token of this kind and id.
    Reference(TokenKind, TokenId),
    /// A JWT whose `jti` leads to this id.
    Jwt(TokenId),
    /// Something else, findable only by the hash of its text.
    Foreign,
}

/// The longest text that can be a token, in bytes.
pub const MAX_LENGTH: usize = 16 * 1024;

/// Reads where a text leads to.
#[must_use]
pub fn read(text: &str) -> Claimed {
    if text.len() > MAX_LENGTH {
        return Claimed::Foreign;
    }
    if let Some((kind, id)) = reference::parse(text) {
        return Claimed::Reference(kind, id);
    }
    jwt::token_id(text).map_or(Claimed::Foreign, Claimed::Jwt)
}

/// The verifier of a text: SHA-256 of it as presented, so any other spelling of the same token is another token.
#[must_use]
pub fn verifier(text: &str) -> Verifier {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
    Verifier(out)
}
