//! Randomness for spreading load, not for secrets.

use std::hash::{BuildHasher, Hasher, RandomState};

/// A random number, for what should not happen everywhere at the same time.
pub(crate) fn dice() -> u64 {
    RandomState::new().build_hasher().finish()
}
