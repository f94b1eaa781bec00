//! Totals and pages of several lanes, merged, from one place on.

use rusqlite::{Connection, ToSql, params};

use super::lane::{Key, Lane};
use super::stretch::Stretch;
use crate::fault::Done;

/// All blocks of a partition.
pub(super) const STRETCHES: &str = "SELECT expires, id, n FROM live_stretch WHERE service = ?1 AND \"by\" = ?2 \
    AND owner = ?3 AND lane = ?4 ORDER BY expires, id";

/// How many rows are between two positions.
pub(super) const BETWEEN: &str = "SELECT count(*) FROM live_list WHERE service = ?1 AND \"by\" = ?2 AND owner = ?3 \
    AND lane = ?4 AND (expires, id) >= (?5, ?6) AND (expires, id) < (?7, ?8)";

/// The rows from a place on.
pub(super) const FROM: &str = "SELECT expires, id FROM live_list WHERE service = ?1 AND \"by\" = ?2 AND owner = ?3 \
    AND lane = ?4 AND (expires, id) >= (?5, ?6) ORDER BY expires, id LIMIT ?7 OFFSET ?8";

/// Behind every row.
const END: Key = Key { expires: i64::MAX, id: i64::MAX };

/// Lanes from one place on.
pub(super) struct Walk {
    lanes: Vec<Open>,
}

/// A partition with the counts from there on.
struct Open {
    lane: Lane,
    stretches: Vec<Stretch>,
}

impl Walk {
    /// Counts the lanes from `start` on.
    pub(super) fn open(connection: &Connection, lanes: impl Iterator<Item = Lane>, start: Key) -> Done<Self> {
        let mut open = Vec::new();
        for lane in lanes {
            let mut stretches = stretches(connection, &lane)?;
            // The one that contains the start, and the following ones.
            let begun = stretches.partition_point(|stretch| stretch.from <= start);
            if let Some(within) = begun.checked_sub(1) {
                stretches.drain(..within);
                let end = stretches.get(1).map_or(END, |next| next.from);
                if let Some(first) = stretches.first_mut().filter(|first| first.from < start) {
                    *first = Stretch { from: start, n: between(connection, &lane, start, end)? };
                }
            }
            if !stretches.is_empty() {
                open.push(Open { lane, stretches });
            }
        }
        Ok(Self { lanes: open })
    }

    /// How many rows there are.
    pub(super) fn total(&self) -> u64 {
        self.lanes.iter().flat_map(|open| &open.stretches).map(|stretch| stretch.n.unsigned_abs()).sum()
    }

    /// The ids behind the first `skip`, at most `limit`.
    pub(super) fn page(&self, connection: &Connection, skip: u64, limit: u64) -> Done<Vec<i64>> {
        if limit == 0 || skip >= self.total() {
            return Ok(Vec::new());
        }
        let near = self.near(skip);
        let mut before = 0;
        for open in &self.lanes {
            before += open.before(connection, near)?;
        }
        let left = skip.saturating_sub(before);
        let ids = if let [open] = &*self.lanes {
            keys(connection, &open.lane, near, limit, left)?
        } else {
            let mut merged = Vec::new();
            for open in &self.lanes {
                merged.extend(keys(connection, &open.lane, near, left.saturating_add(limit), 0)?);
            }
            merged.sort_unstable();
            let (left, limit) = (usize::try_from(left), usize::try_from(limit));
            merged.into_iter().skip(left.unwrap_or(usize::MAX)).take(limit.unwrap_or(usize::MAX)).collect()
        };
        Ok(ids.into_iter().map(|key| key.id).collect())
    }

    /// The last beginning of a block that certainly has at most `skip` rows before it.
    fn near(&self, skip: u64) -> Key {
        let mut all: Vec<_> = self.lanes.iter().flat_map(|open| &open.stretches).collect();
        all.sort_unstable_by_key(|stretch| stretch.from);
        let (mut near, mut before) = (Key::FIRST, 0);
        for same in all.chunk_by(|a, b| a.from == b.from) {
            if before > skip {
                break;
            }
            near = same.first().map_or(near, |stretch| stretch.from);
            before += same.iter().map(|stretch| stretch.n.unsigned_abs()).sum::<u64>();
        }
        near
    }
}

impl Open {
    /// How many of its rows are before a position.
    fn before(&self, connection: &Connection, place: Key) -> Done<u64> {
        let begun = self.stretches.partition_point(|stretch| stretch.from < place);
        let mut whole: u64 = self.stretches.iter().take(begun).map(|stretch| stretch.n.unsigned_abs()).sum();
        let ends_here = self.stretches.get(begun).is_some_and(|next| next.from == place);
        if let Some(last) = begun.checked_sub(1).and_then(|n| self.stretches.get(n)).filter(|_| !ends_here) {
            whole -= last.n.unsigned_abs();
            whole += between(connection, &self.lane, last.from, place)?.unsigned_abs();
        }
        Ok(whole)
    }
}

fn stretches(connection: &Connection, lane: &Lane) -> Done<Vec<Stretch>> {
    let mut statement = connection.prepare_cached(STRETCHES)?;
    let rows = statement.query_map(params![lane.service, lane.owner.by(), lane.owner, lane.lane], |row| {
        Ok(Stretch { from: Key { expires: row.get(0)?, id: row.get(1)? }, n: row.get(2)? })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn between(connection: &Connection, lane: &Lane, from: Key, to: Key) -> Done<i64> {
    let mut statement = connection.prepare_cached(BETWEEN)?;
    let (by, owner) = (lane.owner.by(), &lane.owner);
    let params = params![lane.service, by, owner, lane.lane, from.expires, from.id, to.expires, to.id];
    Ok(statement.query_row(params, |row| row.get(0))?)
}

fn keys(connection: &Connection, lane: &Lane, from: Key, limit: u64, skip: u64) -> Done<Vec<Key>> {
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let (by, limit, skip) = (lane.owner.by(), number(limit), number(skip));
    let params: [&dyn ToSql; 8] = [&lane.service, &by, &lane.owner, &lane.lane, &from.expires, &from.id, &limit, &skip];
    let mut statement = connection.prepare_cached(FROM)?;
    let rows = statement.query_map(params, |row| Ok(Key { expires: row.get(0)?, id: row.get(1)? }))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
