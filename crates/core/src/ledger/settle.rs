//! Writes whose consequences must follow, whatever becomes of the caller.
//!
//! A request whose client hangs up is dropped in the middle. The store finishes the write all the same; what this process
//! remembers must then change too, or a revoked token would stay valid here. So the write and what follows run as a task
//! of their own, and the caller only waits for it.

use std::sync::Arc;

use super::Ledger;
use crate::directory::Directory;
use crate::index::Index;
use crate::refusal::Refusal;
use crate::store::{Command, Outcome, StoreError, Write};

/// What this process remembers.
#[derive(Clone)]
pub(crate) struct Memory {
    pub(crate) index: Arc<Index>,
    pub(crate) directory: Arc<Directory>,
}

impl Ledger {
    /// Applies a command, then lets `after` correct what is remembered: also when the outcome is unknown.
    pub(crate) async fn settle(
        &self,
        command: Command,
        after: impl FnOnce(&Memory, &Result<Outcome, StoreError>) + Send + 'static,
    ) -> Result<Outcome, Refusal> {
        let memory = Memory { index: Arc::clone(&self.index), directory: Arc::clone(&self.directory) };
        let pending = self.store.apply(command);
        let task = tokio::spawn(async move {
            let outcome = pending.await;
            after(&memory, &outcome);
            outcome
        });
        Ok(task.await.map_err(|e| Refusal::Fault(Box::new(e)))??)
    }

    /// Applies writes without a precondition and lets `after` correct what is remembered; returns how many rows changed.
    pub(crate) async fn applied_then(
        &self,
        writes: Vec<Write>,
        after: impl FnOnce(&Memory) + Send + 'static,
    ) -> Result<u64, Refusal> {
        match self.settle(Command::of(writes), move |memory, _| after(memory)).await? {
            Outcome::Done { changed } => Ok(changed),
            Outcome::Lost(_) => Err(Refusal::Conflict("name")),
        }
    }
}
