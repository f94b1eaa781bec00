//! The header of a token that was read.

use serde_json::{Map, Value};

use super::algorithm::{KeyAlgorithm, Management};
use super::encryption::ContentEncryption;
use super::error::ParseError;
use crate::jwk::{Jwk, PRIVATE_MEMBERS};
use crate::media_type::same_type;
use crate::{base64url, json};

/// The header of an encrypted token (RFC 7516 §4). It is not trusted: decrypting authenticates it.
#[derive(Clone, Debug)]
pub struct JweHeader {
    alg: KeyAlgorithm,
    enc: ContentEncryption,
    parameters: Parameters,
    members: Map<String, Value>,
}

/// What the key management algorithm left in the header for the reader.
#[derive(Clone, Debug)]
pub(super) enum Parameters {
    None,
    /// RFC 7518 §4.6.1.
    Agreement {
        epk: Box<Jwk>,
        apu: Vec<u8>,
        apv: Vec<u8>,
    },
    /// RFC 7518 §4.7.1.
    GcmWrap {
        iv: [u8; 12],
        tag: [u8; 16],
    },
}

impl JweHeader {
    /// The key management algorithm.
    #[must_use]
    pub fn alg(&self) -> KeyAlgorithm {
        self.alg
    }

    /// The content encryption algorithm.
    #[must_use]
    pub fn enc(&self) -> ContentEncryption {
        self.enc
    }

    /// The key id, to choose among one's own keys (RFC 7516 §4.1.6).
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.text("kid")
    }

    /// The media type of the whole token (RFC 7516 §4.1.11).
    #[must_use]
    pub fn typ(&self) -> Option<&str> {
        self.text("typ")
    }

    /// The media type of the content (RFC 7516 §4.1.12).
    #[must_use]
    pub fn cty(&self) -> Option<&str> {
        self.text("cty")
    }

    /// Whether the content is of this media type: `JWT` for a nested token (RFC 7519 §5.2). Compared without case, and
    /// with or without `application/`.
    #[must_use]
    pub fn is_cty(&self, expected: &str) -> bool {
        self.cty().is_some_and(|cty| same_type(cty, expected))
    }

    /// Any other member, as the token states it (`iss` and `sub` of RFC 7519 §5.3, say).
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.members.get(name)
    }

    pub(super) fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    pub(super) fn read(bytes: &[u8]) -> Result<Self, ParseError> {
        let members = json::parse_object(bytes)?;
        if members.contains_key("crit") {
            return Err(ParseError::Critical);
        }
        if members.contains_key("zip") {
            return Err(ParseError::Compressed);
        }
        if ["kid", "typ", "cty"].iter().any(|name| members.get(*name).is_some_and(|value| !value.is_string())) {
            return Err(ParseError::Member);
        }
        let name = |member| members.get(member).and_then(Value::as_str);
        let alg: KeyAlgorithm = name("alg").and_then(|alg| alg.parse().ok()).ok_or(ParseError::Algorithm)?;
        let enc = name("enc").and_then(|enc| enc.parse().ok()).ok_or(ParseError::Encryption)?;
        Ok(Self { alg, enc, parameters: Parameters::read(alg, &members)?, members })
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.members.get(name).and_then(Value::as_str)
    }
}

impl Parameters {
    fn read(alg: KeyAlgorithm, members: &Map<String, Value>) -> Result<Self, ParseError> {
        match alg.management() {
            Management::Rsa | Management::Wrap(_) | Management::Direct => Ok(Self::None),
            Management::Agreement | Management::AgreementAndWrap(_) => Ok(Self::Agreement {
                epk: Box::new(ephemeral_key(members)?),
                apu: party(members, "apu")?,
                apv: party(members, "apv")?,
            }),
            Management::GcmWrap(_) => Ok(Self::GcmWrap { iv: fixed(members, "iv")?, tag: fixed(members, "tag")? }),
        }
    }
}

/// The writer's ephemeral public key (RFC 7518 §4.6.1.1).
fn ephemeral_key(members: &Map<String, Value>) -> Result<Jwk, ParseError> {
    let epk = members.get("epk").and_then(Value::as_object).ok_or(ParseError::Member)?;
    if PRIVATE_MEMBERS.iter().any(|name| epk.contains_key(*name)) {
        return Err(ParseError::Member);
    }
    serde_json::from_value(Value::Object(epk.clone())).map_err(|_| ParseError::Member)
}

/// The information of one party about itself, which may be empty (RFC 7518 §4.6.1.2 and §4.6.1.3).
fn party(members: &Map<String, Value>, name: &str) -> Result<Vec<u8>, ParseError> {
    if members.contains_key(name) { bytes(members, name) } else { Ok(Vec::new()) }
}

fn fixed<const N: usize>(members: &Map<String, Value>, name: &str) -> Result<[u8; N], ParseError> {
    bytes(members, name)?.try_into().map_err(|_| ParseError::Member)
}

fn bytes(members: &Map<String, Value>, name: &str) -> Result<Vec<u8>, ParseError> {
    let text = members.get(name).and_then(Value::as_str).ok_or(ParseError::Member)?;
    base64url::decode(text).map_err(|_| ParseError::Member)
}
