//! Rows to nouns and back.

mod body;
mod document;
pub(crate) mod events;
mod fields;
pub(crate) mod grants;
pub(crate) mod single_uses;
pub(crate) mod tokens;
pub(crate) mod uses;

pub(crate) use body::{from_json, json};
pub(crate) use document::document_place;
pub(crate) use fields::{Fields, Param, column, is_storable};

use std::sync::Arc;

use jeton_model::ids::UserKey;
use jeton_model::records::Subject;

/// The user's number of a subject, and the name of one from elsewhere: one of them, or neither.
fn split(subject: Option<&Subject>) -> (Option<i64>, Option<&str>) {
    match subject {
        Some(Subject::User(key)) => (Some(key.sql()), None),
        Some(Subject::External(name)) => (None, Some(name)),
        None => (None, None),
    }
}

/// The subject of the two columns.
fn join(user: Option<i64>, name: Option<String>) -> Option<Subject> {
    match user {
        Some(key) => Some(Subject::User(UserKey::from_sql(key))),
        None => name.map(|name| Subject::External(Arc::from(name))),
    }
}
