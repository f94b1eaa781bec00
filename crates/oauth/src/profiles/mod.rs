//! JWT profiles of the grid: the claims in a client's access tokens (`docs/contracts/indigo-iam.md` section 8).
//!
//! A profile is one file and one line in [`PROFILES`]. A client has the profile whose name is among its scopes;
//! with none or several of these scopes it has the service's default. If there is no default, tokens follow
//! RFC 9068 and this module is not used.

mod aarc;
mod iam;
mod introspected;
mod kc;
mod payload;
mod person;
mod wlcg;

use serde_json::{Map, Value};

pub use introspected::introspected;
pub(crate) use person::{about, in_form};

use jeton_ledger::formats::jwt_form::JwtForm;
use jeton_model::records::{Client, GridSettings, Service, Settings, User};
use jeton_model::scope::Scope;

/// Every profile.
pub const PROFILES: &[&dyn JwtProfile] = &[&aarc::Aarc, &iam::Iam, &kc::Kc, &wlcg::Wlcg];

/// The shape of a profile's tokens.
pub trait JwtProfile: JwtForm {
    /// The scope that selects it, and its name in the configuration.
    fn name(&self) -> &'static str;

    /// Which of the common claims its access tokens have.
    fn shape(&self, settings: &GridSettings) -> Shape;

    /// The profile's own claims in a user's access token.
    fn claims(&self, about: &About<'_>) -> Map<String, Value>;

    /// How the claim `groups` names a group.
    fn group(&self, _service: &Service, path: &str) -> String {
        path.trim_start_matches('/').to_owned()
    }

    /// Members that its ID tokens have beside the common ones.
    fn id_token_members(&self) -> Map<String, Value> {
        Map::new()
    }

    /// The profile's own claims in ID tokens and user info.
    fn identity_claims(&self, about: &About<'_>) -> Map<String, Value> {
        self.claims(about)
    }
}

/// Which of the common claims an access token has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// `wlcg.ver`.
    pub version: Option<&'static str>,
    /// `aud` when no audience was requested; none: the token has no `aud` then.
    pub audience: Option<&'static str>,
    /// How many seconds `nbf` lies before `iat`; none: the token has no `nbf`.
    pub early: Option<i64>,
    /// Whether it has `scope`.
    pub scope: bool,
    /// Whether it has `auth_time`.
    pub auth_time: bool,
}

/// A user, and what was requested about them.
#[derive(Clone, Copy)]
pub struct About<'a> {
    /// The issuer.
    pub service: &'a Service,
    /// The user.
    pub user: &'a User,
    /// The token's scope.
    pub scope: &'a Scope,
    /// Whether a group is included only when requested by name.
    pub is_optional: &'a dyn Fn(&str) -> bool,
}

/// The profile of a client's tokens.
#[must_use]
pub fn of(client: Option<&Client>, settings: &Settings) -> Option<&'static dyn JwtProfile> {
    let named = |name: &str| PROFILES.iter().copied().find(|profile| profile.name() == name);
    let mut chosen = client.into_iter().flat_map(|c| c.scope.words()).filter_map(named);
    match (chosen.next(), chosen.next()) {
        (Some(one), None) => Some(one),
        _ => settings.grid.default_profile.as_deref().and_then(named),
    }
}

#[cfg(test)]
mod tests;
