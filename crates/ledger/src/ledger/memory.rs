//! What this process caches, and how the cache is brought up to date after a failure.

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use tokio::time::sleep;

use super::reconciliation::{self, PendingWork, Reconciliation};
use crate::entity_cache::EntityCache;
use crate::freshness::ReplicaFreshness;
use crate::keys::Keyring;
use crate::suspension::Active;
use crate::time_spent::TimeSpent;
use crate::token_cache::TokenCache;
use jeton_model::Refusal;
use jeton_model::clock::Clock;
use jeton_model::records::SingleUse;
use jeton_model::store::{Command, Store, Write};

/// The first wait after a failure; each further one is twice as long.
const SHORTEST: Duration = Duration::from_millis(20);
/// The longest wait.
const LONGEST: Duration = Duration::from_secs(1);
/// How many unanswered uses are written at once.
const AT_ONCE: usize = 64;

/// What this process caches.
pub(crate) struct Memory {
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) token_cache: TokenCache,
    pub(super) entities: EntityCache,
    pub(super) keys: Keyring,
    pub(super) suspended: Active,
    pub(super) freshness: Arc<ReplicaFreshness>,
    pub(super) reconciliation: Reconciliation,
    /// How long requests waited for commits.
    pub(super) commits: TimeSpent,
}

impl Memory {
    /// Adds work, and starts the task that does it if none runs.
    pub(super) fn reconcile_later(self: &Arc<Self>, add: impl FnOnce(&mut PendingWork)) {
        let mut left = self.reconciliation.lock();
        add(&mut left);
        left.unanswered.truncate(reconciliation::MOST);
        // Dropped after the runtime, at the very end of the process: there is nothing left to keep up to date.
        if let Ok(runtime) = tokio::runtime::Handle::try_current()
            && !std::mem::replace(&mut left.running, true)
        {
            let memory = Arc::clone(self);
            runtime.spawn(async move { memory.make_sure().await });
        }
    }

    async fn make_sure(&self) {
        let mut wait = SHORTEST;
        loop {
            let Some(mut work) = self.reconciliation.take() else { return };
            if let Err(error) = self.work_on(&mut work).await {
                tracing::debug!(%error, "what this process remembers is read anew when the store answers");
                self.reconciliation.put_back(work);
                sleep(wait).await;
                wait = (wait * 2).min(LONGEST);
            } else {
                wait = SHORTEST;
            }
        }
    }

    /// Does the work; what is done is removed from `work`.
    async fn work_on(&self, work: &mut PendingWork) -> Result<(), Refusal> {
        while !work.unanswered.is_empty() {
            let some = work.unanswered.iter().rev().take(AT_ONCE);
            let write = |single_use: &SingleUse| {
                self.store.apply(Command::of(vec![Write::SingleUse(Box::new(single_use.clone()))]))
            };
            let written = join_all(some.map(write)).await;
            // An entry that already exists serves as well.
            written.into_iter().collect::<Result<Vec<_>, _>>()?;
            work.unanswered.truncate(work.unanswered.len().saturating_sub(AT_ONCE));
        }
        while let Some(service) = work.services.first().copied() {
            self.entities.reload_service(service).await?;
            work.services.remove(&service);
        }
        while let Some(service) = work.catalogs.first().copied() {
            self.entities.reload_catalog(service).await?;
            work.catalogs.remove(&service);
        }
        Ok(())
    }
}
