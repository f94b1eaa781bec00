//! `[admin]`: what administrators see, and how they are authorized.

use schemars::JsonSchema;
use serde::Deserialize;

/// What administrators may see, and how they are authorized.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Admin {
    /// Roles that see a token's `value` in lists, where `tokens.show_values` is on.
    pub show_values_to: Vec<String>,
    /// At the [management API](flows/management.md), and for clients of the profile `classic` at UMA's protection API,
    /// accept any token of a user with the role `administrator`, as SimpleIdServer did, instead of requiring the scope
    /// `manager`. Then every application that such a user signs in to may use these APIs in the user's name.
    pub accept_manager_role: bool,
}
