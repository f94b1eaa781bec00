//! Claims about a user: those of OIDC Core section 5.1, each released by a scope.

mod about;
mod request;

use serde_json::{Map, Value};

pub(crate) use about::{About, fill, stateable};
pub use request::{Asked, ClaimsRequest, answered};

use jeton_ledger::catalog::{Catalog, SCOPE_CLAIMS};
use jeton_model::records::User;
use jeton_model::scope::Scope;

/// The scope that releases a claim; none for a claim that is never released.
#[must_use]
pub fn scope_of(claim: &str) -> Option<&'static str> {
    SCOPE_CLAIMS.iter().find(|(_, names)| names.contains(&claim)).map(|(scope, _)| *scope)
}

/// The user's claims that a scope releases.
#[must_use]
pub fn claims_of(user: &User, scope: &Scope, catalog: &Catalog) -> Map<String, Value> {
    catalog.opened(scope).filter_map(|name| Some((name.to_owned(), value_of(user, name)?))).collect()
}

/// A claim's value, if the user has one.
fn value_of(user: &User, name: &str) -> Option<Value> {
    let own = || user.claims.get(name).filter(|value| !value.is_null()).cloned();
    match name {
        "preferred_username" => own().or_else(|| Some(user.username.as_str().into())),
        "sub" => None,
        "role" => (!user.roles.is_empty()).then(|| user.roles.clone().into()),
        "updated_at" => Some(user.updated.seconds().into()),
        _ => own(),
    }
}
