//! Headers to be signed, encoded once and used many times.

use serde_json::{Map, Value};

use crate::algorithm::Algorithm;
use crate::base64url;
use crate::keys::SigningKey;

/// A header to be written (RFC 7515 §4.1). It has only the members that Jeton writes.
#[derive(Clone, Debug)]
pub struct Header {
    alg: Algorithm,
    kid: Option<String>,
    members: Map<String, Value>,
}

impl Header {
    /// A header for tokens signed with this key: its `alg` and its `kid`.
    #[must_use]
    pub fn for_key(key: &SigningKey) -> Self {
        Self::new(key.alg()).kid(key.kid())
    }

    /// A header without a key id, for a key that the reader knows by other means (a client's own secret).
    #[must_use]
    pub fn new(alg: Algorithm) -> Self {
        let mut header = Self { alg, kid: None, members: Map::new() };
        header.set("alg", alg.as_str());
        header
    }

    /// Sets the media type of the whole token (RFC 7515 §4.1.9): `at+jwt`, `logout+jwt`, … It is what keeps one kind
    /// of token from being taken for another (RFC 8725 §3.11).
    #[must_use]
    pub fn typ(mut self, typ: &str) -> Self {
        self.set("typ", typ);
        self
    }

    /// Sets the media type of the payload (RFC 7515 §4.1.10): `JWT` when a token is nested.
    #[must_use]
    pub fn cty(mut self, cty: &str) -> Self {
        self.set("cty", cty);
        self
    }

    /// Sets the key id (RFC 7515 §4.1.4).
    #[must_use]
    pub fn kid(mut self, kid: &str) -> Self {
        self.set("kid", kid);
        self.kid = Some(kid.to_owned());
        self
    }

    /// Adds members. Those that this type sets itself, and those that change how a token is read (`crit`, `b64`, `enc`,
    /// `zip`), are left out, so that nobody can make one kind of token look like another.
    #[must_use]
    pub fn with(mut self, members: Map<String, Value>) -> Self {
        const OWN: [&str; 8] = ["alg", "kid", "typ", "cty", "crit", "b64", "enc", "zip"];
        self.members.extend(members.into_iter().filter(|(name, _)| !OWN.contains(&name.as_str())));
        self
    }

    /// Encodes the header.
    #[must_use]
    pub fn prepare(self) -> PreparedHeader {
        let json = Value::Object(self.members).to_string();
        PreparedHeader { alg: self.alg, kid: self.kid, encoded: base64url::encode(json) }
    }

    fn set(&mut self, name: &str, value: &str) {
        self.members.insert(name.to_owned(), value.into());
    }
}

/// An encoded header: the first part of every token of one kind under one key, to be kept beside the key.
#[derive(Clone, Debug)]
pub struct PreparedHeader {
    alg: Algorithm,
    kid: Option<String>,
    encoded: String,
}

impl PreparedHeader {
    /// The header in base64url, without the dot after it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.encoded
    }

    /// Whether a token with this header may be signed by the key: after a rotation, a header kept too long would
    /// otherwise send every reader to the wrong key.
    pub(super) fn is_for(&self, key: &SigningKey) -> bool {
        self.alg == key.alg() && self.kid.as_deref().is_none_or(|kid| kid == key.kid())
    }
}
