//! The tokens of an owner.
//!
//! Written after the commits, in large sorted batches: its key is random, so on the commit path each row would touch a
//! separate page.

use rusqlite::{Connection, Statement, params};

use super::AT_ONCE;
use super::live::{LIVING_COLUMNS, LiveRow};
use super::owner::Owner;
use crate::fault::Done;

impl Owner {
    /// All owners of a token read from its row.
    fn of_row(living: &LiveRow, parent: Option<i64>) -> impl Iterator<Item = Self> {
        let (client, grant) = (living.client.map(Self::Client), living.grant.map(Self::Grant));
        [client, grant, living.subject.clone(), parent.map(Self::Parent)].into_iter().flatten()
    }
}

/// One row: an owner and a token.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    /// Whose.
    pub(crate) owner: Owner,
    /// Which.
    pub(crate) id: i64,
}

fn insert(rows: usize) -> String {
    let row = |n: usize| format!("(?{}, ?{}, ?{})", 3 * n + 1, 3 * n + 2, 3 * n + 3);
    let rows: Vec<_> = (0..rows).map(row).collect();
    format!("INSERT OR IGNORE INTO token_list (\"by\", owner, id) VALUES {}", rows.join(", "))
}

/// What is done to the lists, prepared once.
pub(crate) struct ListRows<'c> {
    insert: Statement<'c>,
    insert_many: Statement<'c>,
    delete: Statement<'c>,
}

impl<'c> ListRows<'c> {
    /// Prepares.
    pub(crate) fn prepare(connection: &'c Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            insert: connection.prepare(&insert(1))?,
            insert_many: connection.prepare(&insert(AT_ONCE))?,
            delete: connection.prepare("DELETE FROM token_list WHERE \"by\" = ?1 AND owner = ?2 AND id = ?3")?,
        })
    }

    /// Writes one; it may be there already.
    pub(crate) fn insert(&mut self, entry: &Entry) -> Done<()> {
        self.insert.execute(params![entry.owner.by(), entry.owner, entry.id])?;
        Ok(())
    }

    /// Writes these, which are in order; some may be there already.
    pub(crate) fn add(&mut self, entries: &[Entry]) -> Done<()> {
        let many = entries.chunks_exact(AT_ONCE);
        for entry in many.remainder() {
            self.insert(entry)?;
        }
        for entries in many {
            let statement = &mut self.insert_many;
            for (at, entry) in (1..).step_by(3).zip(entries) {
                statement.raw_bind_parameter(at, entry.owner.by())?;
                statement.raw_bind_parameter(at + 1, &entry.owner)?;
                statement.raw_bind_parameter(at + 2, entry.id)?;
            }
            statement.raw_execute()?;
        }
        Ok(())
    }

    /// Removes one.
    pub(crate) fn delete(&mut self, entry: &Entry) -> Done<()> {
        self.delete.execute(params![entry.owner.by(), entry.owner, entry.id])?;
        Ok(())
    }
}

/// A token as the lists need it.
pub(crate) struct Listed {
    /// Its id.
    pub(crate) id: i64,
    /// Its expiry in milliseconds since 1970.
    pub(crate) expires: Option<i64>,
    /// Its rows.
    pub(crate) entries: Vec<Entry>,
    /// The same, for the lists of live tokens.
    pub(crate) living: LiveRow,
    /// Whether it is active.
    pub(crate) active: bool,
}

/// The next tokens after `after`, up to `through`, at most `limit`.
pub(crate) fn after(connection: &Connection, after: i64, through: i64, limit: u32) -> Done<Vec<Listed>> {
    let sql = format!("SELECT {LIVING_COLUMNS}, parent FROM token WHERE id > ?1 AND id <= ?2 ORDER BY id LIMIT ?3");
    collect(connection, &sql, params![after, through, limit])
}

/// Tokens with ids from `low` to `high` that expired before `now`, at most `limit`.
pub(crate) fn expired(connection: &Connection, low: i64, high: i64, now: i64, limit: u32) -> Done<Vec<Listed>> {
    let sql = format!(
        "SELECT {LIVING_COLUMNS}, parent FROM token WHERE id BETWEEN ?1 AND ?2 AND expires < ?3 \
         ORDER BY id LIMIT ?4"
    );
    collect(connection, &sql, params![low, high, now, limit])
}

/// The tokens of a family that the lists know, by id, after `after`, at most `limit`, active or not.
pub(crate) fn family(connection: &Connection, grant: i64, after: i64, limit: u32) -> Done<Vec<LiveRow>> {
    let sql = format!(
        "SELECT {LIVING_COLUMNS} FROM token WHERE id IN (SELECT id FROM token_list WHERE \"by\" = 1 AND owner = ?1 \
         AND id > ?2 ORDER BY id LIMIT ?3) ORDER BY id"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params![grant, after, limit], |row| Ok(LiveRow::of_row(row, 0)?.0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The greatest id of a token or a grant; 0 when there is none.
pub(crate) fn last_id(connection: &Connection) -> Done<i64> {
    let sql = "SELECT max((SELECT coalesce(max(id), 0) FROM token), (SELECT coalesce(max(id), 0) FROM grant_))";
    Ok(connection.query_row(sql, [], |row| row.get(0))?)
}

fn collect(connection: &Connection, sql: &str, params: impl rusqlite::Params) -> Done<Vec<Listed>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        let (living, active) = LiveRow::of_row(row, 0)?;
        let id = living.id;
        let entries = Owner::of_row(&living, row.get(9)?).map(|owner| Entry { owner, id }).collect();
        out.push(Listed { id, expires: living.expires, entries, living, active });
    }
    Ok(out)
}
