//! Users: the record as JSON, with the columns that must be found or be unique.

use jeton_model::ids::{ServiceId, UserKey};
use jeton_model::name_key::{clashing_range, name_key};
use jeton_model::records::{PhoneNumber, User};
use jeton_model::store::{Listing, Page};
use rusqlite::{Connection, params};

use super::column::{json, read_json};
use super::record::{self, find};
use crate::fault::Done;

/// Creates or replaces one by number.
pub(crate) fn put(connection: &Connection, user: &User) -> Done<()> {
    // The key stays while the name does: a user whose name clashes keeps theirs. Where others clash by this key, one of their
    // keys is taken, which is refused like any other.
    let sql = "INSERT INTO user (key, service, sub, username, phone, body, name_key) VALUES (?1, ?2, ?3, ?4, ?5, ?6, coalesce(\
        (SELECT name_key FROM user WHERE key = ?1 AND service = ?2 AND username = ?4), \
        (SELECT name_key FROM user WHERE service = ?2 AND key <> ?1 AND name_key > ?8 AND name_key < ?9 LIMIT 1), ?7)) \
        ON CONFLICT (key) DO UPDATE SET service = excluded.service, sub = excluded.sub, username = excluded.username, \
        phone = excluded.phone, body = excluded.body, name_key = excluded.name_key";
    let key = user.name_key();
    let (from, to) = clashing_range(&key);
    connection.prepare_cached(sql)?.execute(params![
        user.key.sql(),
        user.service.sql(),
        user.sub,
        user.username,
        user.phone().as_ref().map(PhoneNumber::as_str),
        json(user)?,
        key,
        from,
        to
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

/// One by the name that the person signs in with, or by one with the same key.
pub(crate) fn by_name(connection: &Connection, service: ServiceId, username: &str) -> Done<Option<User>> {
    // In one statement, so that it takes as long for every name.
    let sql = "SELECT body FROM (SELECT 0 AS place, body FROM user WHERE service = ?1 AND username = ?2 \
        UNION ALL SELECT 1, body FROM user WHERE service = ?1 AND name_key = ?3) ORDER BY place LIMIT 1";
    let found = find::<User>(connection, "user", sql, params![service.sql(), username, name_key(username)])?;
    Ok(found.filter(|user| user.username == username || user.name_key() == name_key(username)))
}

/// Those that are found by their exact names only.
pub(crate) fn clashing(connection: &Connection) -> Done<Vec<User>> {
    let sql = "SELECT body FROM user WHERE (name_key IS NULL OR name_key < '!') AND name_key IS NOT NULL ORDER BY key";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    let mut users = Vec::new();
    while let Some(row) = rows.next()? {
        users.push(read_json(row, 0).map_err(|fault| fault.about("user"))?);
    }
    Ok(users)
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
