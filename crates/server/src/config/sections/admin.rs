//! `[admin]`: what administrators see, and how they come in.

use schemars::JsonSchema;
use serde::Deserialize;

/// What administrators may see, and how they come in.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Admin {
    /// Roles that see a token's `value` in lists, where `tokens.show_values` is on.
    pub show_values_to: Vec<String>,
    /// At the [management API](flows/management.md), and for clients of the profile `classic` at UMA's protection API, take any
    /// token in the name of a user with the role `administrator`, as the servers did that these APIs come from, instead of asking
    /// for the scope `manager`. Then every application that such a user signs in to may use them in the user's name.
    pub accept_manager_role: bool,
}
