//! `[iam]`: the token administration of INDIGO IAM.

use schemars::JsonSchema;
use serde::Deserialize;

/// The token administration of INDIGO IAM.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Iam {
    /// Below `/iam`, take any token in the name of a user with the role `admin`, as old releases of INDIGO IAM did, instead of
    /// asking for the scopes `iam:admin.read` and `iam:admin.write`.
    pub accept_admin_role: bool,
    /// Let access tokens live on when the refresh token they came from is deleted, as old releases of INDIGO IAM did.
    pub keep_access_tokens: bool,
}
