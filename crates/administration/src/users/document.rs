//! A user as a document: claims have their OIDC names (OIDC Core section 5.1).

use jeton_jose::Secret;
use serde_json::{Map, Value, json};

use super::{NewUser, claims};
use crate::Members;
use jeton_ledger::catalog::SCOPE_CLAIMS;
use jeton_model::ids::ServiceId;
use jeton_model::name_key::name_key;
use jeton_model::readable::is_readable;
use jeton_model::records::User;
use jeton_model::refusal::{Refusal, invalid};

/// Members that the ledger sets; accepted and ignored, so that a document that was read can be changed and sent back.
const READ_ONLY: &[&str] = &["has_password", "created_at", "changed_at"];

/// Reads a user. Number and times are set by [`jeton_ledger::Ledger::put_user`].
///
/// # Errors
/// `INVALID` that names the member: it is unknown, or its value is invalid.
pub fn read_user(service: ServiceId, document: Map<String, Value>) -> Result<NewUser, Refusal> {
    let mut members = Members::new(document);
    let username: String = members.take("username")?.ok_or_else(|| invalid("username", "is missing"))?;
    if name_key(&username).is_empty() || username.len() > 255 || !is_readable(&username) {
        let wanted = "must be 1 to 255 bytes without control characters, invisible ones and marks of direction";
        return Err(invalid("username", wanted));
    }
    let sub: String = members.take("sub")?.unwrap_or_default();
    if sub.len() > 255 || !sub.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Err(invalid("sub", "must be at most 255 printable ASCII characters"));
    }
    let password: Option<Secret> = members.take("password")?;
    if password.as_ref().is_some_and(|password| password.is_empty() || password.expose().len() > 1024) {
        return Err(invalid("password", "must be 1 to 1024 bytes"));
    }
    let hash: Option<Secret> = members.take("password_hash")?;
    if hash.as_ref().is_some_and(|hash| !hash.expose().starts_with("$argon2id$")) {
        return Err(invalid("password_hash", "must be an argon2id PHC string"));
    }
    if password.is_some() && hash.is_some() {
        return Err(invalid("password_hash", "stands beside `password`: keep one of them"));
    }
    let names = SCOPE_CLAIMS.iter().flat_map(|(_, names)| names.iter().copied());
    let mut user = User {
        sub,
        password: hash.map(|hash| hash.expose().to_owned()),
        enabled: members.take("enabled")?.unwrap_or(true),
        roles: members.take("roles")?.unwrap_or_default(),
        groups: members.take("groups")?.unwrap_or_default(),
        claims: members.take_all(names),
        ..User::named(service, username)
    };
    members.finish(READ_ONLY)?;
    claims::made_sound(&mut user)?;
    Ok(NewUser { user, password })
}

/// The document of a user; never contains the password.
#[must_use]
pub fn user_document(user: &User) -> Map<String, Value> {
    let mut document = user.claims.clone();
    let mut set = |name: &str, value: Value| document.insert(name.to_owned(), value);
    set("username", json!(user.username));
    set("sub", json!(user.sub));
    set("enabled", json!(user.enabled));
    set("roles", json!(user.roles));
    set("groups", json!(user.groups));
    set("has_password", json!(user.password.is_some()));
    set("created_at", json!(user.created.seconds()));
    set("changed_at", json!(user.updated.seconds()));
    document
}
