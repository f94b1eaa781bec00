//! `[organization]`: the credential for all services.

use jeton_core::Secret;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::config::secret::SecretSchema;

/// The credential above all services.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Organization {
    /// Bearer token that the Authlete face accepts for every service.
    #[schemars(with = "Option<SecretSchema>")]
    pub access_token: Option<Secret>,
}
