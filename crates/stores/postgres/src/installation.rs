//! What belongs to the installation: its numbers and its small values.

use jeton_model::ids::ID_LIMIT;
use jeton_model::store::StoreError;

use crate::read::Pool;
use crate::records::is_storable;

/// Reserves `count` numbers; the first is returned. Numbers of a node that dies are not used again.
pub(crate) async fn reserve_ids(pool: &Pool, count: u32) -> Result<u64, StoreError> {
    const SQL: &str = "UPDATE counters SET next = next + $1::bigint WHERE name = 'id' RETURNING next - $1";
    let row = pool.row(SQL, &[&i64::from(count)]).await?.ok_or(StoreError::Corrupt { what: "counter" })?;
    let first: i64 = row.try_get(0).map_err(StoreError::failed)?;
    match u64::try_from(first) {
        Ok(first) if first >= 1 && first + u64::from(count) <= ID_LIMIT => Ok(first),
        _ => Err(StoreError::message("all numbers below 2^53 are used up")),
    }
}

/// A value.
pub(crate) async fn meta(pool: &Pool, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    if !is_storable(name) {
        return Ok(None);
    }
    let row = pool.row("SELECT value FROM meta WHERE name = $1::text", &[&name]).await?;
    row.map(|row| row.try_get(0)).transpose().map_err(StoreError::failed)
}

/// Writes a value unless there is one; returns the stored one. Nodes that start at the same time all get the first
/// one's.
pub(crate) async fn meta_init(pool: &Pool, name: &str, value: &[u8]) -> Result<Vec<u8>, StoreError> {
    const SQL: &str = "INSERT INTO meta (name, value) VALUES ($1::text, $2::bytea) ON CONFLICT (name) DO NOTHING";
    pool.rows(SQL, &[&name, &value]).await?;
    meta(pool, name).await?.ok_or(StoreError::Corrupt { what: "value of the installation" })
}

/// Overwrites a value.
pub(crate) async fn meta_set(pool: &Pool, name: &str, value: &[u8]) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO meta (name, value) VALUES ($1::text, $2::bytea) \
        ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    pool.rows(SQL, &[&name, &value]).await.map(|_| ())
}
