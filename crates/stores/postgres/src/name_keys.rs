//! Computes the keys of users' names that are missing, and those that clashed when they were last computed.
//!
//! Nodes that start together compute the same keys. A key that was taken meanwhile fails the statement, which is then repeated
//! with what is there now.

use std::time::Duration;

use jeton_model::ids::{ServiceId, UserKey};
use jeton_model::name_key::{Unkeyed, assigned, name_key};
use tokio_postgres::Row;

use crate::failure::{is_race, pause};
use crate::fault::Fault;
use crate::link::{Query, Session};

/// How many are computed at once.
const AT_ONCE: usize = 10_000;

/// Those that clashed. The first condition is that of the index.
const CLASHING: &str = "SELECT id, service, username FROM users WHERE (name_key IS NULL OR name_key < '\\x21') \
    AND name_key IS NOT NULL ORDER BY id";

const MISSING: &str = "SELECT id, service, username FROM users WHERE (name_key IS NULL OR name_key < '\\x21') \
    AND name_key IS NULL ORDER BY id LIMIT $1::bigint";

const OWNERS: &str = "SELECT u.id, u.service, u.name_key FROM unnest($1::bigint[], $2::bytea[]) AS w(service, name_key) \
    JOIN users AS u ON u.service = w.service AND u.name_key = w.name_key";

/// A user whose name changed meanwhile keeps the key that the change gave them.
const UPDATE: &str = "UPDATE users AS u SET name_key = w.name_key FROM unnest($1::bigint[], $2::bytea[], $3::text[]) \
    AS w(id, name_key, username) WHERE u.id = w.id AND (w.username IS NULL OR u.username = w.username) \
    AND u.name_key IS DISTINCT FROM w.name_key RETURNING u.id";

/// How often it is tried again when it meets another node's.
const ATTEMPTS: u32 = 40;

/// Computes them.
pub(crate) async fn fill(session: &Session) -> Result<(), Fault> {
    let mut attempt = 0;
    loop {
        match step(session).await {
            Ok(false) => return Ok(()),
            Ok(true) => {}
            Err(fault) if attempt < ATTEMPTS && is_race(&fault) => {
                attempt += 1;
                tokio::time::sleep(pause(attempt).max(Duration::from_millis(1))).await;
            }
            Err(fault) => return Err(fault),
        }
    }
}

/// Computes some; returns whether there may be more.
async fn step(session: &Session) -> Result<bool, Fault> {
    let most = i64::try_from(AT_ONCE).unwrap_or(i64::MAX);
    let mut unkeyed = read(&session.rows(&Query::unnamed(CLASHING), &[]).await?)?;
    let missing = read(&session.rows(&Query::unnamed(MISSING), &[&most]).await?)?;
    let more = missing.len() >= AT_ONCE;
    unkeyed.extend(missing);
    if unkeyed.is_empty() {
        return Ok(false);
    }
    let services: Vec<i64> = unkeyed.iter().map(|(one, _)| one.service.sql()).collect();
    let keys: Vec<&[u8]> = unkeyed.iter().map(|(one, _)| one.key.as_bytes()).collect();
    let mut owners = Vec::new();
    for row in session.rows(&Query::unnamed(OWNERS), &[&services, &keys]).await? {
        let key: Vec<u8> = row.try_get(2)?;
        let service = ServiceId::from_sql(row.try_get(1)?);
        owners.push((service, String::from_utf8_lossy(&key).into_owned(), UserKey::from_sql(row.try_get(0)?)));
    }
    let names: std::collections::BTreeMap<_, _> = unkeyed.iter().map(|(one, name)| (one.user, name.as_str())).collect();
    let unkeyed: Vec<_> = unkeyed.iter().map(|(one, _)| one.clone()).collect();
    let given = assigned(&unkeyed, owners);
    let ids: Vec<i64> = given.iter().map(|(user, _)| user.sql()).collect();
    let keys: Vec<&[u8]> = given.iter().map(|(_, key)| key.as_bytes()).collect();
    let names: Vec<Option<&str>> = given.iter().map(|(user, _)| names.get(user).copied()).collect();
    session.rows(&Query::unnamed(UPDATE), &[&ids, &keys, &names]).await?;
    Ok(more)
}

/// Users, each with the name.
fn read(rows: &[Row]) -> Result<Vec<(Unkeyed, String)>, Fault> {
    let one = |row: &Row| -> Result<(Unkeyed, String), Fault> {
        let name: String = row.try_get(2)?;
        let (user, service) = (UserKey::from_sql(row.try_get(0)?), ServiceId::from_sql(row.try_get(1)?));
        Ok((Unkeyed { user, service, key: name_key(&name) }, name))
    };
    rows.iter().map(one).collect()
}
