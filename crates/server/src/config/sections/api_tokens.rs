//! `[api_tokens]`: the `/api/token` face.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::config::SecretText;

/// The `/api/token` face; it is off when no secret is set.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ApiTokens {
    /// Secret that a caller sends to create a token; 32 bytes at least. The face is off without it.
    pub secret: Option<SecretText>,
    /// Accept a `secret` shorter than 32 bytes: for development only.
    pub allow_weak_secret: bool,
    /// The `iss` of these tokens: a plain name, not a URL.
    pub issuer: String,
    /// Permission names a token may carry.
    pub permissions: Vec<String>,
}

impl Default for ApiTokens {
    fn default() -> Self {
        let permissions = [
            "token_api",
            "scope_api",
            "service_api",
            "incident_api",
            "maintenance_api",
            "monitor_api",
            "weather_api",
            "announcement_api",
        ];
        Self {
            secret: None,
            allow_weak_secret: false,
            issuer: "ProdManager".to_owned(),
            permissions: permissions.map(str::to_owned).to_vec(),
        }
    }
}
