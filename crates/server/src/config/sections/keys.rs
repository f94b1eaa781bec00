//! `[keys]`: the rotation of signing keys.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::config::duration::{self, DurationText};

/// The rotation of signing keys.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Keys {
    /// How long a new key is published before it signs, so that every verifier has fetched it.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub publish_ahead: Duration,
    /// How long a replaced key stays published after it signed last.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub grace: Duration,
}

impl Default for Keys {
    fn default() -> Self {
        Self { publish_ahead: Duration::from_hours(1), grace: Duration::from_hours(24) }
    }
}
