//! Chance, for spreading load: nothing secret comes of it.

use std::hash::{BuildHasher, Hasher, RandomState};

/// A number that nobody foresees, for what shall not happen everywhere at the same time.
pub(crate) fn dice() -> u64 {
    RandomState::new().build_hasher().finish()
}
