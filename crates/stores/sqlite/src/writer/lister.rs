//! Fills the lists behind the commits.
//!
//! The tail is sorted as a whole and written in slices of about a millisecond, each a transaction, between commits: so
//! each page of the lists is touched once per heap and no commit waits long. The cursor `listed_through` moves when a
//! heap is through. After a crash all tokens behind the cursor, and [`MARGIN`] ids before it, are listed again: ids are
//! handed out in blocks and may be used somewhat out of order. For that they are read into the tail again.

use std::collections::HashSet;
use std::time::Duration;

use jeton_model::store::StoreError;

use super::heap::{Heap, STEP};
use super::job::AnswerSender;
use super::session::Session;
use super::tail::Tail;
use crate::fault::Done;
use crate::rows::block::{Block, RowKind, grants_after};
use crate::rows::counter::Counter;
use crate::rows::{ended, single_use, token_list};
use crate::stopwatch::Stopwatch;
use crate::transaction;

/// Ids before the cursor that are read again after a crash. A token that arrives more than half of this behind is
/// listed in its own commit.
const MARGIN: i64 = 131_072;

/// The state of filling.
pub(super) struct Lister {
    recovery: Option<Recovery>,
    heap: Option<Heap>,
    /// Empty, with the room of the last heap.
    spare: Tail,
    through: i64,
    single_uses_through: i64,
    begun: u64,
    done: u64,
    waiting: Vec<(u64, AnswerSender<()>)>,
}

/// Looks again at what a crash may have left out.
struct Recovery {
    at: i64,
    end: i64,
}

impl Lister {
    /// Determines how far the lists are written.
    pub(super) fn open(session: &mut Session<'_>) -> Done<Self> {
        let connection = session.connection;
        let through = Counter::ListedThrough.get(connection)?;
        let single_uses_through = Counter::SingleUsesThrough.get(connection)?;
        // These are needed at once: a code that was written just before a crash must be found.
        for row in single_use::after(connection, single_uses_through)? {
            session.single_uses.recover((row.kind, row.key), row.seq);
            session.tail.single_use((row.kind, row.key), row.seq, row.expires);
        }
        (session.tail.ends, session.tail.ended_through) = ended::all(connection)?;
        let fully = Counter::ListedFully.get(connection)? == 1;
        let end = token_list::last_id(connection)?;
        let recovery = (!fully).then(|| Recovery { at: through.saturating_sub(MARGIN), end });
        // Until they are let go of tidily, the lists count as incomplete.
        Counter::ListedFully.set(connection, 0)?;
        let spare = Tail::default();
        let lister =
            Self { recovery, heap: None, spare, through, single_uses_through, begun: 0, done: 0, waiting: Vec::new() };
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
    pub(super) fn wait(&mut self, session: &Session<'_>, answer: AnswerSender<()>) {
        let next = u64::from(session.tail.len() > 0 || self.recovery.is_some());
        self.waiting.push((self.begun + next, answer));
        self.answer();
    }

    /// Works for about `budget`, in one transaction.
    pub(super) fn work(&mut self, session: &mut Session<'_>, budget: Duration) -> Done<()> {
        if self.recovery.is_none() && self.heap.is_none() {
            self.begin(session);
        }
        // After a power cut the lists are filled again from where they were: no need to wait for the disk each time.
        session.sync(false)?;
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
                if let Some(heap) = &mut self.heap {
                    heap.restart();
                }
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
        session.sync(true)?;
        Counter::ListedFully.set(session.connection, 1)
    }

    /// Drops tokens that were removed, so that they are not listed.
    pub(super) fn forget(&mut self, session: &mut Session<'_>, gone: &HashSet<i64>) {
        let Some(last) = gone.iter().max() else { return };
        if session.tail.first <= *last {
            session.tail.entries.retain(|entry| !gone.contains(&entry.id));
            session.tail.living.retain(|token| !gone.contains(&token.id));
        }
        if let Some(heap) = self.heap.as_mut().filter(|heap| heap.first <= *last) {
            heap.forget(gone);
        }
    }

    fn begin(&mut self, session: &mut Session<'_>) {
        let next = std::mem::take(&mut self.spare);
        self.heap = Some(Heap::new(std::mem::replace(&mut session.tail, next)));
        self.begun += 1;
    }

    /// Returns how far it got.
    fn slice(&mut self, session: &mut Session<'_>, budget: Duration) -> Done<Progress> {
        let watch = Stopwatch::start();
        if let Some(recovery) = &self.recovery {
            let mut at = recovery.at;
            while at < recovery.end && watch.elapsed() < budget {
                at = recover(session, at, recovery.end)?;
            }
            return Ok(Progress::Recovered(at));
        }
        let Some(heap) = &mut self.heap else { return Ok(Progress::Written) };
        while !heap.is_done() && watch.elapsed() < budget {
            heap.step(session)?;
        }
        if heap.is_done() {
            heap.finish(
                session,
                reached(self.through, heap, session),
                self.single_uses_through.max(heap.last_single_use()),
            )?;
        }
        Ok(Progress::Written)
    }

    fn advance(&mut self, session: &mut Session<'_>, progress: Progress) {
        match progress {
            Progress::Recovered(at) => {
                self.recovery = self.recovery.take().filter(|r| at < r.end).map(|r| Recovery { at, end: r.end });
            }
            Progress::Written => {
                if let Some(heap) = self.heap.take_if(|heap| heap.is_done()) {
                    self.through = reached(self.through, &heap, session);
                    self.single_uses_through = self.single_uses_through.max(heap.last_single_use());
                    heap.single_uses().iter().for_each(|(name, seq)| session.single_uses.settle(*name, *seq));
                    self.spare = heap.into_tail();
                    self.done = self.begun;
                    session.late_below = self.late_below();
                }
            }
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

    /// Tells all waiting callers that it will not happen.
    pub(super) fn refuse(&mut self, why: &str) {
        for (_, answer) in self.waiting.drain(..) {
            let _ = answer.send(Err(StoreError::message(why)));
        }
    }
}

/// How far the lists reach with a batch. The tail may contain lower numbers: they must stay within the margin.
fn reached(through: i64, heap: &Heap, session: &Session<'_>) -> i64 {
    through.max(heap.last.min(session.tail.first.saturating_add(MARGIN / 2)))
}

/// What a slice did.
enum Progress {
    /// Looked again, up to this id.
    Recovered(i64),
    /// Wrote some of the heap.
    Written,
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
        session.tail.expiry(Block::of(RowKind::Grant, id), expires);
    }
    Ok(through)
}
