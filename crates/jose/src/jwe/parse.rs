//! Reading.

use super::error::ParseError;
use super::read_header::JweHeader;
use crate::base64url;
use crate::jws::MAX_COMPACT_LEN;

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
