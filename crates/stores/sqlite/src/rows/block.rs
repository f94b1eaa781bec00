//! Finding expired rows.
//!
//! Rows with neighbouring ids were created together and mostly expire together, so the earliest expiry of each 256 ids
//! is enough to find rows to remove: 256 times less data than an index, and none of it on the commit path. The recorded
//! expiry of a block may be earlier than the true one (a row that was amended or removed), never later.

use rusqlite::{Connection, OptionalExtension, params};

use crate::fault::Done;

/// Whose rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum RowKind {
    /// Tokens.
    Token,
    /// Grants.
    Grant,
    /// Single-use entries, by place.
    SingleUse,
}

impl RowKind {
    /// The number in a database. Numbers are never reused.
    const fn sql(self) -> i64 {
        match self {
            Self::Token => 0,
            Self::Grant => 1,
            Self::SingleUse => 2,
        }
    }
}

/// 256 neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Block {
    noun: RowKind,
    number: i64,
}

impl Block {
    /// The block of a row.
    pub(crate) const fn of(noun: RowKind, id: i64) -> Self {
        Self { noun, number: id >> 8 }
    }

    /// The first and the last id in it.
    pub(crate) const fn ids(self) -> (i64, i64) {
        (self.number << 8, (self.number << 8) | 0xFF)
    }

    /// Lets it begin to expire at `expires` (milliseconds since 1970) unless it does earlier.
    pub(crate) fn lower(self, connection: &Connection, expires: i64) -> Done<()> {
        let sql = "INSERT INTO zone (noun, block, expires) VALUES (?1, ?2, ?3) ON CONFLICT (noun, block) \
            DO UPDATE SET expires = excluded.expires WHERE excluded.expires < zone.expires";
        connection.prepare_cached(sql)?.execute([self.noun.sql(), self.number, expires])?;
        Ok(())
    }

    /// Looks again at its rows, after some were removed.
    pub(crate) fn refresh(self, connection: &Connection) -> Done<()> {
        let sql = match self.noun {
            RowKind::Token => "SELECT min(expires) FROM token WHERE id BETWEEN ?1 AND ?2",
            RowKind::Grant => "SELECT min(expires) FROM grant_ WHERE id BETWEEN ?1 AND ?2",
            RowKind::SingleUse => "SELECT min(expires) FROM once WHERE seq BETWEEN ?1 AND ?2",
        };
        let (low, high) = self.ids();
        let expires: Option<i64> = connection.prepare_cached(sql)?.query_row([low, high], |row| row.get(0))?;
        let Some(expires) = expires else {
            let sql = "DELETE FROM zone WHERE noun = ?1 AND block = ?2";
            connection.prepare_cached(sql)?.execute([self.noun.sql(), self.number])?;
            return Ok(());
        };
        let sql = "UPDATE zone SET expires = ?3 WHERE noun = ?1 AND block = ?2";
        connection.prepare_cached(sql)?.execute([self.noun.sql(), self.number, expires])?;
        Ok(())
    }

    /// The block with the earliest expiry before `now`.
    pub(crate) fn first_expired(connection: &Connection, noun: RowKind, now: i64) -> Done<Option<Self>> {
        let sql = "SELECT block FROM zone WHERE noun = ?1 AND expires < ?2 ORDER BY expires LIMIT 1";
        let mut statement = connection.prepare_cached(sql)?;
        let number = statement.query_row(params![noun.sql(), now], |row| row.get(0)).optional()?;
        Ok(number.map(|number| Self { noun, number }))
    }
}

/// Grants after `after`, up to `through`, that expire: their ids and expiries in milliseconds since 1970.
pub(crate) fn grants_after(connection: &Connection, after: i64, through: i64) -> Done<Vec<(i64, i64)>> {
    let sql = "SELECT id, expires FROM grant_ WHERE id > ?1 AND id <= ?2 AND expires IS NOT NULL";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([after, through], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
