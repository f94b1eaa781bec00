//! Writing to the store, and keeping the caches of this process correct.
//!
//! Every command goes through [`Kept::settle`]. The rows that it changes are removed from the cache whatever its outcome:
//! applied, lost, failed or unknown. A new version is cached only when its commit is known to have happened. So the next request
//! reads the store, and an answer from the cache is never ahead of it.
//!
//! A request whose client disconnects is dropped half-way. The store still finishes the write, and then the cache must change
//! too, or a revoked token would stay valid here. So a write that changes cached rows, and the update of the cache, run as a task
//! of their own; the caller only waits for it.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Instant;

use futures::future::BoxFuture;

use super::Ledger;
use super::memory::Memory;
use super::touched::Touched;
use super::unanswered::{Use, Watch};
use crate::keys::Commit;
use jeton_model::Refusal;
use jeton_model::refusals::{BUSY, CONFLICT, FAULT};
use jeton_model::store::{Command, Outcome, Precondition, StoreReads, Write};

/// The store of a ledger: anyone may read it; only [`Self::apply`] writes, which keeps the cache correct.
#[derive(Clone)]
pub(crate) struct Kept {
    pub(super) memory: Arc<Memory>,
}

impl Deref for Kept {
    type Target = dyn StoreReads;

    fn deref(&self) -> &Self::Target {
        &*self.memory.store
    }
}

impl Kept {
    pub(super) fn new(memory: Memory) -> Self {
        Self { memory: Arc::new(memory) }
    }

    /// Applies a command.
    ///
    /// # Errors
    /// When the store fails; then it is unknown whether something was written.
    pub(crate) async fn apply(&self, command: Command) -> Result<Outcome, Refusal> {
        self.settle(command, |_, _| ()).await
    }

    /// The same. When the write is known to be done, `after` may cache what was written; it gets the number of changed rows.
    ///
    /// # Errors
    /// As [`Self::apply`].
    #[expect(clippy::disallowed_methods, reason = "only a duration is measured")]
    pub(crate) async fn settle(
        &self,
        command: Command,
        after: impl FnOnce(&Memory, u64) + Send + 'static,
    ) -> Result<Outcome, Refusal> {
        // Only the waiting caller learns the outcome: if it is gone, or the write fails, the use counts as unanswered.
        let used = command.when.as_ref().and_then(|when| Use::of(when, &command.writes));
        let watch = used.map(|used| Watch::over(used, &self.memory));
        let needed = match &command.when {
            Some(Precondition::Active(token)) => Some(*token),
            _ => None,
        };
        let touched = Touched::of(&command);
        let begun = Instant::now();
        let pending = self.memory.store.apply(command);
        let outcome = if let Some(touched) = touched {
            let memory = Arc::clone(&self.memory);
            let task = tokio::spawn(async move {
                let outcome = pending.await;
                touched.forget(&memory);
                match outcome {
                    Ok(Outcome::Done { changed }) => after(&memory, changed),
                    Ok(Outcome::Lost(_)) => {}
                    Err(_) => touched.mark_stale(&memory),
                }
                let outcome = outcome?;
                touched.reload(&memory).await?;
                Ok::<_, Refusal>(outcome)
            });
            task.await.map_err(|e| FAULT.because(e))?
        } else {
            let outcome = pending.await;
            if let Ok(Outcome::Done { changed }) = outcome {
                after(&self.memory, changed);
            }
            outcome.map_err(Refusal::from)
        };
        self.memory.commits.add(begun.elapsed());
        if let Some(watch) = watch
            && outcome.as_ref().err().is_none_or(|refusal| refusal.is(&BUSY))
        {
            watch.answered();
        }
        // The token was not active, or its state is unknown.
        if let Some(token) = needed
            && !matches!(outcome, Ok(Outcome::Done { .. }))
        {
            self.memory.token_cache.token_changed(token, None);
        }
        outcome
    }
}

impl Commit for Ledger {
    fn commit(&self, command: Command) -> BoxFuture<'_, Result<Outcome, Refusal>> {
        Box::pin(self.apply(command))
    }
}

impl Ledger {
    /// Applies a command: the one way to write. All rows that it changes are removed from the cache.
    ///
    /// # Errors
    /// When the store fails; then it is unknown whether something was written.
    pub async fn apply(&self, command: Command) -> Result<Outcome, Refusal> {
        self.store.apply(command).await
    }

    /// Applies writes without a precondition; returns how many rows changed.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn applied(&self, writes: Vec<Write>) -> Result<u64, Refusal> {
        changed(self.store.apply(Command::of(writes)).await?)
    }
}

/// How many rows a command without a precondition changed; it can fail only because a name is taken.
pub(super) fn changed(outcome: Outcome) -> Result<u64, Refusal> {
    match outcome {
        Outcome::Done { changed } => Ok(changed),
        Outcome::Lost(_) => Err(CONFLICT.with("name")),
    }
}
