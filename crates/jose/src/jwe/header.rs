//! The header members that a writer may set.

use serde_json::{Map, Value};

use super::EncryptionKey;

/// The part of a header that the caller decides (RFC 7516 §4.1). `alg`, `enc` and what belongs to the key come from
/// [`encrypt_compact`](super::encrypt_compact).
#[derive(Clone, Debug, Default)]
pub struct Header {
    members: Map<String, Value>,
}

impl Header {
    /// A header without a key id, for a reader that knows the key by other means (its own client secret).
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A header that names the key, when the key has a name.
    #[must_use]
    pub fn for_key(key: &EncryptionKey) -> Self {
        match key.kid() {
            Some(kid) => Self::new().kid(kid),
            None => Self::new(),
        }
    }

    /// Sets the media type of the whole token (RFC 7516 §4.1.11).
    #[must_use]
    pub fn typ(self, typ: &str) -> Self {
        self.with("typ", typ)
    }

    /// Sets the media type of the content (RFC 7516 §4.1.12): `JWT` around a signed token (RFC 7519 §5.2).
    #[must_use]
    pub fn cty(self, cty: &str) -> Self {
        self.with("cty", cty)
    }

    /// Sets the key id (RFC 7516 §4.1.6).
    #[must_use]
    pub fn kid(self, kid: &str) -> Self {
        self.with("kid", kid)
    }

    pub(super) fn into_members(self) -> Map<String, Value> {
        self.members
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }
}
