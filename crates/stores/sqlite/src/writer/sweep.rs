//! Removes what expired, a few rows at a time.

use std::collections::HashSet;
use std::time::Duration;

use jeton_model::clock::Timestamp;
use jeton_model::store::{EVENT_RETENTION, StoreError};

use super::job::AnswerSender;
use super::lister::Lister;
use super::session::Session;
use crate::fault::{Done, Fault};
use crate::rows::block::{Block, RowKind};
use crate::rows::ended::{self, Ended};
use crate::rows::{event, grant, single_use, token, token_list, token_use};
use crate::single_use_tail::Name;
use crate::stopwatch::Stopwatch;
use crate::transaction;

/// Rows between two looks at the time.
const STEP: u32 = 64;

/// The most rows a transaction removes.
const MOST: u32 = 500;

/// What a step removed and memory must forget, once that is durable.
#[derive(Default)]
struct Gone {
    tokens: HashSet<i64>,
    single_uses: Vec<(Name, i64)>,
    /// Families that left tokens behind, and their place among what ended.
    families: Vec<Ended>,
    ended_through: i64,
}

/// A sweep under way.
pub(super) struct Sweep {
    now: Timestamp,
    left: u32,
    removed: u64,
    answer: AnswerSender<u64>,
}

impl Sweep {
    /// A sweep of at most `limit` rows that ended before `now`.
    pub(super) const fn new(now: Timestamp, limit: u32, answer: AnswerSender<u64>) -> Self {
        Self { now, left: limit, removed: 0, answer }
    }

    /// Tells the waiting caller that it will not happen.
    pub(super) fn refuse(self, why: &str) {
        let _ = self.answer.send(Err(StoreError::message(why)));
    }

    /// Works for about `budget`, in one transaction; returns itself while there is more to do.
    pub(super) fn step(
        mut self,
        session: &mut Session<'_>,
        lister: &mut Lister,
        budget: Duration,
    ) -> Result<Option<Self>, Fault> {
        match self.transact(session, budget) {
            Ok((removed, gone)) => {
                lister.forget(session, &gone.tokens);
                session.tail.ends.extend(gone.families);
                session.tail.ended_through = session.tail.ended_through.max(gone.ended_through);
                gone.single_uses.iter().for_each(|(name, seq)| session.single_uses.settle(*name, *seq));
                self.left -= removed.min(self.left);
                self.removed += u64::from(removed);
                if removed > 0 && self.left > 0 {
                    return Ok(Some(self));
                }
                let _ = self.answer.send(Ok(self.removed));
                Ok(None)
            }
            Err(fault) => {
                self.refuse(&format!("the sweep failed: {fault:?}"));
                transaction::roll_back(session.connection)?;
                Err(fault)
            }
        }
    }

    fn transact(&self, session: &mut Session<'_>, budget: Duration) -> Done<(u32, Gone)> {
        let watch = Stopwatch::start();
        let mut gone = Gone::default();
        let mut removed = 0;
        session.sync(true)?;
        transaction::begin(session.connection)?;
        loop {
            let some = self.some(session, (self.left - removed).min(STEP), &mut gone)?;
            removed += some;
            if some == 0 || removed >= self.left.min(MOST) || watch.elapsed() >= budget {
                break;
            }
        }
        transaction::commit(session.connection)?;
        Ok((removed, gone))
    }

    /// Removes at most `limit` rows of one noun.
    fn some(&self, session: &mut Session<'_>, limit: u32, gone: &mut Gone) -> Done<u32> {
        let (c, now) = (session.connection, self.now.millis());
        while let Some(block) = Block::first_expired(c, RowKind::Token, now)? {
            let removed = tokens(session, block, now, limit, &mut gone.tokens)?;
            if removed > 0 {
                return Ok(removed);
            }
        }
        while let Some(block) = Block::first_expired(c, RowKind::Grant, now)? {
            let (low, high) = block.ids();
            let outlived = grant::outlived(c, low, high, now, limit)?;
            if !outlived.is_empty() {
                let families: Vec<_> = outlived.into_iter().map(Ended::Family).collect();
                gone.ended_through = ended::add(c, &families)?;
                gone.families.extend(families);
            }
            let removed = grant::delete_expired(c, low, high, now, limit)?;
            block.refresh(c)?;
            if removed > 0 {
                return Ok(u32::try_from(removed).unwrap_or(u32::MAX));
            }
        }
        while let Some(block) = Block::first_expired(c, RowKind::SingleUse, now)? {
            let removed = single_uses(session, block, now, limit, &mut gone.single_uses)?;
            if removed > 0 {
                return Ok(removed);
            }
        }
        event::delete_before(c, (self.now - EVENT_RETENTION).millis(), limit)
    }
}

/// Removes at most `limit` expired tokens of a block, with their rows in the lists.
fn tokens(session: &mut Session<'_>, block: Block, now: i64, limit: u32, gone: &mut HashSet<i64>) -> Done<u32> {
    let (low, high) = block.ids();
    let expired = token_list::expired(session.connection, low, high, now, limit)?;
    // Also of those that ended before they expired: it may not be listed yet that they did.
    let mut rows: Vec<_> = expired.iter().flat_map(|token| token.living.rows()).collect();
    rows.sort_unstable();
    session.live.remove(&rows)?;
    for token in &expired {
        for entry in &token.entries {
            session.lists.delete(entry)?;
        }
        gone.insert(token.id);
    }
    let removed = u32::try_from(expired.len()).unwrap_or(u32::MAX);
    if let Some(last) = expired.last() {
        token::delete_expired(session.connection, low, last.id, now)?;
        token_use::tidy(session.connection, low, last.id)?;
    }
    if removed < limit {
        block.refresh(session.connection)?;
    }
    Ok(removed)
}

/// Removes at most `limit` expired single-use entries of a block.
fn single_uses(session: &Session<'_>, block: Block, now: i64, limit: u32, gone: &mut Vec<(Name, i64)>) -> Done<u32> {
    let (low, high) = block.ids();
    let expired = single_use::expired(session.connection, low, high, now, limit)?;
    for row in &expired {
        single_use::delete(session.connection, row.key, row.seq)?;
        gone.push(((row.kind, row.key), row.seq));
    }
    let removed = u32::try_from(expired.len()).unwrap_or(u32::MAX);
    if removed < limit {
        block.refresh(session.connection)?;
    }
    Ok(removed)
}
