//! Cached tables that may be out of date after a write with an unknown outcome, and the task that reads them again.
//!
//! Services and their catalogs cannot be dropped from the cache: no request could be answered then. When it is unknown whether a write changed one, it is read again as soon as the store answers. The same task stores
//! which uses were never answered (`unanswered.rs`).

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use quick_cache::sync::Cache;

use jeton_model::ids::ServiceId;
use jeton_model::records::{SingleUse, SingleUseKey};

/// How many unanswered uses may wait to be written; more mean that the store was away for long.
pub(super) const MOST: usize = 100_000;

/// How many unanswered uses are cached.
const REMEMBERED: usize = 100_000;

/// The work that is left, and the unanswered uses that are cached.
#[derive(Default)]
pub(crate) struct Reconciliation {
    left: Mutex<PendingWork>,
    pub(super) unanswered: Unanswered,
}

#[derive(Default)]
pub(super) struct PendingWork {
    pub(super) services: BTreeSet<ServiceId>,
    pub(super) catalogs: BTreeSet<ServiceId>,
    pub(super) unanswered: Vec<SingleUse>,
    pub(super) running: bool,
}

impl PendingWork {
    fn is_nothing(&self) -> bool {
        self.services.is_empty() && self.catalogs.is_empty() && self.unanswered.is_empty()
    }
}

impl Reconciliation {
    /// The next work; none when there is no more, and then the task ends.
    pub(super) fn take(&self) -> Option<PendingWork> {
        let mut left = self.lock();
        if left.is_nothing() {
            left.running = false;
            return None;
        }
        Some(std::mem::replace(&mut *left, PendingWork { running: true, ..PendingWork::default() }))
    }

    pub(super) fn put_back(&self, mut work: PendingWork) {
        let mut left = self.lock();
        left.services.append(&mut work.services);
        left.catalogs.append(&mut work.catalogs);
        left.unanswered.append(&mut work.unanswered);
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, PendingWork> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Uses that this process knows were never answered.
pub(super) struct Unanswered(Cache<SingleUseKey, ()>);

impl Default for Unanswered {
    fn default() -> Self {
        Self(Cache::with_weighter(100, REMEMBERED as u64, quick_cache::UnitWeighter))
    }
}

impl Unanswered {
    pub(super) fn note(&self, used: SingleUseKey) {
        self.0.insert(used, ());
    }

    pub(super) fn knows(&self, used: SingleUseKey) -> bool {
        self.0.get(&used).is_some()
    }
}
