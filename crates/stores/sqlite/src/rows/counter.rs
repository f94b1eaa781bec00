//! Counters.

use jeton_model::ids::ID_LIMIT;
use rusqlite::{Connection, params};

use crate::fault::{Done, Fault};

/// A counter's name.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Counter {
    /// The next unused id.
    Ids,
    /// The greatest token id in `token_list`.
    ListedThrough,
    /// 1 while `token_list` and `zone` are complete.
    ListedFully,
    /// The last place in `once` that `once_key` leads to.
    SingleUsesThrough,
}

impl Counter {
    const fn name(self) -> &'static str {
        match self {
            Self::Ids => "ids",
            Self::ListedThrough => "listed_through",
            Self::ListedFully => "listed_fully",
            Self::SingleUsesThrough => "onces_through",
        }
    }

    /// Its value.
    pub(crate) fn get(self, connection: &Connection) -> Done<i64> {
        let mut statement = connection.prepare_cached("SELECT value FROM counter WHERE name = ?1")?;
        Ok(statement.query_row([self.name()], |row| row.get(0))?)
    }

    /// Sets it.
    pub(crate) fn set(self, connection: &Connection, value: i64) -> Done<()> {
        let sql = "UPDATE counter SET value = ?2 WHERE name = ?1";
        connection.prepare_cached(sql)?.execute(params![self.name(), value])?;
        Ok(())
    }
}

/// Takes `count` ids; returns the first. None is taken when they would not fit below 2^53.
pub(crate) fn reserve(connection: &Connection, count: u32) -> Done<u64> {
    let first = Counter::Ids.get(connection)?;
    let next = first.saturating_add(i64::from(count));
    if first < 1 || next.unsigned_abs() > ID_LIMIT {
        return Err(Fault::Corrupt("counter of ids"));
    }
    Counter::Ids.set(connection, next)?;
    Ok(first.unsigned_abs())
}
