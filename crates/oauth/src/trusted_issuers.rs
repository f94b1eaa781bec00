//! Other issuers whose word about people is believed (RFC 7523 section 2.1): documents that operators write.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use jeton_ledger::Ledger;
use jeton_model::Refusal;
use jeton_model::records::{Client, DocumentKind, Service};
use jeton_model::scope::Scope;

/// An issuer that is trusted, and how far. Its name is its `iss`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TrustedIssuer {
    /// Whether it is believed.
    pub enabled: bool,
    /// Its public keys (RFC 7517).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks: Option<Value>,
    /// Where its public keys are, instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// Which clients may use its assertions, by `client_id`; none named: every client that authenticates. A client without a
    /// secret must be named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clients: Vec<String>,
    /// Of whom it may speak, by the value of `claim`; none named: of everybody.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<String>,
    /// What tokens may have at most.
    pub scope: Option<Scope>,
    /// The claim that says who the person is: `sub` unless set. `email` counts only with `email_verified`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim: Option<String>,
    /// What that claim is here.
    pub finds: Finds,
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
            finds: Finds::Sub,
        }
    }
}

/// How a person of another issuer is found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finds {
    /// The `sub` of one of our users.
    #[default]
    Sub,
    /// The name one of our users signs in with.
    Username,
    /// Nobody here: the person is the other issuer's, and stays it.
    External,
}

impl TrustedIssuer {
    /// Whether a client may bring its assertions.
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
