//! Records that are written whole: read, decided upon, and replaced only if nobody wrote them in between.
//!
//! Whoever replaces or removes what they read says what that was, and the store compares it in the same transaction
//! ([`Precondition::Unchanged`]). When somebody else was faster, on this node or another, the verb begins anew with what is there
//! now; so no acknowledged change is undone by one that did not know of it.

use super::Ledger;
use super::settle::changed;
use jeton_model::Refusal;
use jeton_model::refusals::RECORD_CHANGED;
use jeton_model::store::{Command, Lost, Outcome, Precondition, Record, Write};

/// How often a verb begins at most. Each loss is another request's success, so only a crowd takes more.
const TRIES: u32 = 16;

/// Counts how often a verb began.
#[derive(Default)]
pub struct Anew(u32);

impl Anew {
    /// What came of the verb; none: it must begin anew.
    pub fn unless_changed<T>(&mut self, outcome: Result<T, Refusal>) -> Option<Result<T, Refusal>> {
        self.0 += 1;
        match outcome {
            Err(refusal) if refusal.is(&RECORD_CHANGED) && self.0 < TRIES => None,
            other => Some(other),
        }
    }
}

impl Ledger {
    /// Applies writes that replace or remove what was read, if it is as it was; where there was none, its name must be free.
    ///
    /// # Errors
    /// [`RECORD_CHANGED`] when it is not as it was read, and nothing was written; `CONFLICT` when a name is taken;
    /// or when the store fails.
    pub async fn put_over(&self, read: Option<impl Into<Record>>, writes: Vec<Write>) -> Result<(), Refusal> {
        let when = read.map(|read| Precondition::Unchanged(read.into()));
        match self.store.apply(Command { when, writes }).await? {
            Outcome::Lost(Lost::Changed) => Err(RECORD_CHANGED),
            outcome => changed(outcome).map(drop),
        }
    }
}
