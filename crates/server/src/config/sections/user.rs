//! `[[user]]`: a user of the default service.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Claims;
use crate::config::SecretText;

/// A user of the default service.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(extend("required" = ["username"]))]
pub struct User {
    /// The name the user signs in with; unique in the service.
    pub username: String,
    /// The subject identifier in tokens; made once and kept when not set.
    pub sub: Option<String>,
    /// Password in readable form; stored as a hash.
    pub password: Option<SecretText>,
    /// Password as an argon2id PHC string, instead of `password`.
    pub password_hash: Option<SecretText>,
    /// What stays when the password here is another one than the stored one: sessions, refresh tokens, access tokens and API tokens
    /// of the user end with it. The same password, with whatever hash is stored of it, is no change; a `password_hash` that reads
    /// differently is one.
    pub keep_tokens: KeepTokens,
    /// Whether the user may sign in. A new one may; without this line a stored one stays as they are, so that one an administrator
    /// disabled stays disabled.
    pub enabled: Option<bool>,
    /// Roles; `admin` is the administrator.
    pub roles: Vec<String>,
    /// Groups, by path.
    pub groups: Vec<String>,
    /// What is known about the user.
    #[serde(flatten)]
    pub claims: Claims,
}

/// What stays when a user's password changes.
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
