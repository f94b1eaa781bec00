//! Other issuers whose assertions are accepted (RFC 7523 section 2.1): documents that operators write.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use jeton_ledger::Ledger;
use jeton_model::Refusal;
use jeton_model::records::{Client, DocumentKind, Service};
use jeton_model::scope::Scope;

/// A trusted issuer and its limits. Its name is its `iss`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TrustedIssuer {
    /// Whether its assertions are accepted.
    pub enabled: bool,
    /// Its public keys (RFC 7517).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks: Option<Value>,
    /// The URL of its public keys, instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// Which clients may use its assertions, by `client_id`; none named: every client that authenticates. A client without a
    /// secret must be named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clients: Vec<String>,
    /// Which subjects it may assert, by the value of `claim`; none named: all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<String>,
    /// The maximum scope of the tokens.
    pub scope: Option<Scope>,
    /// The claim that identifies the person: `sub` unless set. `email` counts only with `email_verified`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim: Option<String>,
    /// What that claim refers to here.
    pub finds: SubjectMapping,
}

impl Default for TrustedIssuer {
    fn default() -> Self {
        Self {
            enabled: true,
            jwks: None,
            jwks_uri: None,
            clients: Vec::new(),
            subjects: Vec::new(),
            scope: None,
            claim: None,
            finds: SubjectMapping::Sub,
        }
    }
}

/// How a subject of another issuer is mapped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectMapping {
    /// The `sub` of a user of this service.
    #[default]
    Sub,
    /// The user name of a user of this service.
    Username,
    /// Not a user here: the subject belongs to the other issuer.
    External,
}

impl TrustedIssuer {
    /// Whether a client may use its assertions.
    #[must_use]
    pub fn admits(&self, client: &Client) -> bool {
        if !self.enabled {
            return false;
        }
        let named = self.clients.iter().any(|id| id == client.client_id.as_str());
        named || (self.clients.is_empty() && !client.is_public())
    }
}

/// The issuer of this name.
///
/// # Errors
/// When the store fails.
pub(crate) async fn find(ledger: &Ledger, service: &Service, iss: &str) -> Result<Option<TrustedIssuer>, Refusal> {
    let found = ledger.store().document(service.id, DocumentKind::TrustedIssuer, "", iss).await?;
    Ok(found.and_then(|document| serde_json::from_value(document.body).ok()))
}
