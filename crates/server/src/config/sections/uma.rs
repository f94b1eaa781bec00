//! `[uma]`: User-Managed Access.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::duration::{self, DurationText};

/// User-Managed Access 2.0: access to resources that people own.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Uma {
    /// Whether access to a resource without a policy is permitted to others than its owner.
    #[serde(rename = "default")]
    pub by_default: UmaDefault,
    /// Lifetime of permission tickets; 3600 s at most.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub ticket_lifetime: Duration,
}

impl Default for Uma {
    fn default() -> Self {
        Self { by_default: UmaDefault::default(), ticket_lifetime: Duration::from_secs(300) }
    }
}

/// Access to a resource without a policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UmaDefault {
    /// Only its owner has access.
    #[default]
    Deny,
    /// Everybody has access.
    Allow,
}
