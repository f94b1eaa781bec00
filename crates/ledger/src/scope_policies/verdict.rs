//! Whether a policy permits or denies.

use serde::{Deserialize, Serialize};

/// The effect of a policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The scopes are permitted.
    #[default]
    Permit,
    /// The scopes are denied.
    Deny,
}
