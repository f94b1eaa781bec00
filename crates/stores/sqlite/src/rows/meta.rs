//! Small values of the installation itself.

use rusqlite::{Connection, OptionalExtension, params};

use crate::fault::Done;

/// One.
pub(crate) fn get(connection: &Connection, name: &str) -> Done<Option<Vec<u8>>> {
    let mut statement = connection.prepare_cached("SELECT value FROM meta WHERE name = ?1")?;
    Ok(statement.query_row([name], |row| row.get(0)).optional()?)
}

/// Writes one if there is none; returns what is there then.
pub(crate) fn init(connection: &Connection, name: &str, value: &[u8]) -> Done<Vec<u8>> {
    let sql = "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING";
    connection.prepare_cached(sql)?.execute(params![name, value])?;
    let mut statement = connection.prepare_cached("SELECT value FROM meta WHERE name = ?1")?;
    Ok(statement.query_row([name], |row| row.get(0))?)
}

/// Writes one.
pub(crate) fn set(connection: &Connection, name: &str, value: &[u8]) -> Done<()> {
    let sql = "INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)";
    connection.prepare_cached(sql)?.execute(params![name, value])?;
    Ok(())
}
