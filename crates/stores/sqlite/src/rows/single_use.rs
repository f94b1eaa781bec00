//! Single-use entries.
//!
//! Rows are appended in the order of writing; `once_key` leads from a key to its row and is filled behind the writes,
//! like the lists of tokens, for keys are random. Until then `SingleUseTail` knows the way.

use jeton_model::clock::Timestamp;
use jeton_model::ids::{GrantId, ServiceId};
use jeton_model::records::{SingleUse, SingleUseKey, SingleUseKind};
use rusqlite::{Connection, OptionalExtension, Row, Statement, params};

use super::column;
use crate::fault::{Done, Fault};

/// `used` of an unused entry. Eight bytes like every other value, so that the row is overwritten in place.
const UNUSED: [u8; 8] = i64::MIN.to_be_bytes();

const INSERT: &str = "INSERT INTO once (seq, kind, key, service, grant_id, expires, used, payload) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

/// The row of a key, by its first eight bytes and then itself.
const FIND: &str = "SELECT o.seq FROM once_key k CROSS JOIN once o ON o.seq = k.seq \
    WHERE k.prefix = ?1 AND o.kind = ?2 AND o.key = ?3";

const READ: &str = "SELECT kind, key, service, grant_id, expires, used, payload FROM once WHERE seq = ?1";

/// What is done to single-use entries on the commit path, prepared once.
pub(crate) struct SingleUseRows<'c> {
    insert: Statement<'c>,
    consume: Statement<'c>,
    find: Statement<'c>,
    read: Statement<'c>,
    index: Statement<'c>,
}

impl<'c> SingleUseRows<'c> {
    /// Prepares.
    pub(crate) fn prepare(connection: &'c Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            insert: connection.prepare(INSERT)?,
            consume: connection.prepare("UPDATE once SET used = ?2 WHERE seq = ?1 AND used = ?3 AND expires > ?4")?,
            find: connection.prepare(FIND)?,
            read: connection.prepare(READ)?,
            index: connection.prepare("INSERT OR IGNORE INTO once_key (prefix, seq) VALUES (?1, ?2)")?,
        })
    }

    /// Writes a new one.
    pub(crate) fn insert(&mut self, seq: i64, single_use: &SingleUse) -> Done<()> {
        self.insert.execute(params![
            seq,
            single_use.kind.sql(),
            single_use.key.0,
            single_use.service.sql(),
            single_use.grant.map(GrantId::sql),
            single_use.expires.millis(),
            single_use.used.map_or(UNUSED, |t| t.millis().to_be_bytes()),
            single_use.payload,
        ])?;
        Ok(())
    }

    /// Uses one up if it is unused and not expired; returns whether it was.
    pub(crate) fn consume(&mut self, seq: i64, now: Timestamp) -> Done<bool> {
        let used = now.millis().to_be_bytes();
        Ok(self.consume.execute(params![seq, used, UNUSED, now.millis()])? > 0)
    }

    /// The position of the entry with this key, as far as `once_key` is complete.
    pub(crate) fn find(&mut self, kind: SingleUseKind, key: SingleUseKey) -> Done<Option<i64>> {
        let found = self.find.query_row(params![prefix(key), kind.sql(), key.0], |row| row.get(0));
        Ok(found.optional()?)
    }

    /// One by its place.
    pub(crate) fn read(&mut self, seq: i64) -> Done<Option<SingleUse>> {
        let mut rows = self.read.query([seq])?;
        rows.next()?.map(read).transpose()
    }

    /// Makes one found by its key; it may be so already.
    pub(crate) fn index(&mut self, key: SingleUseKey, seq: i64) -> Done<()> {
        self.index.execute([prefix(key), seq])?;
        Ok(())
    }
}

/// One entry, used or not; `known` is its position if that is known.
pub(crate) fn by_key(
    connection: &Connection,
    kind: SingleUseKind,
    key: SingleUseKey,
    known: Option<i64>,
) -> Done<Option<SingleUse>> {
    let found = || -> Done<Option<i64>> {
        let mut statement = connection.prepare_cached(FIND)?;
        Ok(statement.query_row(params![prefix(key), kind.sql(), key.0], |row| row.get(0)).optional()?)
    };
    let Some(seq) = known.map_or_else(found, |seq| Ok(Some(seq)))? else { return Ok(None) };
    let mut statement = connection.prepare_cached(READ)?;
    let mut rows = statement.query([seq])?;
    rows.next()?.map(read).transpose()
}

/// Removes one, whether or not its key leads to it.
pub(crate) fn delete(connection: &Connection, key: SingleUseKey, seq: i64) -> Done<()> {
    connection.prepare_cached("DELETE FROM once_key WHERE prefix = ?1 AND seq = ?2")?.execute([prefix(key), seq])?;
    connection.prepare_cached("DELETE FROM once WHERE seq = ?1")?.execute([seq])?;
    Ok(())
}

/// A row as the index needs it.
pub(crate) struct Placed {
    /// Its place.
    pub(crate) seq: i64,
    /// Its kind.
    pub(crate) kind: SingleUseKind,
    /// Its key.
    pub(crate) key: SingleUseKey,
    /// Its expiry in milliseconds since 1970.
    pub(crate) expires: i64,
}

/// All after `seq`.
pub(crate) fn after(connection: &Connection, seq: i64) -> Done<Vec<Placed>> {
    placed(connection, "SELECT seq, kind, key, expires FROM once WHERE seq > ?1", [seq])
}

/// Those from `low` to `high` that expired before `now`, at most `limit`.
pub(crate) fn expired(connection: &Connection, low: i64, high: i64, now: i64, limit: u32) -> Done<Vec<Placed>> {
    let sql = "SELECT seq, kind, key, expires FROM once WHERE seq BETWEEN ?1 AND ?2 AND expires < ?3 LIMIT ?4";
    placed(connection, sql, params![low, high, now, limit])
}

/// The last place that is taken.
pub(crate) fn last(connection: &Connection) -> Done<i64> {
    Ok(connection.query_row("SELECT coalesce(max(seq), 0) FROM once", [], |row| row.get(0))?)
}

fn placed(connection: &Connection, sql: &str, params: impl rusqlite::Params) -> Done<Vec<Placed>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        let (kind, key) = (read_kind(row, 1)?, read_key(row, 2)?);
        out.push(Placed { seq: row.get(0)?, kind, key, expires: row.get(3)? });
    }
    Ok(out)
}

fn prefix(key: SingleUseKey) -> i64 {
    key.0.first_chunk().map_or(0, |bytes| i64::from_be_bytes(*bytes))
}

fn read(row: &Row<'_>) -> Done<SingleUse> {
    decode(row).map_err(|f| f.about("once entry"))
}

fn decode(row: &Row<'_>) -> Done<SingleUse> {
    let corrupt = || Fault::Corrupt("once entry");
    let used: [u8; 8] = row.get(5)?;
    Ok(SingleUse {
        kind: read_kind(row, 0)?,
        key: read_key(row, 1)?,
        service: ServiceId::from_sql(row.get(2)?),
        grant: row.get::<_, Option<i64>>(3)?.map(GrantId::from_sql),
        expires: column::read_time(row, 4)?.ok_or_else(corrupt)?,
        used: (used != UNUSED).then(|| Timestamp::from_millis(i64::from_be_bytes(used))),
        payload: row.get(6)?,
    })
}

fn read_kind(row: &Row<'_>, at: usize) -> Done<SingleUseKind> {
    Ok(SingleUseKind::from_sql(row.get(at)?))
}

fn read_key(row: &Row<'_>, at: usize) -> Done<SingleUseKey> {
    Ok(SingleUseKey(row.get(at)?))
}
