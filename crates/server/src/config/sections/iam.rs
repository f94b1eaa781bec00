//! `[iam]`: what clients made for INDIGO IAM and the grid find.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What clients made for INDIGO IAM and the grid find.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Iam {
    /// Below `/iam` and at the administrators' paths below `/api/tokens`, take any token in the name of a user with the role
    /// `admin`, as old releases of INDIGO IAM did, instead of asking for the scopes `iam:admin.read` and `iam:admin.write`.
    pub accept_admin_role: bool,
    /// Ask for these scopes at `/access-tokens` and `/refresh-tokens` too. Unless set, the role `admin` of a token's person is
    /// enough there, as first documented; then these paths show no texts of tokens, and each use by an application is an event.
    pub bare_paths_need_scope: bool,
    /// Let access tokens live on when the refresh token they came from is deleted, as old releases of INDIGO IAM did.
    pub keep_access_tokens: bool,
    /// The JWT profile of clients that choose none by having exactly one of the scopes `iam`, `wlcg`, `kc` and `aarc`; tokens
    /// are those of RFC 9068 when not set.
    pub default_profile: Option<JwtProfile>,
    /// Whether access tokens of the profile `iam` have `scope`.
    pub token_scope: bool,
    /// Whether access tokens of the profile `iam` have `nbf`.
    pub token_nbf: bool,
    /// Whether access tokens of the profiles `iam` and `wlcg` have the person's name and e-mail address, and those of `iam`
    /// their groups, where the scopes `profile` and `email` open them.
    pub token_user_data: bool,
    /// What entitlements in tokens of the profile `aarc` begin with; `urn:geant:` and the issuer's host when not set.
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
    /// What resource servers made for Keycloak read.
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
