//! What opens administration: the one list of administrative scopes, and what each is worth to whom, at the moment of use.
//!
//! In a person's name such a scope is worth something only while the person holds a role that stands behind it; for a client,
//! with or without a person, only while the client's registered scope still holds it. Where there is neither, nothing stands
//! behind it and it is worth nothing, whoever made the token. No other code compares an administrative scope: doors ask
//! [`Inspection::holds`](crate::ledger::Inspection::holds), minting asks [`is_worth`].

use jeton_model::records::{Subject, User};
use jeton_model::scope::{IAM_READ, IAM_WRITE, PROTECTION_SCOPE, REGISTER_SCOPE, SCIM_READ, SCIM_WRITE, Scope};

/// The scope of administrators' tokens.
pub const ADMIN_SCOPE: &str = "jeton:admin";

/// The role of users who are administrators.
pub const ADMIN_ROLE: &str = "admin";

/// The scope of tokens for the management API.
pub const MANAGER_SCOPE: &str = "manager";

/// The role of users whose tokens are for the management API.
pub const MANAGER_ROLE: &str = "administrator";

/// Every administrative scope, and the roles of which a person needs one for it.
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

/// Whether a scope opens endpoints of this server to others' things or to more of them: a client that registered itself must
/// never get it.
#[must_use]
pub fn opens_this_server(scope: &str) -> bool {
    is_administrative(scope) || [REGISTER_SCOPE, PROTECTION_SCOPE].contains(&scope)
}

/// The administrative words of a list.
pub fn administrative(scope: &Scope) -> impl Iterator<Item = &str> {
    scope.words().filter(|word| is_administrative(word))
}

fn roles_behind(scope: &str) -> Option<&'static [&'static str]> {
    ADMINISTRATIVE.iter().find(|(name, _)| *name == scope).map(|(_, roles)| *roles)
}

/// Whether a scope in the name of this subject is worth anything: an administrative one is not, unless the person holds a
/// role behind it now. Somebody whom only others know has no role here.
pub fn is_worth(scope: &str, subject: Option<&Subject>, user: Option<&User>) -> bool {
    match (roles_behind(scope), subject) {
        (None, _) | (Some(_), None) => true,
        (Some(roles), Some(_)) => user.is_some_and(|user| roles.iter().any(|role| user.has_role(role))),
    }
}
