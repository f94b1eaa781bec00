//! Claims about a user that profiles share.

use serde_json::{Map, Value};

use super::{About, JwtProfile};
use crate::claims::claims_of;
use jeton_ledger::catalog::Catalog;
use jeton_model::records::{Client, Service, User};
use jeton_model::scope::Scope;

/// A profile's claims about a user in ID tokens and user info.
pub(crate) fn about(
    profile: &dyn JwtProfile,
    (service, catalog): (&Service, &Catalog),
    user: &User,
    scope: &Scope,
) -> Map<String, Value> {
    profile.identity_claims(&About { service, user, scope, is_optional: &|path| catalog.is_optional_group(path) })
}

/// Writes the claim `groups`, if it is there, as the client's profile does.
pub(crate) fn in_form(claims: &mut Map<String, Value>, client: Option<&Client>, service: &Service) {
    let Some(Value::Array(groups)) = claims.get_mut("groups") else { return };
    let Some(profile) = super::of(client, &service.settings) else { return };
    for group in groups {
        if let Some(name) = group.as_str() {
            *group = profile.group(service, &format!("/{}", name.trim_start_matches('/'))).into();
        }
    }
}

/// A claim with the names of the user's groups, without the leading `/`.
pub(super) fn names(claim: &str, user: &User) -> Option<(String, Value)> {
    let names: Vec<String> = user.group_paths().map(|path| path.trim_start_matches('/').to_owned()).collect();
    (!names.is_empty()).then(|| (claim.to_owned(), names.into()))
}

/// Name and email address, each if the scope releases it.
pub(super) fn data(about: &About<'_>) -> Map<String, Value> {
    let mut claims = claims_of(about.user, about.scope, &Catalog::default());
    claims.retain(|name, _| matches!(name.as_str(), "name" | "preferred_username" | "email"));
    claims
}
