//! A rule: a document of kind [`ExchangePolicy`](jeton_model::records::DocumentKind::ExchangePolicy) that people write.

use serde::{Deserialize, Serialize};

use super::ScopeRule;
use jeton_ledger::scope_policies::Verdict;
use jeton_model::clock::Timestamp;
use jeton_model::records::Client;
use jeton_model::scope::Scope;

/// What a rule says about exchanges it matches. Without a rule, a client may only narrow its own tokens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ExchangeRule {
    /// A description for administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether matching exchanges are allowed.
    pub rule: Verdict,
    /// The client that the subject token was issued to.
    pub origin: ClientMatch,
    /// The client that exchanges it.
    pub client: ClientMatch,
    /// The audiences that the new token may have, in addition to those of the subject token; `*`: any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub audience: Vec<String>,
    /// The scopes it may have, within the subject token's and the client's; none: all of these. For a subject token without
    /// scopes of its own (an ID token), exactly these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// Whether the new token has `act`.
    pub acts: Acts,
    /// Whether a refresh token may be asked for; it lives as long as the subject token's family.
    pub refresh: bool,
    /// Which of the scopes are permitted, one by one; none: all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<ScopeRule>,
    /// When it was created; none for rules of the configuration.
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

/// Whether the new token has `act` (RFC 8693 section 1.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Acts {
    /// Always: the actor token's subject, else the client.
    #[default]
    Delegation,
    /// Never: the new token is in the name of the subject alone.
    Impersonation,
    /// `act` if the request has an actor token.
    Either,
}

/// Which clients a rule applies to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type", content = "value")]
pub enum ClientMatch {
    /// All.
    Any,
    /// The one with this `client_id`.
    ById(String),
    /// Those that may use this scope.
    ByScope(String),
}

impl ClientMatch {
    /// Whether it applies to this client; a token without a client matches only [`ClientMatch::Any`].
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

    /// How specific it is.
    pub(super) const fn weight(&self) -> u8 {
        match self {
            Self::Any => 0,
            Self::ByScope(_) => 1,
            Self::ById(_) => 2,
        }
    }
}
