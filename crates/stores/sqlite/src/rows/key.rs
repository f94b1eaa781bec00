//! Signing keys.

use jeton_model::ids::{KeyId, ServiceId};
use jeton_model::records::{KeyRecord, KeyUse};
use rusqlite::{Connection, Row, params};

use super::column;
use crate::fault::{Done, Fault};

/// Creates or replaces one by number.
pub(crate) fn put(connection: &Connection, key: &KeyRecord) -> Done<()> {
    let sql = "INSERT INTO key (id, service, alg, generation, usage, sealed, published, active, retired, kid) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (id) DO UPDATE SET service = excluded.service, \
        alg = excluded.alg, generation = excluded.generation, usage = excluded.usage, sealed = excluded.sealed, \
        published = excluded.published, active = excluded.active, retired = excluded.retired, \
        kid = excluded.kid";
    connection.prepare_cached(sql)?.execute(params![
        key.id.sql(),
        key.service.sql(),
        key.alg,
        key.generation,
        usage(key.usage),
        key.sealed,
        key.published.millis(),
        key.active.millis(),
        key.retired.map(|t| t.millis()),
        key.kid,
    ])?;
    Ok(())
}

/// Removes one; returns whether it existed.
pub(crate) fn delete(connection: &Connection, id: KeyId) -> Done<bool> {
    Ok(connection.prepare_cached("DELETE FROM key WHERE id = ?1")?.execute([id.sql()])? > 0)
}

/// All of a service, by number.
pub(crate) fn of_service(connection: &Connection, service: ServiceId) -> Done<Vec<KeyRecord>> {
    let sql = "SELECT id, service, alg, generation, usage, sealed, published, active, retired, kid FROM key \
        WHERE service = ?1 ORDER BY id";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([service.sql()])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.push(decode(row).map_err(|f| f.about("key"))?);
    }
    Ok(out)
}

fn decode(row: &Row<'_>) -> Done<KeyRecord> {
    let corrupt = || Fault::Corrupt("key");
    Ok(KeyRecord {
        id: KeyId::from_sql(row.get(0)?),
        service: ServiceId::from_sql(row.get(1)?),
        alg: row.get(2)?,
        generation: row.get(3)?,
        usage: read_usage(column::read_text(row, 4)?)?,
        sealed: row.get(5)?,
        published: column::read_time(row, 6)?.ok_or_else(corrupt)?,
        active: column::read_time(row, 7)?.ok_or_else(corrupt)?,
        retired: column::read_time(row, 8)?,
        kid: row.get::<_, Option<String>>(9)?.map(String::into_boxed_str),
    })
}

const fn usage(usage: KeyUse) -> &'static str {
    match usage {
        KeyUse::Signature => "signature",
        KeyUse::Foreign => "foreign",
    }
}

fn read_usage(word: &str) -> Done<KeyUse> {
    match word {
        "signature" => Ok(KeyUse::Signature),
        "foreign" => Ok(KeyUse::Foreign),
        _ => Err(Fault::Corrupt("key")),
    }
}
