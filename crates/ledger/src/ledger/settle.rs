//! Writes, and what this process remembers of what they change.
//!
//! Every command goes through [`Kept::settle`]. What it touches is forgotten whatever becomes of it: done, lost, failed, or not
//! known. Something new is remembered only when its commit is known. So whoever asks next reads the store, and an answer from
//! memory never runs ahead of it.
//!
//! A request whose client hangs up is dropped in the middle. The store finishes the write all the same; what this process
//! remembers must then change too, or a revoked token would stay valid here. So a write that touches something and what
//! follows it run as a task of their own, and the caller only waits for it.

use std::ops::Deref;
use std::sync::Arc;

use futures::future::BoxFuture;

use super::Ledger;
use super::memory::Memory;
use super::touched::Touched;
use super::unanswered::{Use, Watch};
use crate::keys::Commit;
use jeton_model::Refusal;
use jeton_model::refusals::{BUSY, CONFLICT, FAULT};
use jeton_model::store::{Command, Outcome, Precondition, StoreReads, Write};

/// The store of a ledger: read as any, and written to by [`Self::apply`] alone, which keeps memory true.
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
    /// When the store fails; whether something was written is unknown then.
    pub(crate) async fn apply(&self, command: Command) -> Result<Outcome, Refusal> {
        self.settle(command, |_, _| ()).await
    }

    /// The same; when it is done, and known to be, `after` may remember what was written. It is told how many rows changed.
    ///
    /// # Errors
    /// As [`Self::apply`].
    pub(crate) async fn settle(
        &self,
        command: Command,
        after: impl FnOnce(&Memory, u64) + Send + 'static,
    ) -> Result<Outcome, Refusal> {
        // Nobody knows the outcome but who waits for it: a caller that is gone, or a failure, leaves a use unanswered.
        let used = command.when.as_ref().and_then(|when| Use::of(when, &command.writes));
        let watch = used.map(|used| Watch::over(used, &self.memory));
        let needed = match &command.when {
            Some(Precondition::Active(token)) => Some(*token),
            _ => None,
        };
        let touched = Touched::of(&command);
        let pending = self.memory.store.apply(command);
        let outcome = if let Some(touched) = touched {
            let memory = Arc::clone(&self.memory);
            let task = tokio::spawn(async move {
                let outcome = pending.await;
                touched.forget(&memory);
                match outcome {
                    Ok(Outcome::Done { changed }) => after(&memory, changed),
                    Ok(Outcome::Lost(_)) => {}
                    Err(_) => touched.doubt(&memory),
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
        if let Some(watch) = watch
            && outcome.as_ref().err().is_none_or(|refusal| refusal.is(&BUSY))
        {
            watch.answered();
        }
        // It was not active, or nobody knows.
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
    /// Applies a command: the one way to write. Everything that this process remembers of what it touches is forgotten.
    ///
    /// # Errors
    /// When the store fails; whether something was written is unknown then.
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

/// How many rows a command without a precondition changed; it is lost only to a name that is taken.
pub(super) fn changed(outcome: Outcome) -> Result<u64, Refusal> {
    match outcome {
        Outcome::Done { changed } => Ok(changed),
        Outcome::Lost(_) => Err(CONFLICT.with("name")),
    }
}
