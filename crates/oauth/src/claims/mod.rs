//! Claims about a user: those of OIDC Core section 5.1, `groups`, and those that managers made, each released by a scope.

mod about;
mod request;

use serde_json::{Map, Value};

pub(crate) use about::{About, fill, stateable};
pub use request::{Asked, ClaimsRequest, answered};

use jeton_ledger::catalog::Catalog;
use jeton_model::records::User;
use jeton_model::scope::Scope;

/// The user's claims that a scope releases.
#[must_use]
pub fn claims_of(user: &User, scope: &Scope, catalog: &Catalog) -> Map<String, Value> {
    catalog.opened(scope).filter_map(|name| Some((name.to_owned(), value_of(user, name, catalog)?))).collect()
}

/// A claim's value, if the user has one.
fn value_of(user: &User, name: &str, catalog: &Catalog) -> Option<Value> {
    let own = || user.claims.get(name).filter(|value| !value.is_null()).cloned();
    match name {
        "preferred_username" => own().or_else(|| Some(user.username.as_str().into())),
        "sub" => None,
        "role" => (!user.roles.is_empty()).then(|| user.roles.clone().into()),
        "groups" => groups_of(user, catalog).map(Value::from),
        "updated_at" => Some(user.updated.seconds().into()),
        _ => own(),
    }
}

/// The names of a person's groups, without the slash before them; optional groups are in tokens only whose request names them.
pub(crate) fn groups_of(user: &User, catalog: &Catalog) -> Option<Vec<String>> {
    let usual = user.group_paths().filter(|path| !catalog.is_optional_group(path));
    let names: Vec<_> = usual.map(|path| path.trim_start_matches('/').to_owned()).collect();
    (!names.is_empty()).then_some(names)
}
