//! `[[exchange]]`: which clients may exchange which tokens (RFC 8693).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A rule for token exchange in the default service. It is no longer in force after it was removed from the file.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(extend("required" = ["name"]))]
pub struct Exchange {
    /// The rule's name; unique.
    pub name: String,
    /// A description for people.
    pub description: Option<String>,
    /// Whether it permits or denies. The most specific of the matching rules apply; among these, one that denies.
    pub rule: ExchangeVerdict,
    /// The client to which the exchanged token was issued; any client when neither this nor `origin_scope` is set.
    pub origin: Option<String>,
    /// The same by a scope that client may have.
    pub origin_scope: Option<String>,
    /// The client that may exchange it; any client when neither this nor `client_scope` is set.
    pub client: Option<String>,
    /// The same by a scope that client may have.
    pub client_scope: Option<String>,
    /// Audiences that the new token may have beyond those of the exchanged token; `*` is any client and any URI.
    pub audience: Vec<String>,
    /// The scopes that the new token may have at most, separated by spaces, within the exchanged token's scopes; all of
    /// these when not set.
    pub scope: Option<String>,
    /// Whether the new token names who acts.
    pub acts: ExchangeActs,
    /// Whether a refresh token may be requested; it lives at most as long as the family of the exchanged token.
    pub refresh: bool,
}

/// Whether a rule allows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExchangeVerdict {
    /// It allows.
    #[default]
    Permit,
    /// It forbids.
    Deny,
}

/// Whether the new token names who acts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExchangeActs {
    /// Always: the actor token's subject, else the client.
    #[default]
    Delegation,
    /// Never.
    Impersonation,
    /// When there is an actor token.
    Either,
}
