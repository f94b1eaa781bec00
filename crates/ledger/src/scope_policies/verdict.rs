//! What a rule says.

use serde::{Deserialize, Serialize};

/// Yes or no.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Yes.
    #[default]
    Permit,
    /// No.
    Deny,
}
