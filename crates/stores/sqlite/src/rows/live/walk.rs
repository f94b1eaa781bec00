//! Totals and pages of several partitions, merged, from one place on.

use rusqlite::{Connection, ToSql, params};

use super::bucket::Bucket;
use super::partition::{Key, Partition};
use crate::fault::Done;

/// All buckets of a partition.
pub(super) const BUCKETS: &str = "SELECT expires, id, n FROM live_stretch WHERE service = ?1 AND \"by\" = ?2 \
    AND owner = ?3 AND lane = ?4 ORDER BY expires, id";

/// How many rows are between two positions.
pub(super) const BETWEEN: &str = "SELECT count(*) FROM live_list WHERE service = ?1 AND \"by\" = ?2 AND owner = ?3 \
    AND lane = ?4 AND (expires, id) >= (?5, ?6) AND (expires, id) < (?7, ?8)";

/// The rows from a place on.
pub(super) const FROM: &str = "SELECT expires, id FROM live_list WHERE service = ?1 AND \"by\" = ?2 AND owner = ?3 \
    AND lane = ?4 AND (expires, id) >= (?5, ?6) ORDER BY expires, id LIMIT ?7 OFFSET ?8";

/// Behind every row.
const END: Key = Key { expires: i64::MAX, id: i64::MAX };

/// Partitions from one place on.
pub(super) struct Walk {
    partitions: Vec<Open>,
}

/// A partition with the counts from there on.
struct Open {
    partition: Partition,
    buckets: Vec<Bucket>,
}

impl Walk {
    /// Counts the partitions from `start` on.
    pub(super) fn open(connection: &Connection, partitions: impl Iterator<Item = Partition>, start: Key) -> Done<Self> {
        let mut open = Vec::new();
        for partition in partitions {
            let mut buckets = buckets(connection, &partition)?;
            // The one that contains the start, and the following ones.
            let begun = buckets.partition_point(|bucket| bucket.from <= start);
            if let Some(within) = begun.checked_sub(1) {
                buckets.drain(..within);
                let end = buckets.get(1).map_or(END, |next| next.from);
                if let Some(first) = buckets.first_mut().filter(|first| first.from < start) {
                    *first = Bucket { from: start, n: between(connection, &partition, start, end)? };
                }
            }
            if !buckets.is_empty() {
                open.push(Open { partition, buckets });
            }
        }
        Ok(Self { partitions: open })
    }

    /// How many rows there are.
    pub(super) fn total(&self) -> u64 {
        self.partitions.iter().flat_map(|open| &open.buckets).map(|bucket| bucket.n.unsigned_abs()).sum()
    }

    /// The ids behind the first `skip`, at most `limit`.
    pub(super) fn page(&self, connection: &Connection, skip: u64, limit: u64) -> Done<Vec<i64>> {
        if limit == 0 || skip >= self.total() {
            return Ok(Vec::new());
        }
        let near = self.near(skip);
        let mut before = 0;
        for open in &self.partitions {
            before += open.before(connection, near)?;
        }
        let left = skip.saturating_sub(before);
        let ids = if let [open] = &*self.partitions {
            keys(connection, &open.partition, near, limit, left)?
        } else {
            let mut merged = Vec::new();
            for open in &self.partitions {
                merged.extend(keys(connection, &open.partition, near, left.saturating_add(limit), 0)?);
            }
            merged.sort_unstable();
            let (left, limit) = (usize::try_from(left), usize::try_from(limit));
            merged.into_iter().skip(left.unwrap_or(usize::MAX)).take(limit.unwrap_or(usize::MAX)).collect()
        };
        Ok(ids.into_iter().map(|key| key.id).collect())
    }

    /// The last beginning of a bucket that certainly has at most `skip` rows before it.
    fn near(&self, skip: u64) -> Key {
        let mut all: Vec<_> = self.partitions.iter().flat_map(|open| &open.buckets).collect();
        all.sort_unstable_by_key(|bucket| bucket.from);
        let (mut near, mut before) = (Key::FIRST, 0);
        for same in all.chunk_by(|a, b| a.from == b.from) {
            if before > skip {
                break;
            }
            near = same.first().map_or(near, |bucket| bucket.from);
            before += same.iter().map(|bucket| bucket.n.unsigned_abs()).sum::<u64>();
        }
        near
    }
}

impl Open {
    /// How many of its rows are before a position.
    fn before(&self, connection: &Connection, place: Key) -> Done<u64> {
        let begun = self.buckets.partition_point(|bucket| bucket.from < place);
        let mut whole: u64 = self.buckets.iter().take(begun).map(|bucket| bucket.n.unsigned_abs()).sum();
        let ends_here = self.buckets.get(begun).is_some_and(|next| next.from == place);
        if let Some(last) = begun.checked_sub(1).and_then(|n| self.buckets.get(n)).filter(|_| !ends_here) {
            whole -= last.n.unsigned_abs();
            whole += between(connection, &self.partition, last.from, place)?.unsigned_abs();
        }
        Ok(whole)
    }
}

fn buckets(connection: &Connection, partition: &Partition) -> Done<Vec<Bucket>> {
    let mut statement = connection.prepare_cached(BUCKETS)?;
    let rows = statement
        .query_map(params![partition.service, partition.owner.by(), partition.owner, partition.number], |row| {
            Ok(Bucket { from: Key { expires: row.get(0)?, id: row.get(1)? }, n: row.get(2)? })
        })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn between(connection: &Connection, partition: &Partition, from: Key, to: Key) -> Done<i64> {
    let mut statement = connection.prepare_cached(BETWEEN)?;
    let (by, owner) = (partition.owner.by(), &partition.owner);
    let params = params![partition.service, by, owner, partition.number, from.expires, from.id, to.expires, to.id];
    Ok(statement.query_row(params, |row| row.get(0))?)
}

fn keys(connection: &Connection, partition: &Partition, from: Key, limit: u64, skip: u64) -> Done<Vec<Key>> {
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let (by, limit, skip) = (partition.owner.by(), number(limit), number(skip));
    let params: [&dyn ToSql; 8] =
        [&partition.service, &by, &partition.owner, &partition.number, &from.expires, &from.id, &limit, &skip];
    let mut statement = connection.prepare_cached(FROM)?;
    let rows = statement.query_map(params, |row| Ok(Key { expires: row.get(0)?, id: row.get(1)? }))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
