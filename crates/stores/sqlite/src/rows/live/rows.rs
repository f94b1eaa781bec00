//! Rows are added to the lists and removed, and counted by whether this really happened: repeating it changes nothing.

use rusqlite::{Connection, Statement, params};

use super::lane::{Lane, Row};
use super::stretch::Stretches;
use crate::fault::Done;
use crate::rows::AT_ONCE;

/// What is done to the lists, prepared once.
pub(crate) struct LiveRows<'c> {
    insert: Statement<'c>,
    insert_many: Statement<'c>,
    delete: Statement<'c>,
    stretches: Stretches<'c>,
}

fn insert(rows: usize) -> String {
    let row = |n: usize| format!("(?1, ?2, ?3, ?4, ?{}, ?{})", 2 * n + 5, 2 * n + 6);
    let rows: Vec<_> = (0..rows).map(row).collect();
    format!("INSERT OR IGNORE INTO live_list (service, \"by\", owner, lane, expires, id) VALUES {}", rows.join(", "))
}

impl<'c> LiveRows<'c> {
    /// Prepares.
    pub(crate) fn prepare(connection: &'c Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            insert: connection.prepare(&insert(1))?,
            insert_many: connection.prepare(&insert(AT_ONCE))?,
            delete: connection.prepare(
                "DELETE FROM live_list WHERE service = ?1 AND \"by\" = ?2 AND owner = ?3 AND lane = ?4 \
                 AND expires = ?5 AND id = ?6",
            )?,
            stretches: Stretches::prepare(connection)?,
        })
    }

    /// Writes these, which are in order; some may be there already.
    pub(crate) fn add(&mut self, rows: &[Row]) -> Done<()> {
        self.change(rows, Self::insert)
    }

    /// Removes these, which are sorted; some may be removed already.
    pub(crate) fn remove(&mut self, rows: &[Row]) -> Done<()> {
        self.change(rows, Self::delete)
    }

    /// Works block by block; `change` returns by how much a block changed.
    fn change(&mut self, rows: &[Row], change: fn(&mut Self, &Lane, &[Row]) -> Done<i64>) -> Done<()> {
        let mut rest = rows;
        while let Some(first) = rest.first() {
            let lane = &first.lane;
            let stretch = self.stretches.holding(lane, first.key)?;
            let another = rest.get(1).is_some_and(|row| row.lane == *lane);
            let end = if another { self.stretches.next(lane, first.key)? } else { Some(first.key) };
            let here = |row: &&Row| row.lane == *lane && end.is_none_or(|end| row.key < end || row.key == first.key);
            let (some, more) = rest.split_at(rest.iter().take_while(here).count());
            let by = change(self, lane, some)?;
            self.stretches.change(lane, stretch, by)?;
            rest = more;
        }
        Ok(())
    }

    fn insert(&mut self, lane: &Lane, rows: &[Row]) -> Done<i64> {
        let mut added = 0;
        let many = rows.chunks_exact(AT_ONCE);
        for row in many.remainder() {
            let (by, key) = (lane.owner.by(), row.key);
            added += self.insert.execute(params![lane.service, by, lane.owner, lane.lane, key.expires, key.id])?;
        }
        for rows in many {
            let statement = &mut self.insert_many;
            statement.raw_bind_parameter(1, lane.service)?;
            statement.raw_bind_parameter(2, lane.owner.by())?;
            statement.raw_bind_parameter(3, &lane.owner)?;
            statement.raw_bind_parameter(4, lane.lane)?;
            for (at, row) in (5..).step_by(2).zip(rows) {
                statement.raw_bind_parameter(at, row.key.expires)?;
                statement.raw_bind_parameter(at + 1, row.key.id)?;
            }
            added += statement.raw_execute()?;
        }
        Ok(i64::try_from(added).unwrap_or(i64::MAX))
    }

    fn delete(&mut self, lane: &Lane, rows: &[Row]) -> Done<i64> {
        let mut removed = 0;
        for Row { key, .. } in rows {
            let (by, owner) = (lane.owner.by(), &lane.owner);
            removed += self.delete.execute(params![lane.service, by, owner, lane.lane, key.expires, key.id])?;
        }
        Ok(-i64::try_from(removed).unwrap_or(i64::MAX))
    }
}
