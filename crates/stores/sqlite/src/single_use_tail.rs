//! The positions of single-use entries that are not in `once_key` yet.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jeton_model::records::{SingleUseKey, SingleUseKind};

/// What names an entry.
pub(crate) type Name = (SingleUseKind, SingleUseKey);

/// Positions of entries by name. Only the writer changes them; every thread may read them.
///
/// An entry is removed only after `once_key` durably contains it. So a reader that looks here first and opens a
/// snapshot afterwards misses nothing; in the reverse order it could.
#[derive(Default)]
pub(crate) struct SingleUseTail(Mutex<HashMap<Name, i64>>);

impl SingleUseTail {
    /// The position of one.
    pub(crate) fn get(&self, name: Name) -> Option<i64> {
        self.lock().get(&name).copied()
    }

    /// Puts one in, or takes it out; returns what was there.
    pub(crate) fn set(&self, name: Name, seq: Option<i64>) -> Option<i64> {
        let mut places = self.lock();
        match seq {
            Some(seq) => places.insert(name, seq),
            None => places.remove(&name),
        }
    }

    /// Removes one unless it has another position by now.
    pub(crate) fn settle(&self, name: Name, seq: i64) {
        let mut places = self.lock();
        if places.get(&name) == Some(&seq) {
            places.remove(&name);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Name, i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
