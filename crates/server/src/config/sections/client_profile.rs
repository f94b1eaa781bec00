//! Which dialect clients speak.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The dialect a client speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClientProfile {
    /// What the standards say.
    #[default]
    Standard,
    /// What clients of the classic token endpoint expect where it differs.
    Classic,
}
