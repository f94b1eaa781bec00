//! `[[user]]`: a user of the default service.

use jeton_core::Secret;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Claims;
use crate::config::secret::SecretSchema;

/// A user of the default service.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(extend("required" = ["username"]))]
pub struct User {
    /// The name the user signs in with; unique in the service.
    pub username: String,
    /// The subject identifier in tokens; when not set, it is generated once and kept.
    pub sub: Option<String>,
    /// Password in readable form; stored as a hash.
    #[schemars(with = "Option<SecretSchema>")]
    pub password: Option<Secret>,
    /// Password as an argon2id PHC string, instead of `password`.
    #[schemars(with = "Option<SecretSchema>")]
    pub password_hash: Option<Secret>,
    /// Which tokens stay when this password differs from the stored one: by default sessions, refresh tokens, access
    /// tokens and API tokens of the user end. The same password is no change, whatever its stored hash; a
    /// `password_hash` that differs from the stored one is a change.
    pub keep_tokens: KeepTokens,
    /// Whether the user may sign in. A new user may; without this line a stored user stays as they are, so that one
    /// that an administrator disabled stays disabled.
    pub enabled: Option<bool>,
    /// Roles; `admin` is the administrator.
    pub roles: Vec<String>,
    /// Groups, by path.
    pub groups: Vec<String>,
    /// What is known about the user.
    #[serde(flatten)]
    pub claims: Claims,
}

/// Which tokens stay when a user's password changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeepTokens {
    /// Nothing.
    #[default]
    None,
    /// API tokens.
    ApiTokens,
    /// Everything.
    All,
}
