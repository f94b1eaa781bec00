//! Users: the record as JSON, with the columns that must be found or be unique.

use jeton_model::ids::{ServiceId, UserKey};
use jeton_model::records::{PhoneNumber, User};
use jeton_model::store::{Listing, Page};
use rusqlite::{Connection, params};

use super::column::json;
use super::record::{self, find};
use crate::fault::Done;

/// Creates or replaces one by number.
pub(crate) fn put(connection: &Connection, user: &User) -> Done<()> {
    let sql = "INSERT INTO user (key, service, sub, username, phone, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (key) \
        DO UPDATE SET service = excluded.service, sub = excluded.sub, username = excluded.username, \
        phone = excluded.phone, body = excluded.body";
    connection.prepare_cached(sql)?.execute(params![
        user.key.sql(),
        user.service.sql(),
        user.sub,
        user.username,
        user.phone().as_ref().map(PhoneNumber::as_str),
        json(user)?
    ])?;
    Ok(())
}

/// Removes one; returns whether it existed.
pub(crate) fn delete(connection: &Connection, key: UserKey) -> Done<bool> {
    Ok(connection.prepare_cached("DELETE FROM user WHERE key = ?1")?.execute([key.sql()])? > 0)
}

/// One by its number.
pub(crate) fn by_key(connection: &Connection, key: UserKey) -> Done<Option<User>> {
    find(connection, "user", "SELECT body FROM user WHERE key = ?1", params![key.sql()])
}

/// One by the name that the person signs in with.
pub(crate) fn by_name(connection: &Connection, service: ServiceId, username: &str) -> Done<Option<User>> {
    let sql = "SELECT body FROM user WHERE service = ?1 AND username = ?2";
    find(connection, "user", sql, params![service.sql(), username])
}

/// One by `sub`.
pub(crate) fn by_sub(connection: &Connection, service: ServiceId, sub: &str) -> Done<Option<User>> {
    find(connection, "user", "SELECT body FROM user WHERE service = ?1 AND sub = ?2", params![service.sql(), sub])
}

/// One by the person's verified telephone number.
pub(crate) fn by_phone(connection: &Connection, service: ServiceId, phone: &PhoneNumber) -> Done<Option<User>> {
    let sql = "SELECT body FROM user WHERE service = ?1 AND phone = ?2";
    find(connection, "user", sql, params![service.sql(), phone.as_str()])
}

/// A page of a service's.
pub(crate) fn page(connection: &Connection, service: ServiceId, page: Page) -> Done<Listing<User>> {
    let list = record::List {
        what: "user",
        count: "SELECT count(*) FROM user WHERE service = ?1",
        page: "SELECT body FROM user INDEXED BY user_service WHERE service = ?1 AND key > ?2 ORDER BY key \
               LIMIT ?3 OFFSET ?4",
    };
    list.read(connection, &[&service.sql()], page)
}
