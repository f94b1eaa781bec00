//! Whose answers clients get where contracts differ.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whose answers a client gets where the standards and SimpleIdServer differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClientProfile {
    /// Those of the RFCs.
    #[default]
    Standard,
    /// Those of SimpleIdServer.
    Classic,
}
