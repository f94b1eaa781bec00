//! `[iam]`: settings for clients of INDIGO IAM and the grid.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What clients made for INDIGO IAM and the grid find.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Iam {
    /// Below `/iam` and at the administrators' paths below `/api/tokens`, accept any token of a user with the role
    /// `admin`, as old releases of INDIGO IAM did, instead of requiring the scopes `iam:admin.read` and
    /// `iam:admin.write`.
    pub accept_admin_role: bool,
    /// Require these scopes at `/access-tokens` and `/refresh-tokens` too. By default, a token of a person with the
    /// role `admin` is enough there, as INDIGO IAM first documented; these paths then show no token texts, and each use
    /// by an application writes an event.
    pub bare_paths_need_scope: bool,
    /// Keep access tokens when their refresh token is deleted, as old releases of INDIGO IAM did.
    pub keep_access_tokens: bool,
    /// The JWT profile of clients that do not have exactly one of the scopes `iam`, `wlcg`, `kc` and `aarc`; when not
    /// set, their tokens follow RFC 9068.
    pub default_profile: Option<JwtProfile>,
    /// Whether access tokens of the profile `iam` have `scope`.
    pub token_scope: bool,
    /// Whether access tokens of the profile `iam` have `nbf`.
    pub token_nbf: bool,
    /// Whether access tokens of the profiles `iam` and `wlcg` have the person's name and e-mail address, and those of `iam`
    /// their groups, if the token's scopes `profile` and `email` permit it.
    pub token_user_data: bool,
    /// The prefix of entitlements in tokens of the profile `aarc`; `urn:geant:` and the issuer's host when not set.
    pub entitlement_namespace: Option<String>,
}

/// A JWT profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum JwtProfile {
    /// INDIGO IAM's own.
    Iam,
    /// That of the WLCG.
    Wlcg,
    /// For resource servers written for Keycloak.
    Kc,
    /// That of the AARC community.
    Aarc,
}

impl JwtProfile {
    /// The scope that chooses it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Iam => "iam",
            Self::Wlcg => "wlcg",
            Self::Kc => "kc",
            Self::Aarc => "aarc",
        }
    }
}
