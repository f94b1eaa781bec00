//! What a service decides about tokens for the grid.

use serde::{Deserialize, Serialize};

/// JWT profiles (`docs/contracts/indigo-iam.md` section 8): which one, and the switches that they have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GridSettings {
    /// The profile of clients that choose none, by name; none: tokens are those of RFC 9068.
    pub default_profile: Option<String>,
    /// Whether tokens of the profile `iam` have `scope`.
    pub scope: bool,
    /// Whether tokens of the profile `iam` have `nbf`.
    pub nbf: bool,
    /// Whether tokens of the profiles `iam` and `wlcg` have the person's name and e-mail address, and those of `iam` their
    /// groups, each where the scope opens it.
    pub user_data: bool,
    /// What entitlements of the profile `aarc` begin with; none: `urn:geant:` and the issuer's host.
    pub entitlement_namespace: Option<String>,
}
