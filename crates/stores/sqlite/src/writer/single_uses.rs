//! Single-use entries as the writer sees them: the rows, and the positions that are in no index yet.

use std::sync::Arc;

use jeton_model::clock::Timestamp;
use jeton_model::records::{SingleUse, SingleUseKey, SingleUseKind};
use jeton_model::store::Lost;
use rusqlite::Connection;

use crate::fault::Done;
use crate::rows::counter::Counter;
use crate::rows::single_use::{self, SingleUseRows};
use crate::single_use_tail::{Name, SingleUseTail};

/// All single-use entries.
pub(super) struct SingleUses<'c> {
    connection: &'c Connection,
    rows: SingleUseRows<'c>,
    tail: Arc<SingleUseTail>,
    /// What was put into the tail and is not committed, with what was there before.
    undo: Vec<(Name, Option<i64>)>,
    last: i64,
}

impl<'c> SingleUses<'c> {
    /// Prepares.
    pub(super) fn prepare(connection: &'c Connection, tail: Arc<SingleUseTail>) -> Done<Self> {
        let rows = SingleUseRows::prepare(connection)?;
        // A position is never reused, though its row may be removed: recovery relies on positions.
        let last = single_use::last(connection)?.max(Counter::SingleUsesThrough.get(connection)?);
        Ok(Self { connection, rows, tail, undo: Vec::new(), last })
    }

    /// Writes one, if there is none of its name or that one expired by `now`. Returns its place.
    pub(super) fn put(&mut self, single_use: &SingleUse, now: Timestamp) -> Done<Option<i64>> {
        if let Some(seq) = self.place(single_use.kind, single_use.key)?
            && let Some(old) = self.rows.read(seq)?
        {
            if old.expires > now {
                return Ok(None);
            }
            single_use::delete(self.connection, single_use.key, seq)?;
        }
        self.last += 1;
        self.rows.insert(self.last, single_use)?;
        let name = (single_use.kind, single_use.key);
        self.undo.push((name, self.tail.set(name, Some(self.last))));
        Ok(Some(self.last))
    }

    /// Removes one; returns whether it existed.
    pub(super) fn drop(&mut self, kind: SingleUseKind, key: SingleUseKey) -> Done<bool> {
        let Some(seq) = self.place(kind, key)? else { return Ok(false) };
        let there = self.rows.read(seq)?.is_some();
        single_use::delete(self.connection, key, seq)?;
        self.undo.push(((kind, key), self.tail.set((kind, key), None)));
        Ok(there)
    }

    /// Uses one up; returns why it cannot be used.
    pub(super) fn consume(&mut self, kind: SingleUseKind, key: SingleUseKey, now: Timestamp) -> Done<Option<Lost>> {
        let Some(seq) = self.place(kind, key)? else { return Ok(Some(Lost::Missing)) };
        if self.rows.consume(seq, now)? {
            return Ok(None);
        }
        Ok(Some(match self.rows.read(seq)? {
            None => Lost::Missing,
            Some(single_use) if single_use.used.is_some() => Lost::Used(Box::new(single_use)),
            Some(_) => Lost::Expired,
        }))
    }

    /// Lets its key lead to it, unless another has taken its name.
    pub(super) fn index(&mut self, name: Name, seq: i64) -> Done<()> {
        if self.tail.get(name) == Some(seq) {
            self.rows.index(name.1, seq)?;
        }
        Ok(())
    }

    /// It is in the index now, or removed.
    pub(super) fn settle(&self, name: Name, seq: i64) {
        self.tail.settle(name, seq);
    }

    /// Adds one to the tail that a crash left unindexed.
    pub(super) fn recover(&self, name: Name, seq: i64) {
        self.tail.set(name, Some(seq));
    }

    /// What happened so far, for [`Self::undo_to`].
    pub(super) fn mark(&self) -> usize {
        self.undo.len()
    }

    /// Takes back what was put into the tail since the mark.
    pub(super) fn undo_to(&mut self, mark: usize) {
        for (name, before) in self.undo.drain(mark..).rev() {
            self.tail.set(name, before);
        }
    }

    /// What was put into the tail is there for good.
    pub(super) fn committed(&mut self) {
        self.undo.clear();
    }

    fn place(&mut self, kind: SingleUseKind, key: SingleUseKey) -> Done<Option<i64>> {
        match self.tail.get((kind, key)) {
            Some(seq) => Ok(Some(seq)),
            None => self.rows.find(kind, key),
        }
    }
}
