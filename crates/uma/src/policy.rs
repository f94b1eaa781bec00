//! A policy: which clients, and which people who use them, may do what with some resources.

use serde::{Deserialize, Serialize};

use super::{Owner, limits};
use jeton_model::Refusal;
use jeton_model::ids::{ClientKey, DocumentId};
use jeton_model::records::Document;
use jeton_model::refusals::PARAMETER_INVALID;
use jeton_oauth::trusted_keys::providers;

/// A policy on some resources of one owner. It permits what one of its rules permits; without rules, nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Its number.
    pub id: DocumentId,
    /// The resource server that made it.
    pub server: ClientKey,
    /// The owner of the resources.
    pub owner: Owner,
    /// The numbers of the resources.
    pub resources: Vec<DocumentId>,
    /// Its rules.
    pub rules: Vec<Rule>,
}

/// A rule of a policy; members are named as on the wire.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rule {
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Client ids that it applies to; empty: all clients.
    pub clients: Vec<String>,
    /// The scopes that it permits.
    pub scopes: Vec<String>,
    /// The claims that the person must have, all of them.
    pub claims: Vec<RuleClaim>,
    /// Whether the owner must agree to each new requester.
    pub consent_needed: bool,
    /// Stored for its author; not run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub script: Option<String>,
    /// Discovery URL of the issuer whose ID tokens are accepted; none: this issuer's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
}

/// A claim that must have a value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RuleClaim {
    /// The claim's name.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its value; `role` must contain it.
    pub value: String,
}

/// The body of its document.
#[derive(Serialize, Deserialize)]
pub(super) struct Body {
    server: ClientKey,
    owner: Owner,
    resources: Vec<DocumentId>,
    rules: Vec<Rule>,
}

impl Policy {
    /// Reads its document; none when that is not a policy.
    pub(super) fn of(document: Document) -> Option<Self> {
        let Body { server, owner, resources, rules } = serde_json::from_value(document.body).ok()?;
        Some(Self { id: document.id, server, owner, resources, rules })
    }

    /// Its document's body.
    pub(super) fn body(&self) -> Body {
        Body { server: self.server, owner: self.owner, resources: self.resources.clone(), rules: self.rules.clone() }
    }
}

/// Checks rules: bounded, scopes well formed, providers addresses of discovery documents. A rule without a name is named by its
/// position.
pub(super) fn checked(rules: Vec<Rule>) -> Result<Vec<Rule>, Refusal> {
    limits::list("rules", &rules, limits::MEMBERS)?;
    rules.into_iter().enumerate().map(|(place, rule)| rule.checked(place + 1)).collect()
}

impl Rule {
    fn checked(mut self, place: usize) -> Result<Self, Refusal> {
        limits::list("clients", &self.clients, limits::MEMBERS)?;
        limits::list("claims", &self.claims, limits::MEMBERS)?;
        let claims = self.claims.iter().flat_map(|claim| [("claims", &claim.kind), ("claims", &claim.value)]);
        let texts = claims.chain(self.clients.iter().map(|client| ("clients", client)));
        for (name, value) in texts.chain(self.id.iter().map(|id| ("id", id))) {
            limits::text(name, value, limits::TEXT)?;
        }
        // Without a value it would be met by everybody whose claim is empty.
        if self.claims.iter().any(|claim| claim.kind.is_empty() || claim.value.trim().is_empty()) {
            return Err(PARAMETER_INVALID.with("claims"));
        }
        if let Some(script) = &self.script {
            limits::text("script", script, limits::SCRIPT)?;
        }
        if let Some(provider) = &self.provider {
            limits::web_address("provider", provider)?;
            providers::issuer_of(provider).ok_or_else(|| PARAMETER_INVALID.with("provider"))?;
        }
        self.scopes = limits::scopes("scopes", self.scopes)?;
        self.id.get_or_insert_with(|| place.to_string());
        Ok(self)
    }
}
