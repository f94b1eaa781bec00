//! Fills the lists behind the commits.
//!
//! The tail is sorted as a whole and written in slices of about a millisecond, each a transaction, between commits: so
//! each page of the lists is touched once per heap and no commit waits long. The cursor `listed_through` moves when a
//! heap is through. After a crash all tokens behind the cursor, and [`MARGIN`] ids before it, are listed again: ids are
//! handed out in blocks and may be used somewhat out of order. For that they are read into the tail again.

use std::collections::HashSet;
use std::time::Duration;

use jeton_core::store::StoreError;

use super::job::Answer;
use super::session::Session;
use crate::fault::Done;
use crate::once_tail::Name;
use crate::rows::counter::Counter;
use crate::rows::once;
use crate::rows::token_list::{self, Entry};
use crate::rows::zone::{Noun, Zone, grants_after};
use crate::stopwatch::Stopwatch;
use crate::transaction;

/// Ids before the cursor that are looked at again after a crash. A token that comes later than half of it is listed in
/// its own commit.
const MARGIN: i64 = 131_072;

/// Rows read or written between two looks at the time.
const STEP: usize = 128;

/// The state of filling.
pub(super) struct Lister {
    recovery: Option<Recovery>,
    heap: Option<Heap>,
    through: i64,
    onces_through: i64,
    begun: u64,
    done: u64,
    waiting: Vec<(u64, Answer<()>)>,
}

/// Looks again at what a crash may have left out.
struct Recovery {
    at: i64,
    end: i64,
}

/// A sorted part of the tail on its way into the lists.
struct Heap {
    entries: Vec<Entry>,
    onces: Vec<(Name, i64)>,
    /// How many of the entries, then of the onces, are written.
    written: usize,
    zones: Vec<(Zone, i64)>,
    first: i64,
    last: i64,
}

impl Heap {
    fn len(&self) -> usize {
        self.entries.len() + self.onces.len()
    }

    /// Writes some after the first `written`; returns how many.
    fn write(&self, session: &mut Session<'_>, written: usize) -> Done<usize> {
        let entries = self.entries.iter().skip(written).take(STEP);
        let mut n = 0;
        for entry in entries {
            session.lists.insert(entry)?;
            n += 1;
        }
        let onces = self.onces.iter().skip((written + n).saturating_sub(self.entries.len()));
        for (name, seq) in onces.take(STEP - n) {
            session.onces.index(*name, *seq)?;
            n += 1;
        }
        Ok(n)
    }

    fn last_once(&self) -> i64 {
        self.onces.iter().map(|(_, seq)| *seq).max().unwrap_or(0)
    }
}

impl Lister {
    /// Finds out where the lists stand.
    pub(super) fn open(session: &mut Session<'_>) -> Done<Self> {
        let connection = session.connection;
        let through = Counter::ListedThrough.get(connection)?;
        let onces_through = Counter::OncesThrough.get(connection)?;
        // These are needed at once: a code that was written just before a crash must be found.
        for row in once::after(connection, onces_through)? {
            session.onces.recover((row.kind, row.key), row.seq);
            session.tail.once((row.kind, row.key), row.seq, row.expires);
        }
        let fully = Counter::ListedFully.get(connection)? == 1;
        let end = token_list::last_id(connection)?;
        let recovery = (!fully).then(|| Recovery { at: through.saturating_sub(MARGIN), end });
        // Until they are let go of tidily, the lists count as incomplete.
        Counter::ListedFully.set(connection, 0)?;
        let lister = Self { recovery, heap: None, through, onces_through, begun: 0, done: 0, waiting: Vec::new() };
        session.late_below = lister.late_below();
        Ok(lister)
    }

    /// Whether work is under way or asked for.
    pub(super) fn is_pressed(&self) -> bool {
        self.recovery.is_some() || self.heap.is_some() || !self.waiting.is_empty()
    }

    /// How many rows are missing, at least 1 while it is not known.
    pub(super) fn missing(&self, session: &Session<'_>) -> usize {
        let heap = self.heap.as_ref().map_or(0, |heap| heap.len() + 1);
        session.tail.len() + heap + usize::from(self.recovery.is_some())
    }

    /// Answers when everything is listed that is written now.
    pub(super) fn wait(&mut self, session: &Session<'_>, answer: Answer<()>) {
        let next = u64::from(session.tail.len() > 0 || self.recovery.is_some());
        self.waiting.push((self.begun + next, answer));
        self.answer();
    }

    /// Works for about `budget`, in one transaction.
    pub(super) fn work(&mut self, session: &mut Session<'_>, budget: Duration) -> Done<()> {
        if self.recovery.is_none() && self.heap.is_none() {
            self.begin(session);
        }
        transaction::begin(session.connection)?;
        let worked = self.slice(session, budget).and_then(|progress| {
            transaction::commit(session.connection)?;
            Ok(progress)
        });
        match worked {
            Ok(progress) => {
                self.advance(session, progress);
                Ok(())
            }
            Err(fault) => {
                self.refuse(&format!("the lists cannot be filled: {fault:?}"));
                transaction::roll_back(session.connection)?;
                Err(fault)
            }
        }
    }

    /// Does all there is, and notes that nothing is missing.
    pub(super) fn finish(&mut self, session: &mut Session<'_>) -> Done<()> {
        while self.missing(session) > 0 {
            self.work(session, Duration::from_millis(50))?;
        }
        Counter::ListedFully.set(session.connection, 1)
    }

    /// Forgets tokens that were removed, lest they be listed for ever.
    pub(super) fn forget(&mut self, session: &mut Session<'_>, gone: &HashSet<i64>) {
        let Some(last) = gone.iter().max() else { return };
        if session.tail.first <= *last {
            session.tail.entries.retain(|entry| !gone.contains(&entry.id));
        }
        if let Some(heap) = self.heap.as_mut().filter(|heap| heap.first <= *last) {
            let listed = heap.written.min(heap.entries.len());
            heap.entries.drain(..listed);
            heap.written -= listed;
            heap.entries.retain(|entry| !gone.contains(&entry.id));
        }
    }

    fn begin(&mut self, session: &mut Session<'_>) {
        let mut tail = std::mem::take(&mut session.tail);
        tail.entries.sort_unstable();
        tail.onces.sort_unstable_by_key(|((_, key), _)| *key);
        let mut zones: Vec<_> = tail.zones.into_iter().collect();
        zones.sort_unstable();
        self.heap = Some(Heap {
            entries: tail.entries,
            onces: tail.onces,
            written: 0,
            zones,
            first: tail.first,
            last: tail.last,
        });
        self.begun += 1;
    }

    /// Returns how far it came: in ids while recovering, in entries of the heap otherwise.
    fn slice(&self, session: &mut Session<'_>, budget: Duration) -> Done<Progress> {
        let watch = Stopwatch::start();
        if let Some(recovery) = &self.recovery {
            let mut at = recovery.at;
            while at < recovery.end && watch.elapsed() < budget {
                at = recover(session, at, recovery.end)?;
            }
            return Ok(Progress::Recovered(at));
        }
        let Some(heap) = &self.heap else { return Ok(Progress::Written(0)) };
        let mut written = heap.written;
        while written < heap.len() && watch.elapsed() < budget {
            written += heap.write(session, written)?;
        }
        if written == heap.len() {
            for (zone, expires) in &heap.zones {
                zone.lower(session.connection, *expires)?;
            }
            Counter::ListedThrough.set(session.connection, self.through.max(heap.last))?;
            Counter::OncesThrough.set(session.connection, self.onces_through.max(heap.last_once()))?;
        }
        Ok(Progress::Written(written))
    }

    fn advance(&mut self, session: &mut Session<'_>, progress: Progress) {
        match progress {
            Progress::Recovered(at) => {
                self.recovery = self.recovery.take().filter(|r| at < r.end).map(|r| Recovery { at, end: r.end });
            }
            Progress::Written(written) => match &mut self.heap {
                Some(heap) if written < heap.len() => heap.written = written,
                Some(heap) => {
                    self.through = self.through.max(heap.last);
                    self.onces_through = self.onces_through.max(heap.last_once());
                    heap.onces.iter().for_each(|(name, seq)| session.onces.settle(*name, *seq));
                    self.heap = None;
                    self.done = self.begun;
                    session.late_below = self.late_below();
                }
                None => {}
            },
        }
        self.answer();
    }

    const fn late_below(&self) -> i64 {
        self.through.saturating_sub(MARGIN / 2)
    }

    fn answer(&mut self) {
        let done = self.done;
        for (_, answer) in self.waiting.extract_if(.., |(needs, _)| *needs <= done) {
            let _ = answer.send(Ok(()));
        }
    }

    /// Tells all who wait that it will not be.
    pub(super) fn refuse(&mut self, why: &str) {
        for (_, answer) in self.waiting.drain(..) {
            let _ = answer.send(Err(StoreError::message(why)));
        }
    }
}

/// How far a slice came.
enum Progress {
    Recovered(i64),
    Written(usize),
}

/// Reads the next tokens and grants after `at` into the tail; returns through which id.
fn recover(session: &mut Session<'_>, at: i64, end: i64) -> Done<i64> {
    let limit = u32::try_from(STEP).unwrap_or(u32::MAX);
    let tokens = token_list::after(session.connection, at, end, limit)?;
    let through = match tokens.last() {
        Some(last) if tokens.len() == STEP => last.id,
        _ => end,
    };
    tokens.into_iter().for_each(|token| session.tail.listed(token));
    for (id, expires) in grants_after(session.connection, at, through)? {
        session.tail.expiry(Zone::of(Noun::Grant, id), expires);
    }
    Ok(through)
}
