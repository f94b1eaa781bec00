//! `[[trusted_issuer]]`: other issuers whose assertions are accepted (RFC 7523).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::JsonObject;

/// Another issuer whose assertions about people the default service accepts, until it is removed from the file.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(extend("required" = ["issuer", "scope"]))]
pub struct TrustedIssuer {
    /// Its `iss`, exactly.
    pub issuer: String,
    /// Whether it is trusted.
    pub enabled: bool,
    /// Its public keys.
    pub jwks: Option<JsonObject>,
    /// URL of its public keys, instead of `jwks`.
    pub jwks_uri: Option<String>,
    /// Clients that may present its assertions; when not set, all that authenticate. An empty list is refused.
    pub clients: Vec<String>,
    /// People that its assertions may be about, by the value of `claim`; when not set, everybody. An empty list is
    /// refused.
    pub subjects: Vec<String>,
    /// The scopes that tokens may have at most, separated by spaces.
    pub scope: String,
    /// The claim that identifies the person; `email` is accepted only with `email_verified`.
    pub claim: String,
    /// How a user is found by that claim.
    pub finds: TrustedIssuerFinds,
}

impl Default for TrustedIssuer {
    fn default() -> Self {
        Self {
            issuer: String::new(),
            enabled: true,
            jwks: None,
            jwks_uri: None,
            clients: Vec::new(),
            subjects: Vec::new(),
            scope: String::new(),
            claim: "sub".to_owned(),
            finds: TrustedIssuerFinds::default(),
        }
    }
}

/// How a person of another issuer is found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrustedIssuerFinds {
    /// By a user's `sub`.
    #[default]
    Sub,
    /// By a user's user name.
    Username,
    /// No user: the subject is the person at the other issuer.
    External,
}
