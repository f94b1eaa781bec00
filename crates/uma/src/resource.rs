//! A protected resource.

use serde::{Deserialize, Serialize};

use super::limits;
use jeton_model::Refusal;
use jeton_model::ids::{ClientKey, DocumentId, UserKey};
use jeton_model::records::Document;
use jeton_model::refusals::{PARAMETER_INVALID, PARAMETER_MISSING};

/// The owner of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// A person.
    User(UserKey),
    /// A client that acts for itself.
    Client(ClientKey),
}

impl Owner {
    /// The owner key of its documents: people and clients are numbered in one series.
    #[must_use]
    pub fn key(self) -> String {
        match self {
            Self::User(key) => key.to_string(),
            Self::Client(key) => key.to_string(),
        }
    }
}

/// A registered resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// Its number, `_id` on the wire.
    pub id: DocumentId,
    /// The resource server that protects it.
    pub server: ClientKey,
    /// Its owner.
    pub owner: Owner,
    /// Its description.
    pub description: ResourceDescription,
}

/// A resource server's description of a resource (UMA Federated Authorization section 3.1, and SimpleIdServer's `uri`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ResourceDescription {
    /// Its name, for people.
    pub name: String,
    /// Its scopes.
    pub scopes: Vec<String>,
    /// Its address: absolute, or a path on the resource server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
    /// Its type.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// An icon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon_uri: Option<String>,
    /// A longer description, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// The body of its document.
#[derive(Serialize, Deserialize)]
pub(super) struct Body {
    server: ClientKey,
    owner: Owner,
    #[serde(flatten)]
    description: ResourceDescription,
}

impl ResourceDescription {
    /// Checks it: a name, at least one scope, valid addresses, nothing too long.
    pub(super) fn checked(mut self) -> Result<Self, Refusal> {
        if self.name.trim().is_empty() {
            return Err(PARAMETER_MISSING.with("name"));
        }
        if self.scopes.is_empty() {
            return Err(PARAMETER_MISSING.with("resource_scopes"));
        }
        limits::text("name", &self.name, limits::TEXT)?;
        self.scopes = limits::scopes("resource_scopes", self.scopes)?;
        if let Some(uri) = &self.uri {
            limits::text("uri", uri, limits::URL)?;
            let is_path = uri.starts_with('/') && !uri.contains(char::is_whitespace);
            if !is_path && url::Url::parse(uri).is_err() {
                return Err(PARAMETER_INVALID.with("uri"));
            }
        }
        if let Some(kind) = &self.kind {
            limits::text("type", kind, limits::TEXT)?;
        }
        if let Some(icon) = &self.icon_uri {
            limits::web_address("icon_uri", icon)?;
        }
        if let Some(description) = &self.description {
            limits::text("description", description, limits::TEXT)?;
        }
        Ok(self)
    }
}

impl Resource {
    /// Reads its document; none when that is not a resource.
    pub(super) fn of(document: Document) -> Option<Self> {
        let Body { server, owner, description } = serde_json::from_value(document.body).ok()?;
        Some(Self { id: document.id, server, owner, description })
    }

    /// Its document's body.
    pub(super) fn body(&self) -> Body {
        Body { server: self.server, owner: self.owner, description: self.description.clone() }
    }

    /// The scopes in this list that it does not have, joined by commas.
    #[must_use]
    pub fn lacks(&self, scopes: &[String]) -> Option<String> {
        let missing: Vec<&str> =
            scopes.iter().filter(|word| !self.description.scopes.contains(word)).map(String::as_str).collect();
        (!missing.is_empty()).then(|| missing.join(","))
    }
}
