//! A document of discovery, as a test reads it.

use std::ops::Index;

use jeton_testkit::coverage;
use serde_json::Value;

use crate::{Ask, House};

/// A document of discovery. Each member that a test reads is recorded, so that the check at the end of `./test` finds those that
/// no test reads.
pub struct Metadata {
    path: String,
    document: Value,
}

impl Metadata {
    /// The whole document; reads no member.
    #[must_use]
    pub fn whole(&self) -> &Value {
        &self.document
    }

    /// The texts in a member that is a list of texts.
    pub fn texts(&self, member: &str) -> Vec<String> {
        serde_json::from_value(self[member].clone()).unwrap()
    }
}

impl<Name: AsRef<str>> Index<Name> for Metadata {
    type Output = Value;

    fn index(&self, member: Name) -> &Value {
        coverage::read(&self.path, member.as_ref());
        &self.document[member.as_ref()]
    }
}

impl House {
    /// The metadata of the issuer as an OpenID provider.
    pub async fn metadata(&self) -> Metadata {
        self.metadata_at("/.well-known/openid-configuration").await
    }

    /// The document of discovery at a path.
    pub async fn metadata_at(&self, path: &str) -> Metadata {
        let document = Ask::get(path).send(self).await.ok().json();
        for member in document.as_object().unwrap().keys() {
            coverage::offered(path, member);
        }
        Metadata { path: path.to_owned(), document }
    }
}
