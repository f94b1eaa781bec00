//! Records that are written as a whole: read, decided upon, and replaced only if they have not changed in between.
//!
//! A command that replaces or removes a record names the version that was read, and the store compares it in the same transaction
//! ([`Precondition::Unchanged`]). When another request was faster, on this node or another, the operation starts again with the
//! current version; so no acknowledged change is lost.

use super::Ledger;
use super::settle::changed;
use jeton_model::Refusal;
use jeton_model::refusals::RECORD_CHANGED;
use jeton_model::store::{Command, Lost, Outcome, Precondition, Record, Write};

/// How often an operation is started at most. Each failed attempt is another request's success, so only many concurrent requests
/// need more.
const TRIES: u32 = 16;

/// Counts how often an operation was started.
#[derive(Default)]
pub struct Attempts(u32);

impl Attempts {
    /// The outcome of the operation; none: it must start again.
    pub fn unless_changed<T>(&mut self, outcome: Result<T, Refusal>) -> Option<Result<T, Refusal>> {
        self.0 += 1;
        match outcome {
            Err(refusal) if refusal.is(&RECORD_CHANGED) && self.0 < TRIES => None,
            other => Some(other),
        }
    }
}

impl Ledger {
    /// Applies writes that replace or remove the record that was read, if it has not changed; where none was read, its name must
    /// be free.
    ///
    /// # Errors
    /// [`RECORD_CHANGED`] when it has changed, and then nothing was written; `CONFLICT` when a name is taken; or when the store
    /// fails.
    pub async fn put_over(&self, read: Option<impl Into<Record>>, writes: Vec<Write>) -> Result<(), Refusal> {
        self.put_over_all(read.map(Into::into).into_iter().collect(), writes).await
    }

    /// The same for several records, of which none may have changed.
    ///
    /// # Errors
    /// As [`Self::put_over`].
    pub async fn put_over_all(&self, read: Vec<Record>, writes: Vec<Write>) -> Result<(), Refusal> {
        let when = if read.is_empty() { None } else { Some(Precondition::Unchanged(read)) };
        match self.store.apply(Command { when, writes }).await? {
            Outcome::Lost(Lost::Changed) => Err(RECORD_CHANGED),
            outcome => changed(outcome).map(drop),
        }
    }
}
