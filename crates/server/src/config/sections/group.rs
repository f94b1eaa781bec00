//! `[[group]]`: what is said about a group of users.

use schemars::JsonSchema;
use serde::Deserialize;

/// What is said about a group of users of the default service. Who is in it stands in `[[user]]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(extend("required" = ["path"]))]
pub struct Group {
    /// Its path, as in `user.groups`; unique.
    pub path: String,
    /// Its labels. A group with `wlcg.optional-group` is in tokens only where it is asked for by name.
    pub labels: Vec<String>,
}
