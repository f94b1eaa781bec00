//! An account and its session as JSON.

use jeton_core::robots::accounts::Account;
use jeton_core::robots::timestamp_text;
use serde_json::{Map, Value, json};

/// `session` and `user`.
pub(super) fn written(account: &Account) -> Map<String, Value> {
    let mut document = Map::new();
    if let Some(session) = &account.session {
        let times = |at| Value::from(timestamp_text(at));
        let session = json!({
            "session_token": session.text.expose(),
            "user_id": account.user_id,
            "scope": account.scope,
            "time_created": times(session.created),
            // None: a session of the configuration, which never ends.
            "time_expires": session.expires.map(times),
        });
        document.insert("session".to_owned(), known(session));
    }
    let user = &account.user;
    let about = json!({
        "user_id": account.user_id,
        "username": user.username,
        "status": "active",
        "email": user.claims.get("email"),
        "email_is_verified": user.claims.get("email_verified").and_then(Value::as_bool).unwrap_or(false),
        "given_name": user.claims.get("given_name"),
        "family_name": user.claims.get("family_name"),
        "gender": user.claims.get("gender"),
        "dob": user.claims.get("birthdate"),
    });
    document.insert("user".to_owned(), known(about));
    document
}

/// Without the members that nobody has told us.
fn known(mut document: Value) -> Value {
    if let Value::Object(members) = &mut document {
        members.retain(|_, value| !value.is_null());
    }
    document
}
