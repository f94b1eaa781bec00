//! Reading.

use serde_json::{Map, Value};

use crate::algorithm::Algorithm;
use crate::jwk::{Jwk, PRIVATE_MEMBERS};
use crate::media_type::same_type;
use crate::{base64url, json};

/// The longest token that is read: 16 KiB. Tokens are sent in HTTP headers, where less than that fits.
pub const MAX_COMPACT_LEN: usize = 16 * 1024;

/// A token is not an acceptable compact JWS. This says nothing about its signature.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    /// Longer than [`MAX_COMPACT_LEN`].
    #[error("the token is too long")]
    TooLong,
    /// Not three parts separated by dots (RFC 7515 §7.1).
    #[error("a compact JWS has three parts")]
    Parts,
    /// The header or the signature is not canonical unpadded base64url (RFC 7515 §2).
    #[error("a part of the token is not canonical base64url")]
    Base64(#[from] base64url::NotBase64Url),
    /// The payload is not canonical unpadded base64url. The header was read: this is a JWS with an invalid payload.
    #[error("the token's payload is not canonical base64url")]
    Payload,
    /// The header is not a JSON object with unique members (RFC 7515 §4).
    #[error("the token's header is not a JSON object with unique members")]
    Header(#[from] json::JsonError),
    /// A header member has the wrong JSON type, or an embedded key cannot be read (RFC 7515 §4.1).
    #[error("a member of the token's header is malformed")]
    Member,
    /// `alg` is missing, unknown or `none` (RFC 7515 §4.1.1, RFC 8725 §3.2).
    #[error("the token's algorithm is missing, unknown or refused")]
    Algorithm,
    /// `crit` or `b64` is there: extensions that must be understood, of which Jeton understands none
    /// (RFC 7515 §4.1.11, RFC 7797 §3).
    #[error("the token's header demands an extension")]
    Critical,
}

/// Takes a compact JWS apart (RFC 7515 §5.2 steps 1 to 7), refusing everything that is not written in the one
/// canonical way.
///
/// # Errors
/// [`ParseError`] names what is wrong.
pub fn parse_compact(token: &str) -> Result<CompactJws<'_>, ParseError> {
    if token.len() > MAX_COMPACT_LEN {
        return Err(ParseError::TooLong);
    }
    let (signing_input, signature) = token.rsplit_once('.').ok_or(ParseError::Parts)?;
    let (header, payload) = signing_input.split_once('.').ok_or(ParseError::Parts)?;
    if payload.contains('.') {
        return Err(ParseError::Parts);
    }
    Ok(CompactJws {
        header: JwsHeader::read(&base64url::decode(header)?)?,
        payload: base64url::decode(payload).map_err(|_| ParseError::Payload)?,
        signing_input,
        signature: base64url::decode(signature)?,
    })
}

/// A parsed token. Its content is not trusted until [`verify`](super::verify) has accepted it.
#[derive(Debug)]
pub struct CompactJws<'a> {
    header: JwsHeader,
    payload: Vec<u8>,
    signing_input: &'a str,
    signature: Vec<u8>,
}

impl CompactJws<'_> {
    /// The header, as the token states it.
    #[must_use]
    pub fn header(&self) -> &JwsHeader {
        &self.header
    }

    /// The payload's bytes.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The payload as a claims set (RFC 7519 §4).
    ///
    /// # Errors
    /// [`json::JsonError`] when the payload is not a JSON object with unique members.
    pub fn claims(&self) -> Result<Map<String, Value>, json::JsonError> {
        json::parse_object(&self.payload)
    }

    /// What was signed: the first two parts with the dot between (RFC 7515 §5.1 step 5).
    #[must_use]
    pub fn signing_input(&self) -> &str {
        self.signing_input
    }

    /// The signature's bytes.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// Header, payload, how many bytes of the text were signed, and signature: for callers that keep them longer than
    /// the text.
    #[must_use]
    pub fn into_parts(self) -> (JwsHeader, Vec<u8>, usize, Vec<u8>) {
        (self.header, self.payload, self.signing_input.len(), self.signature)
    }
}

/// The header of a token that was read (RFC 7515 §4).
#[derive(Clone, Debug)]
pub struct JwsHeader {
    alg: Algorithm,
    members: Map<String, Value>,
}

impl JwsHeader {
    /// The algorithm the token says it was signed with.
    #[must_use]
    pub fn alg(&self) -> Algorithm {
        self.alg
    }

    /// The key id, to choose among keys already trusted (RFC 7515 §4.1.4).
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.text("kid")
    }

    /// The media type of the whole token (RFC 7515 §4.1.9).
    #[must_use]
    pub fn typ(&self) -> Option<&str> {
        self.text("typ")
    }

    /// The media type of the payload (RFC 7515 §4.1.10).
    #[must_use]
    pub fn cty(&self) -> Option<&str> {
        self.text("cty")
    }

    /// Whether the token is of this media type: compared without case, and with or without the `application/` that
    /// RFC 7515 §4.1.9 lets a writer leave out.
    #[must_use]
    pub fn is_typ(&self, expected: &str) -> bool {
        self.typ().is_some_and(|typ| same_type(typ, expected))
    }

    /// Any other member, as the token states it (`iss` and `sub` of RFC 7519 §5.3, say).
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.members.get(name)
    }

    /// The public key the token carries along in `jwk` (RFC 7515 §4.1.3).
    ///
    /// The author of the token also wrote this key, so a signature by it proves only possession of the key. This is
    /// what a DPoP proof needs (RFC 9449 §4.3), and the only reason to call this function.
    ///
    /// # Errors
    /// [`ParseError::Member`] when `jwk` is no key, or carries private members.
    pub fn danger_embedded_jwk(&self) -> Result<Option<Jwk>, ParseError> {
        let Some(value) = self.members.get("jwk") else {
            return Ok(None);
        };
        let members = value.as_object().ok_or(ParseError::Member)?;
        if PRIVATE_MEMBERS.iter().any(|name| members.contains_key(*name)) {
            return Err(ParseError::Member);
        }
        serde_json::from_value(value.clone()).map(Some).map_err(|_| ParseError::Member)
    }

    fn read(bytes: &[u8]) -> Result<Self, ParseError> {
        let members = json::parse_object(bytes)?;
        if ["crit", "b64"].iter().any(|name| members.contains_key(*name)) {
            return Err(ParseError::Critical);
        }
        if ["kid", "typ", "cty"].iter().any(|name| members.get(*name).is_some_and(|value| !value.is_string())) {
            return Err(ParseError::Member);
        }
        let alg = members.get("alg").and_then(Value::as_str).ok_or(ParseError::Algorithm)?;
        Ok(Self { alg: alg.parse().map_err(|_| ParseError::Algorithm)?, members })
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.members.get(name).and_then(Value::as_str)
    }
}
