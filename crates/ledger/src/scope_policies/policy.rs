//! A policy as stored.

use serde::{Deserialize, Serialize};

use super::Matching;
use super::verdict::Verdict;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{DocumentId, UserKey};

/// A rule about scopes: a document of kind [`ScopePolicy`](jeton_model::records::DocumentKind::ScopePolicy).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScopePolicy {
    /// For people, at most 512 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether it permits or denies.
    pub rule: Verdict,
    /// How scopes are compared.
    #[serde(default)]
    pub matching: Matching,
    /// To whom it applies.
    #[serde(default)]
    pub target: Target,
    /// The scopes; none: all.
    #[serde(default)]
    pub scopes: Option<Vec<String>>,
    /// When it was made.
    #[serde(default)]
    pub created: Timestamp,
}

/// To whom a policy applies.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Everybody.
    #[default]
    Everybody,
    /// One person.
    Account(UserKey),
    /// The members of a group, by path.
    Group(String),
}

/// A policy with its number.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// Its number.
    pub id: DocumentId,
    /// When it last changed.
    pub updated: Timestamp,
    /// Its content.
    pub policy: ScopePolicy,
}

impl ScopePolicy {
    /// The policy that a new installation of INDIGO IAM has, and a service here as soon as it has any policies.
    #[must_use]
    pub fn permit_all(created: Timestamp) -> Self {
        Self {
            description: Some("Permits all scopes to everybody".into()),
            rule: Verdict::Permit,
            matching: Matching::Equal,
            target: Target::Everybody,
            scopes: None,
            created,
        }
    }

    /// Whether it applies to every scope of everybody.
    pub fn is_for_all(&self) -> bool {
        self.target == Target::Everybody && self.scopes.is_none()
    }
}
