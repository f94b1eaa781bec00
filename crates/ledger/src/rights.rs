//! The administrative scopes: the only list of them, and who may use each, checked when a token is used.
//!
//! For a person such a scope has an effect only while the person has one of the roles listed for it; for a client, with or
//! without a person, only while the client's registered scope contains it. Without a person and a client it has no effect,
//! whoever made the token. No other code compares an administrative scope: endpoints call
//! [`Inspection::holds`](crate::ledger::Inspection::holds), minting calls [`is_worth`].

use jeton_model::records::{Subject, User};
use jeton_model::scope::{
    IAM_READ, IAM_WRITE, PROTECTION_SCOPE, REGISTER_SCOPE, SCIM_READ, SCIM_WRITE, Scope, TOKENS_SCOPE,
};

/// The scope of administrators' tokens.
pub const ADMIN_SCOPE: &str = "jeton:admin";

/// The role of users who are administrators.
pub const ADMIN_ROLE: &str = "admin";

/// The scope of tokens for the management API.
pub const MANAGER_SCOPE: &str = "manager";

/// The role of users whose tokens are for the management API.
pub const MANAGER_ROLE: &str = "administrator";

/// What the scopes of API tokens begin with that give rights at the backend (`docs/contracts/authlete.md` section 1.2). Only an
/// administrator makes such a token.
pub const BACKEND_PREFIX: &str = "backend:";

/// Every administrative scope, and the roles of which a person needs one to use it.
pub const ADMINISTRATIVE: [(&str, &[&str]); 6] = [
    (ADMIN_SCOPE, &[ADMIN_ROLE]),
    (MANAGER_SCOPE, &[MANAGER_ROLE, ADMIN_ROLE]),
    (IAM_READ, &[ADMIN_ROLE]),
    (IAM_WRITE, &[ADMIN_ROLE]),
    (SCIM_READ, &[ADMIN_ROLE]),
    (SCIM_WRITE, &[ADMIN_ROLE]),
];

/// Whether a scope is administrative.
pub fn is_administrative(scope: &str) -> bool {
    roles_behind(scope).is_some()
}

/// Whether a scope gives access to endpoints of this server beyond the subject's own data: a client that registered itself must
/// never get it.
#[must_use]
pub fn opens_this_server(scope: &str) -> bool {
    is_administrative(scope) || scope.starts_with(BACKEND_PREFIX) || [REGISTER_SCOPE, PROTECTION_SCOPE].contains(&scope)
}

/// Whether a scope is one of this server's own endpoints, and not of an API that trusts its tokens. An operator's description does
/// not change what it gives access to.
#[must_use]
pub fn is_of_this_server(scope: &str) -> bool {
    opens_this_server(scope) || scope == TOKENS_SCOPE
}

/// A scope without what gives access to endpoints of this server: the most that someone can give who was trusted to decide for
/// people and clients, and not to administer this server.
#[must_use]
pub fn for_other_apis(scope: &Scope) -> Scope {
    match scope.words().any(is_of_this_server) {
        true => Scope::from_words(scope.words().filter(|word| !is_of_this_server(word))),
        false => scope.clone(),
    }
}

/// The administrative scopes in a list.
pub fn administrative(scope: &Scope) -> impl Iterator<Item = &str> {
    scope.words().filter(|word| is_administrative(word))
}

fn roles_behind(scope: &str) -> Option<&'static [&'static str]> {
    ADMINISTRATIVE.iter().find(|(name, _)| *name == scope).map(|(_, roles)| *roles)
}

/// Whether a scope has an effect for this subject: an administrative one does not, unless the person has one of its roles now. A
/// subject that is no user of this ledger has no roles.
pub fn is_worth(scope: &str, subject: Option<&Subject>, user: Option<&User>) -> bool {
    match (roles_behind(scope), subject) {
        (None, _) | (Some(_), None) => true,
        (Some(roles), Some(_)) => user.is_some_and(|user| roles.iter().any(|role| user.has_role(role))),
    }
}
