//! Single-use entries.

use std::time::Duration;

use jeton_core::ids::GrantId;
use jeton_core::model::{DeclaredOnce, Once, OnceKey, OnceKind};

use super::{SERVICE, T0, hash};

/// A kind of single-use entry. No feature of the product has it: a store keeps any number.
pub const ONCE: OnceKind = DeclaredOnce::new(DeclaredOnce::OUTSIDE + 1, "sample").kind;
/// Another kind.
pub const OTHER_ONCE: OnceKind = DeclaredOnce::new(DeclaredOnce::OUTSIDE + 2, "other_sample").kind;
/// One more.
pub const THIRD_ONCE: OnceKind = DeclaredOnce::new(DeclaredOnce::OUTSIDE + 3, "third_sample").kind;

/// The key of the nth entry of any kind.
#[must_use]
pub fn once_key(n: u64) -> OnceKey {
    OnceKey(hash(n))
}

/// An unused entry of kind [`ONCE`] that is good for a minute from [`T0`].
#[must_use]
pub fn once(n: u64) -> Once {
    Once {
        kind: ONCE,
        key: once_key(n),
        service: SERVICE,
        grant: None,
        expires: T0 + Duration::from_secs(60),
        used: None,
        payload: Vec::new(),
    }
}

/// A used entry with every member; its payload has every byte.
#[must_use]
pub fn full_once(n: u64) -> Once {
    Once { grant: Some(GrantId::new(40)), used: Some(super::at(1)), payload: (0..=255).collect(), ..once(n) }
}
