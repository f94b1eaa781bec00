//! `[api_tokens]`: the policy for API tokens, and the `/api/token` face.

use std::time::Duration;

use jeton_core::Secret;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::duration::{self, DurationText};
use crate::config::secret::SecretSchema;

/// The policy for API tokens; and the `/api/token` face, which is off when no secret is set.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ApiTokens {
    /// Secret that a caller sends to create a token; 32 bytes at least. The face is off without it.
    #[schemars(with = "Option<SecretSchema>")]
    pub secret: Option<Secret>,
    /// Accept a `secret` shorter than 32 bytes: for development only.
    pub allow_weak_secret: bool,
    /// Sign the tokens with `secret` itself, as ProdManager does, so that programs that know it can verify them. Such
    /// programs can also sign, but Jeton accepts only tokens that it created. Otherwise the signing key belongs to the
    /// service.
    pub shared_secret: bool,
    /// Algorithm of these tokens.
    pub algorithm: ApiTokenAlgorithm,
    /// The `iss` of these tokens: a plain name, not a URL.
    pub issuer: String,
    /// Permission names a token may carry.
    pub permissions: Vec<String>,
    /// Require names of 8 to 16 characters and descriptions of 12 to 32, as ProdManager does; otherwise both may have 1
    /// to 255.
    pub strict_lengths: bool,
    /// Count requests, and refuse callers that exceed the limits below; each node counts for itself.
    pub rate_limit: bool,
    /// Requests per period of one address without a token.
    pub rate_limit_default: u32,
    /// Requests per period with one valid token.
    pub rate_limit_logged: u32,
    /// The period; it begins with a caller's first request.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub rate_limit_period: Duration,
    /// The longest lifetime of an API token, whoever creates it.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub max_lifetime: Duration,
    /// Lifetime of an API token when the request names none.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub default_lifetime: Duration,
    /// Whether an API token may have no expiry.
    pub allow_never: bool,
    /// How long a rotated API token may stay valid together with its successor.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub max_overlap: Duration,
    /// Scopes that a signed-in person may give to their own API tokens, separated by spaces, in addition to the scopes
    /// that discovery names.
    pub user_scope: String,
}

/// How API tokens are signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum ApiTokenAlgorithm {
    /// HMAC with SHA-256.
    #[default]
    HS256,
    /// HMAC with SHA-384.
    HS384,
    /// HMAC with SHA-512.
    HS512,
}

impl ApiTokenAlgorithm {
    /// The registered name (RFC 7518 section 3.1).
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HS256 => "HS256",
            Self::HS384 => "HS384",
            Self::HS512 => "HS512",
        }
    }
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
            shared_secret: false,
            algorithm: ApiTokenAlgorithm::default(),
            issuer: "ProdManager".to_owned(),
            permissions: permissions.map(str::to_owned).to_vec(),
            strict_lengths: false,
            rate_limit: false,
            rate_limit_default: 60,
            rate_limit_logged: 1500,
            rate_limit_period: Duration::from_hours(1),
            max_lifetime: Duration::from_hours(366 * 24),
            default_lifetime: Duration::from_hours(30 * 24),
            allow_never: false,
            max_overlap: Duration::from_hours(7 * 24),
            user_scope: String::new(),
        }
    }
}
