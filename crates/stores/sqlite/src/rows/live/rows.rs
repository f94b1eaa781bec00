//! Rows are added to the lists and removed, and counted by whether this really happened: repeating it changes nothing.

use rusqlite::{Connection, Statement, params};

use super::bucket::Buckets;
use super::partition::{Partition, Row};
use crate::fault::Done;
use crate::rows::AT_ONCE;

/// What is done to the lists, prepared once.
pub(crate) struct LiveRows<'c> {
    insert: Statement<'c>,
    insert_many: Statement<'c>,
    delete: Statement<'c>,
    buckets: Buckets<'c>,
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
            buckets: Buckets::prepare(connection)?,
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

    /// Works bucket by bucket; `change` returns by how much a bucket changed.
    fn change(&mut self, rows: &[Row], change: fn(&mut Self, &Partition, &[Row]) -> Done<i64>) -> Done<()> {
        let mut rest = rows;
        while let Some(first) = rest.first() {
            let partition = &first.partition;
            let bucket = self.buckets.holding(partition, first.key)?;
            let another = rest.get(1).is_some_and(|row| row.partition == *partition);
            let end = if another { self.buckets.next(partition, first.key)? } else { Some(first.key) };
            let here =
                |row: &&Row| row.partition == *partition && end.is_none_or(|end| row.key < end || row.key == first.key);
            let (some, more) = rest.split_at(rest.iter().take_while(here).count());
            let by = change(self, partition, some)?;
            self.buckets.change(partition, bucket, by)?;
            rest = more;
        }
        Ok(())
    }

    fn insert(&mut self, partition: &Partition, rows: &[Row]) -> Done<i64> {
        let mut added = 0;
        let many = rows.chunks_exact(AT_ONCE);
        for row in many.remainder() {
            let (by, key) = (partition.owner.by(), row.key);
            added += self.insert.execute(params![
                partition.service,
                by,
                partition.owner,
                partition.number,
                key.expires,
                key.id
            ])?;
        }
        for rows in many {
            let statement = &mut self.insert_many;
            statement.raw_bind_parameter(1, partition.service)?;
            statement.raw_bind_parameter(2, partition.owner.by())?;
            statement.raw_bind_parameter(3, &partition.owner)?;
            statement.raw_bind_parameter(4, partition.number)?;
            for (at, row) in (5..).step_by(2).zip(rows) {
                statement.raw_bind_parameter(at, row.key.expires)?;
                statement.raw_bind_parameter(at + 1, row.key.id)?;
            }
            added += statement.raw_execute()?;
        }
        Ok(i64::try_from(added).unwrap_or(i64::MAX))
    }

    fn delete(&mut self, partition: &Partition, rows: &[Row]) -> Done<i64> {
        let mut removed = 0;
        for Row { key, .. } in rows {
            let (by, owner) = (partition.owner.by(), &partition.owner);
            removed +=
                self.delete.execute(params![partition.service, by, owner, partition.number, key.expires, key.id])?;
        }
        Ok(-i64::try_from(removed).unwrap_or(i64::MAX))
    }
}
