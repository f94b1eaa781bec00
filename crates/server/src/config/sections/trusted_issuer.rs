//! `[[trusted_issuer]]`: other issuers whose assertions are believed (RFC 7523).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::JsonObject;

/// Another issuer whose word about people the default service believes, until it is taken out of the file.
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
    /// Clients that may use its assertions; all that authenticate when the line is left out. An empty list is refused.
    pub clients: Vec<String>,
    /// People it may speak of, by the value of `claim`; everybody when the line is left out. An empty list is refused.
    pub subjects: Vec<String>,
    /// The most that tokens may have, separated by spaces.
    pub scope: String,
    /// The claim that says who the person is; `email` counts only with `email_verified`.
    pub claim: String,
    /// What that claim is here.
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
    /// By the `sub` of one of our users.
    #[default]
    Sub,
    /// By the name one of our users signs in with.
    Username,
    /// Not here: the person stays the other issuer's.
    External,
}
