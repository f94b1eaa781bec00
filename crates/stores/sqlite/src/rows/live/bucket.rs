//! The number of rows of a partition, and their position: a partition is cut into buckets of some thousand neighbouring
//! rows, and each is counted.
//!
//! A total is the sum of the later buckets, with the bucket that contains the present time counted row by row; a page far
//! down is found by walking the buckets to it. A bucket extends to the beginning of the next one: rows with equal expiry,
//! and those without expiry, are cut by number. The first one begins before everything. A short partition has one
//! bucket.

use rusqlite::{Connection, OptionalExtension, Statement, params};

use super::partition::{Key, Partition};
use crate::fault::{Done, Fault};

/// The maximum number of rows of a bucket; a larger one is cut.
pub(super) const MOST: i64 = 4096;

/// How many rows the part that is cut off gets.
const HALF: i64 = MOST / 2;

/// One with fewer rows is joined to the one before it, if that makes no more than a half.
const FEW: i64 = MOST / 8;

/// A bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bucket {
    /// Where it begins.
    pub(super) from: Key,
    /// How many rows it has.
    pub(super) n: i64,
}

/// The statements about buckets, prepared once.
pub(super) struct Buckets<'c> {
    before: Statement<'c>,
    next: Statement<'c>,
    put: Statement<'c>,
    delete: Statement<'c>,
    ahead: Statement<'c>,
}

/// The bucket that contains a position: the last one that begins at it or before.
pub(super) const BEFORE: &str = "SELECT expires, id, n FROM live_stretch WHERE service = ?1 AND \"by\" = ?2 AND owner = ?3 \
    AND lane = ?4 AND (expires, id) <= (?5, ?6) ORDER BY expires DESC, id DESC LIMIT 1";

/// Where the next one begins.
pub(super) const NEXT: &str = "SELECT expires, id FROM live_stretch WHERE service = ?1 AND \"by\" = ?2 AND owner = ?3 \
    AND lane = ?4 AND (expires, id) > (?5, ?6) ORDER BY expires, id LIMIT 1";

const PUT: &str = "INSERT INTO live_stretch (service, \"by\", owner, lane, expires, id, n) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO UPDATE SET n = excluded.n";

const DELETE: &str = "DELETE FROM live_stretch WHERE service = ?1 AND \"by\" = ?2 AND owner = ?3 AND lane = ?4 \
    AND expires = ?5 AND id = ?6";

/// The row this many rows further.
pub(super) const AHEAD: &str = "SELECT expires, id FROM live_list WHERE service = ?1 AND \"by\" = ?2 AND owner = ?3 \
    AND lane = ?4 AND (expires, id) >= (?5, ?6) ORDER BY expires, id LIMIT 1 OFFSET ?7";

fn key(row: &rusqlite::Row<'_>) -> rusqlite::Result<Key> {
    Ok(Key { expires: row.get(0)?, id: row.get(1)? })
}

impl<'c> Buckets<'c> {
    /// Prepares.
    pub(super) fn prepare(connection: &'c Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            before: connection.prepare(BEFORE)?,
            next: connection.prepare(NEXT)?,
            put: connection.prepare(PUT)?,
            delete: connection.prepare(DELETE)?,
            ahead: connection.prepare(AHEAD)?,
        })
    }

    /// The one that contains a row, or would contain it; an empty one that begins before everything if there is none.
    pub(super) fn holding(&mut self, partition: &Partition, at: Key) -> Done<Bucket> {
        Ok(self.up_to(partition, at)?.unwrap_or(Bucket { from: Key::FIRST, n: 0 }))
    }

    /// Where the one after a place begins.
    pub(super) fn next(&mut self, partition: &Partition, at: Key) -> Done<Option<Key>> {
        let params =
            params![partition.service, partition.owner.by(), partition.owner, partition.number, at.expires, at.id];
        Ok(self.next.query_row(params, key).optional()?)
    }

    /// This many rows were added or removed.
    pub(super) fn change(&mut self, partition: &Partition, bucket: Bucket, by: i64) -> Done<()> {
        let changed = Bucket { n: bucket.n + by, ..bucket };
        if by == 0 {
            return Ok(());
        }
        match changed.n {
            ..0 => Err(Fault::Corrupt("count of a live list")),
            0 => self.delete(partition, bucket.from),
            n if n > MOST => self.cut(partition, changed),
            n if by < 0 && n < FEW && bucket.from != Key::FIRST => self.join(partition, changed),
            _ => self.put(partition, changed),
        }
    }

    /// Cuts one until no part is too long.
    fn cut(&mut self, partition: &Partition, mut bucket: Bucket) -> Done<()> {
        while bucket.n > MOST {
            let Key { expires, id } = bucket.from;
            let params =
                params![partition.service, partition.owner.by(), partition.owner, partition.number, expires, id, HALF];
            let cut = self.ahead.query_row(params, key).optional()?.ok_or(Fault::Corrupt("live list"))?;
            self.put(partition, Bucket { n: HALF, ..bucket })?;
            bucket = Bucket { from: cut, n: bucket.n - HALF };
        }
        self.put(partition, bucket)
    }

    /// Joins a short one to the one before, unless that is long.
    fn join(&mut self, partition: &Partition, bucket: Bucket) -> Done<()> {
        let Key { expires, id } = bucket.from;
        let just_before = Key { expires, id: id - 1 };
        match self.up_to(partition, just_before)? {
            Some(before) if before.n + bucket.n <= HALF => {
                self.delete(partition, bucket.from)?;
                self.put(partition, Bucket { n: before.n + bucket.n, ..before })
            }
            _ => self.put(partition, bucket),
        }
    }

    fn up_to(&mut self, partition: &Partition, at: Key) -> Done<Option<Bucket>> {
        let params =
            params![partition.service, partition.owner.by(), partition.owner, partition.number, at.expires, at.id];
        Ok(self.before.query_row(params, |row| Ok(Bucket { from: key(row)?, n: row.get(2)? })).optional()?)
    }

    fn put(&mut self, partition: &Partition, bucket: Bucket) -> Done<()> {
        let Key { expires, id } = bucket.from;
        self.put.execute(params![
            partition.service,
            partition.owner.by(),
            partition.owner,
            partition.number,
            expires,
            id,
            bucket.n
        ])?;
        Ok(())
    }

    fn delete(&mut self, partition: &Partition, from: Key) -> Done<()> {
        self.delete.execute(params![
            partition.service,
            partition.owner.by(),
            partition.owner,
            partition.number,
            from.expires,
            from.id
        ])?;
        Ok(())
    }
}
