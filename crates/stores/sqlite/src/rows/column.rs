//! How common members are stored in columns.

use std::sync::Arc;

use jeton_model::clock::Timestamp;
use jeton_model::ids::UserKey;
use jeton_model::records::{Binding, Subject};
use jeton_model::scope::Scope;
use rusqlite::Row;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::fault::{Done, Fault};

/// A subject as its two columns, of which at most one is filled.
pub(super) fn subject(subject: Option<&Subject>) -> (Option<i64>, Option<&str>) {
    match subject {
        None => (None, None),
        Some(Subject::User(key)) => (Some(key.sql()), None),
        Some(Subject::External(name)) => (None, Some(name)),
    }
}

/// The subject in column `at` and the one after it.
pub(super) fn read_subject(row: &Row<'_>, at: usize) -> Done<Option<Subject>> {
    if let Some(key) = row.get::<_, Option<i64>>(at)? {
        return Ok(Some(Subject::User(UserKey::from_sql(key))));
    }
    Ok(read_text_or_null(row, at + 1)?.map(|name| Subject::External(name.into())))
}

/// A scope.
pub(super) fn read_scope(row: &Row<'_>, at: usize) -> Done<Scope> {
    Scope::parse(read_text(row, at)?).map_err(|_| Fault::Corrupt("scope"))
}

/// A time that may be missing.
pub(super) fn read_time(row: &Row<'_>, at: usize) -> Done<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(at)?.map(Timestamp::from_millis))
}

/// A binding that may be missing.
pub(super) fn read_binding(row: &Row<'_>, at: usize) -> Done<Option<Binding>> {
    let bytes = row.get_ref(at)?.as_blob_or_null().map_err(|_| Fault::Corrupt("binding"))?;
    bytes.map(|b| Binding::from_sql(b).ok_or(Fault::Corrupt("binding"))).transpose()
}

/// A text, borrowed from the page.
pub(super) fn read_text<'r>(row: &'r Row<'_>, at: usize) -> Done<&'r str> {
    row.get_ref(at)?.as_str().map_err(|_| Fault::Corrupt("text"))
}

/// A text, shared.
pub(super) fn read_shared(row: &Row<'_>, at: usize) -> Done<Arc<str>> {
    read_text(row, at).map(Into::into)
}

/// An object as text.
pub(super) fn json(value: &impl Serialize) -> Done<String> {
    serde_json::to_string(value).map_err(|e| Fault::Engine(rusqlite::Error::ToSqlConversionFailure(Box::new(e))))
}

/// An object from its text.
pub(super) fn read_json<T: DeserializeOwned>(row: &Row<'_>, at: usize) -> Done<T> {
    serde_json::from_str(read_text(row, at)?).map_err(|_| Fault::Corrupt("object"))
}

/// An object that may be missing.
pub(super) fn read_json_or_null<T: DeserializeOwned>(row: &Row<'_>, at: usize) -> Done<Option<T>> {
    let Some(text) = read_text_or_null(row, at)? else { return Ok(None) };
    serde_json::from_str(text).map(Some).map_err(|_| Fault::Corrupt("object"))
}

fn read_text_or_null<'r>(row: &'r Row<'_>, at: usize) -> Done<Option<&'r str>> {
    row.get_ref(at)?.as_str_or_null().map_err(|_| Fault::Corrupt("text"))
}
