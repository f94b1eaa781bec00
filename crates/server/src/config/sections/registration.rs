//! `[registration]`: dynamic client registration.

use schemars::JsonSchema;
use serde::Deserialize;

/// Dynamic client registration (RFC 7591).
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Registration {
    /// Let anyone register a client, without an initial access token.
    pub open: bool,
}
