//! Reading.

use super::read_header::JweHeader;
use crate::jws::MAX_COMPACT_LEN;
use crate::{base64url, json};

/// A token is not an acceptable compact JWE. Nothing is said about its content yet.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    /// Longer than [`MAX_COMPACT_LEN`].
    #[error("the token is too long")]
    TooLong,
    /// Not five parts separated by dots (RFC 7516 §7.1).
    #[error("a compact JWE has five parts")]
    Parts,
    /// A part is not canonical unpadded base64url (RFC 7515 §2).
    #[error("a part of the token is not canonical base64url")]
    Base64(#[from] base64url::NotBase64Url),
    /// The header is not a JSON object with unique members (RFC 7516 §4).
    #[error("the token's header is not a JSON object with unique members")]
    Header(#[from] json::JsonError),
    /// A header member has the wrong JSON type or length, or one that the algorithm needs is missing.
    #[error("a member of the token's header is malformed")]
    Member,
    /// `alg` is missing, unknown or refused (RFC 7516 §4.1.1).
    #[error("the token's key management algorithm is missing, unknown or refused")]
    Algorithm,
    /// `enc` is missing or unknown (RFC 7516 §4.1.2).
    #[error("the token's content encryption is missing or unknown")]
    Encryption,
    /// `crit` is there: extensions that must be understood, of which Jeton understands none (RFC 7516 §4.1.13).
    #[error("the token's header demands an extension")]
    Critical,
    /// `zip` is there (RFC 7516 §4.1.3). A few bytes could grow to fill the memory, and the length of compressed content
    /// tells about it (RFC 8725 §3.6).
    #[error("compressed tokens are refused")]
    Compressed,
}

/// Takes a compact JWE apart (RFC 7516 §5.2 steps 1 to 5), refusing everything that is not written in the one canonical
/// way.
///
/// # Errors
/// [`ParseError`] names what is wrong.
pub fn parse_compact(token: &str) -> Result<CompactJwe<'_>, ParseError> {
    if token.len() > MAX_COMPACT_LEN {
        return Err(ParseError::TooLong);
    }
    let mut parts = token.split('.');
    let mut next = || parts.next().ok_or(ParseError::Parts);
    let (protected, encrypted_key, iv, ciphertext, tag) = (next()?, next()?, next()?, next()?, next()?);
    if parts.next().is_some() {
        return Err(ParseError::Parts);
    }
    Ok(CompactJwe {
        header: JweHeader::read(&base64url::decode(protected)?)?,
        protected,
        encrypted_key: base64url::decode(encrypted_key)?,
        iv: base64url::decode(iv)?,
        ciphertext: base64url::decode(ciphertext)?,
        tag: base64url::decode(tag)?,
    })
}

/// An encrypted token taken apart. [`decrypt`](super::decrypt) opens it.
#[derive(Debug)]
pub struct CompactJwe<'a> {
    pub(super) header: JweHeader,
    /// The header as it was written: the additional authenticated data (RFC 7516 §5.1 step 14).
    pub(super) protected: &'a str,
    pub(super) encrypted_key: Vec<u8>,
    pub(super) iv: Vec<u8>,
    pub(super) ciphertext: Vec<u8>,
    pub(super) tag: Vec<u8>,
}

impl CompactJwe<'_> {
    /// The header, as the token states it.
    #[must_use]
    pub fn header(&self) -> &JweHeader {
        &self.header
    }
}
