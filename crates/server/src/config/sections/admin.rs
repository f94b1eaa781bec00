//! `[admin]`: who sees what in the administrators' lists.

use schemars::JsonSchema;
use serde::Deserialize;

/// What administrators may see.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Admin {
    /// Roles that see a token's `value` in lists, where `tokens.show_values` is on.
    pub show_values_to: Vec<String>,
}
