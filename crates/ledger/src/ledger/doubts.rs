//! What this process is not sure of, and works on until it is.
//!
//! What is remembered as a whole (services, keys, scopes) cannot be forgotten: nothing could be answered then. When it is not
//! known whether a write changed it, it is read anew as soon as the store answers. The same task writes down which uses
//! were never answered (`unanswered.rs`).

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::future::join_all;
use tokio::time::sleep;

use super::settle::Memory;
use crate::refusal::Refusal;
use jeton_model::ids::ServiceId;
use jeton_model::records::Once;
use jeton_model::store::{Command, Write};

/// The first wait after a failure; each further one is twice as long.
const SHORTEST: Duration = Duration::from_millis(20);
/// The longest wait.
const LONGEST: Duration = Duration::from_secs(1);
/// How many unanswered uses wait to be written down; the store was away long when there are more.
const MOST: usize = 100_000;
/// How many of them are written at once.
const AT_ONCE: usize = 64;

/// What is left to do, and what is remembered beside it.
#[derive(Default)]
pub(crate) struct Doubts {
    left: Mutex<Left>,
    pub(super) unanswered: super::unanswered::Unanswered,
}

#[derive(Default)]
pub(super) struct Left {
    pub(super) services: bool,
    pub(super) keys: BTreeSet<ServiceId>,
    pub(super) catalogs: BTreeSet<ServiceId>,
    pub(super) unanswered: Vec<Once>,
    running: bool,
}

impl Left {
    fn is_nothing(&self) -> bool {
        !self.services && self.keys.is_empty() && self.catalogs.is_empty() && self.unanswered.is_empty()
    }
}

impl Doubts {
    /// What is to be done; none when it is all done and nobody works any more.
    fn take(&self) -> Option<Left> {
        let mut left = self.lock();
        if left.is_nothing() {
            left.running = false;
            return None;
        }
        Some(std::mem::replace(&mut *left, Left { running: true, ..Left::default() }))
    }

    fn put_back(&self, mut work: Left) {
        let mut left = self.lock();
        left.services |= work.services;
        left.keys.append(&mut work.keys);
        left.catalogs.append(&mut work.catalogs);
        left.unanswered.append(&mut work.unanswered);
    }

    fn lock(&self) -> MutexGuard<'_, Left> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    /// Adds something to be done, and sees that somebody does it.
    pub(super) fn doubt(self: &Arc<Self>, add: impl FnOnce(&mut Left)) {
        let mut left = self.doubts.lock();
        add(&mut left);
        left.unanswered.truncate(MOST);
        // Dropped after the runtime, at the very end of the process, there is nobody left to be sure for.
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
            let Some(mut work) = self.doubts.take() else { return };
            if let Err(error) = self.work_on(&mut work).await {
                tracing::debug!(%error, "what this process remembers is read anew when the store answers");
                self.doubts.put_back(work);
                sleep(wait).await;
                wait = (wait * 2).min(LONGEST);
            } else {
                wait = SHORTEST;
            }
        }
    }

    /// What is done is taken out.
    async fn work_on(&self, work: &mut Left) -> Result<(), Refusal> {
        while !work.unanswered.is_empty() {
            let some = work.unanswered.iter().rev().take(AT_ONCE);
            let write = |once: &Once| self.store.apply(Command::of(vec![Write::Once(Box::new(once.clone()))]));
            let written = join_all(some.map(write)).await;
            // One that is there already is as good.
            written.into_iter().collect::<Result<Vec<_>, _>>()?;
            work.unanswered.truncate(work.unanswered.len().saturating_sub(AT_ONCE));
        }
        if work.services {
            self.directory.reload_services().await?;
            work.services = false;
        }
        while let Some(service) = work.keys.first().copied() {
            self.keys.reload(service).await?;
            work.keys.remove(&service);
        }
        while let Some(service) = work.catalogs.first().copied() {
            self.directory.reload_catalog(service).await?;
            work.catalogs.remove(&service);
        }
        Ok(())
    }
}
