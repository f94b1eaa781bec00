//! What a service lets API tokens be.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::scope::Scope;

/// How long API tokens may live, whoever creates them, and which scopes people may give to their own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ApiTokenPolicy {
    /// The longest life.
    pub max_lifetime: Duration,
    /// The life of one that is made without saying how long.
    pub default_lifetime: Duration,
    /// Whether one may have no expiry.
    pub allow_never: bool,
    /// How long a rotated token may stay valid together with its successor.
    pub max_overlap: Duration,
    /// The scopes that a signed-in person may give to their own API tokens, in addition to those that discovery names.
    pub user_scope: Scope,
}

impl Default for ApiTokenPolicy {
    fn default() -> Self {
        const DAY: Duration = Duration::from_secs(86_400);
        Self {
            max_lifetime: DAY * 366,
            default_lifetime: DAY * 30,
            allow_never: false,
            max_overlap: DAY * 7,
            user_scope: Scope::empty(),
        }
    }
}
