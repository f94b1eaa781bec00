//! Where the single-use entries lie that `once_key` does not know yet.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jeton_model::records::{OnceKey, OnceKind};

/// What names an entry.
pub(crate) type Name = (OnceKind, OnceKey);

/// Places of entries by name. Only the writer changes it; everyone may look.
///
/// An entry leaves it only after `once_key` leads to it, durably. So whoever looks here first and opens a snapshot after
/// misses nothing; the other way round something could be missed.
#[derive(Default)]
pub(crate) struct OnceTail(Mutex<HashMap<Name, i64>>);

impl OnceTail {
    /// Where one lies.
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

    /// Takes one out unless it lies elsewhere by now.
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
