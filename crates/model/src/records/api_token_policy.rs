//! What a service lets API tokens be.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::scope::Scope;

/// How long API tokens may live, whoever makes them, and what people may put into their own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ApiTokenPolicy {
    /// The longest life.
    pub max_lifetime: Duration,
    /// The life of one that is made without saying how long.
    pub default_lifetime: Duration,
    /// Whether one may live for ever.
    pub allow_never: bool,
    /// How long a token may live on beside the one that takes its place.
    pub max_overlap: Duration,
    /// What a signed-in person may put into an API token of their own, beside the scopes that discovery names.
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
