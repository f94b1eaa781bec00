//! A rule: a document of kind [`ExchangePolicy`](jeton_model::records::DocumentKind::ExchangePolicy) that people write.

use serde::{Deserialize, Serialize};

use super::ScopeRule;
use jeton_ledger::scope_policies::Verdict;
use jeton_model::clock::Timestamp;
use jeton_model::records::Client;
use jeton_model::scope::Scope;

/// What a rule says about exchanges it matches. Without a rule nothing is allowed but narrowing one's own tokens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ExchangeRule {
    /// For people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether matching exchanges are allowed.
    pub rule: Verdict,
    /// To whom the subject token was issued.
    pub origin: ClientMatch,
    /// Who exchanges it.
    pub client: ClientMatch,
    /// For whom the new token may be, beside those of the subject token; `*`: for anybody known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub audience: Vec<String>,
    /// The scopes it may have, within the subject token's and the client's; none: all of these. A subject token without
    /// scopes of its own (an ID token) gives exactly these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// Whether the new token says who acts.
    pub acts: Acts,
    /// Whether a refresh token may be asked for; it lives as long as the subject token's family.
    pub refresh: bool,
    /// Which of the scopes may be had, one by one; none: all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<ScopeRule>,
    /// When it was made; none for those of the configuration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
}

impl Default for ExchangeRule {
    fn default() -> Self {
        Self {
            description: None,
            rule: Verdict::Permit,
            origin: ClientMatch::Any,
            client: ClientMatch::Any,
            audience: Vec::new(),
            scope: None,
            acts: Acts::Delegation,
            refresh: false,
            scopes: Vec::new(),
            created: None,
        }
    }
}

/// Whether the new token says who acts (RFC 8693 section 1.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Acts {
    /// Always: the actor token's subject, else the client.
    #[default]
    Delegation,
    /// Never: the new token speaks for the subject alone.
    Impersonation,
    /// With an actor token it does, without one it does not.
    Either,
}

/// Which clients a rule speaks of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type", content = "value")]
pub enum ClientMatch {
    /// All.
    Any,
    /// The one of this `client_id`.
    ById(String),
    /// Those that may ask for this scope.
    ByScope(String),
}

impl ClientMatch {
    /// Whether it speaks of this client; a token without a client matches only [`ClientMatch::Any`].
    pub(super) fn is(&self, client: Option<&Client>) -> bool {
        match (self, client) {
            (Self::Any, _) => true,
            (_, None) => false,
            (Self::ById(id), Some(client)) => client.client_id.as_str() == id,
            (Self::ByScope(word), Some(client)) => client.scope.contains(word),
        }
    }

    /// Id or scope.
    pub(super) fn value(&self) -> Option<&str> {
        match self {
            Self::Any => None,
            Self::ById(value) | Self::ByScope(value) => Some(value),
        }
    }

    /// How exactly it speaks.
    pub(super) const fn weight(&self) -> u8 {
        match self {
            Self::Any => 0,
            Self::ByScope(_) => 1,
            Self::ById(_) => 2,
        }
    }
}
