//! `[organization]`: the credential for all services.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::config::SecretText;

/// The credential above all services.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Organization {
    /// Bearer token that the Authlete face accepts for every service.
    pub access_token: Option<SecretText>,
}
