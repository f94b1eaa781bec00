//! `[index]`: the in-memory index of live tokens.

use schemars::JsonSchema;
use serde::Deserialize;

/// The in-memory index of live tokens.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Index {
    /// The largest number of tokens in memory; others are read from the store.
    pub max_tokens: usize,
}

impl Default for Index {
    fn default() -> Self {
        Self { max_tokens: 2_000_000 }
    }
}
