//! `[[group]]`: labels of a group of users.

use schemars::JsonSchema;
use serde::Deserialize;

/// Labels of a group of users of the default service. `[[user]]` says who is in it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(extend("required" = ["path"]))]
pub struct Group {
    /// Its path, as in `user.groups`; unique.
    pub path: String,
    /// Its labels. A group with `wlcg.optional-group` is in tokens only if it is requested by name.
    pub labels: Vec<String>,
}
