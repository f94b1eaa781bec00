//! `[[exchange]]`: who may exchange whose tokens (RFC 8693).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A rule of token exchange in the default service. It ends when it is taken out of the file.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(extend("required" = ["name"]))]
pub struct Exchange {
    /// The rule's name; unique.
    pub name: String,
    /// What it is for, in words.
    pub description: Option<String>,
    /// Whether it allows or forbids. Of the rules that match, the most exact ones count; of these, one that forbids.
    pub rule: ExchangeVerdict,
    /// To which client the token was issued that is exchanged; any when neither this nor `origin_scope` is set.
    pub origin: Option<String>,
    /// The same by a scope that client may have.
    pub origin_scope: Option<String>,
    /// Which client may exchange it; any when neither this nor `client_scope` is set.
    pub client: Option<String>,
    /// The same by a scope that client may have.
    pub client_scope: Option<String>,
    /// For whom the new token may be, beside those the exchanged token is for; `*` is any client and any URI.
    pub audience: Vec<String>,
    /// The most the new token may have, separated by spaces, within the exchanged token's scopes; all of these when not set.
    pub scope: Option<String>,
    /// Whether the new token names who acts.
    pub acts: ExchangeActs,
    /// Whether a refresh token may be asked for; it lives as long as the sign-in that the exchanged token comes from.
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
