//! JWT profiles of the grid: what access tokens of a client say (`docs/contracts/indigo-iam.md` section 8).
//!
//! A profile is one file, one line in [`PROFILES`]. A client has the one whose name is among the scopes it may ask for;
//! with none or several of these scopes it has the service's default. Where that is none either, tokens are those of
//! RFC 9068, and nothing here is used.

mod aarc;
mod iam;
mod introspected;
mod kc;
mod payload;
mod person;
mod wlcg;

use serde_json::{Map, Value};

pub use introspected::introspected;
pub(crate) use person::about;

use jeton_ledger::formats::jwt_form::JwtForm;
use jeton_model::records::{Client, GridSettings, Service, Settings, User};
use jeton_model::scope::Scope;

/// Every profile.
pub const PROFILES: &[&dyn JwtProfile] = &[&aarc::Aarc, &iam::Iam, &kc::Kc, &wlcg::Wlcg];

/// What a profile's tokens are like.
pub trait JwtProfile: JwtForm {
    /// The scope that chooses it, and its name in the configuration.
    fn name(&self) -> &'static str;

    /// Which of the common claims its access tokens have.
    fn shape(&self, settings: &GridSettings) -> Shape;

    /// The claims of its own in an access token in a person's name.
    fn claims(&self, about: &About<'_>) -> Map<String, Value>;

    /// The claims of its own in ID tokens and user info.
    fn told(&self, about: &About<'_>) -> Map<String, Value> {
        self.claims(about)
    }
}

/// Which of the common claims an access token has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// `wlcg.ver`.
    pub version: Option<&'static str>,
    /// `aud` when nobody in particular is meant; none: the token has no `aud` then.
    pub audience: Option<&'static str>,
    /// How many seconds before `iat` a token is good already; none: it has no `nbf`.
    pub early: Option<i64>,
    /// Whether it has `scope`.
    pub scope: bool,
    /// Whether it says when the person signed in.
    pub auth_time: bool,
}

/// A person, and what was asked for about them.
#[derive(Clone, Copy)]
pub struct About<'a> {
    /// The issuer.
    pub service: &'a Service,
    /// The person.
    pub user: &'a User,
    /// The token's scope.
    pub scope: &'a Scope,
    /// Whether a group is told only to those who ask for it by name.
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
