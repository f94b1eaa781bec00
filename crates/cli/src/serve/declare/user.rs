//! `[[user]]` as the ledger's user: through the same document that the admin API reads.

use jeton_core::Refusal;
use jeton_core::administration::{KeepTokens, NewUser, read_user};
use jeton_server::config::{self, User};
use serde_json::{Map, Value, json};

use super::DEFAULT_SERVICE;

/// What stays when the password is another one.
pub(super) fn keep(user: &User) -> KeepTokens {
    match user.keep_tokens {
        config::KeepTokens::None => KeepTokens::None,
        config::KeepTokens::ApiTokens => KeepTokens::ApiTokens,
        config::KeepTokens::All => KeepTokens::All,
    }
}

pub(super) fn read(user: &User) -> Result<NewUser, Refusal> {
    let mut document = match serde_json::to_value(&user.claims)? {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    let mut set = |name: &str, value: Value| document.insert(name.to_owned(), value);
    set("username", json!(user.username));
    set("sub", json!(user.sub));
    set("enabled", json!(user.enabled));
    set("roles", json!(user.roles));
    set("groups", json!(user.groups));
    set("password", json!(user.password.as_ref().map(|secret| secret.expose())));
    set("password_hash", json!(user.password_hash.as_ref().map(|secret| secret.expose())));
    read_user(DEFAULT_SERVICE, document)
}
