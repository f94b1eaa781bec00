//! What this process is not sure of, and works on until it is.
//!
//! What is remembered as a whole (services, keys, scopes) cannot be forgotten: nothing could be answered then. When it is not
//! known whether a write changed it, it is read anew as soon as the store answers. The same task writes down which uses
//! were never answered (`unanswered.rs`).

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use quick_cache::sync::Cache;

use jeton_model::ids::ServiceId;
use jeton_model::records::{SingleUse, SingleUseKey};

/// How many unanswered uses wait to be written down; the store was away long when there are more.
pub(super) const MOST: usize = 100_000;

/// How many unanswered uses are remembered.
const REMEMBERED: usize = 100_000;

/// What is left to do, and what is remembered beside it.
#[derive(Default)]
pub(crate) struct Doubts {
    left: Mutex<Left>,
    pub(super) unanswered: Unanswered,
}

#[derive(Default)]
pub(super) struct Left {
    pub(super) services: bool,
    pub(super) keys: BTreeSet<ServiceId>,
    pub(super) catalogs: BTreeSet<ServiceId>,
    pub(super) unanswered: Vec<SingleUse>,
    pub(super) running: bool,
}

impl Left {
    fn is_nothing(&self) -> bool {
        !self.services && self.keys.is_empty() && self.catalogs.is_empty() && self.unanswered.is_empty()
    }
}

impl Doubts {
    /// What is to be done; none when it is all done and nobody works any more.
    pub(super) fn take(&self) -> Option<Left> {
        let mut left = self.lock();
        if left.is_nothing() {
            left.running = false;
            return None;
        }
        Some(std::mem::replace(&mut *left, Left { running: true, ..Left::default() }))
    }

    pub(super) fn put_back(&self, mut work: Left) {
        let mut left = self.lock();
        left.services |= work.services;
        left.keys.append(&mut work.keys);
        left.catalogs.append(&mut work.catalogs);
        left.unanswered.append(&mut work.unanswered);
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Left> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Uses of which this process knows that they were never answered.
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
