//! Single-use entries.

use std::time::Duration;

use jeton_core::ids::GrantId;
use jeton_core::model::{DeclaredSingleUse, SingleUse, SingleUseKey, SingleUseKind};

use super::{SERVICE, T0, hash};

/// A kind of single-use entry. No feature of the product has it: a store keeps any number.
pub const SINGLE_USE: SingleUseKind = DeclaredSingleUse::new(DeclaredSingleUse::OUTSIDE + 1, "sample").kind;
/// Another kind.
pub const OTHER_SINGLE_USE: SingleUseKind = DeclaredSingleUse::new(DeclaredSingleUse::OUTSIDE + 2, "other_sample").kind;
/// One more.
pub const THIRD_SINGLE_USE: SingleUseKind = DeclaredSingleUse::new(DeclaredSingleUse::OUTSIDE + 3, "third_sample").kind;

/// The key of the nth entry of any kind.
#[must_use]
pub fn single_use_key(n: u64) -> SingleUseKey {
    SingleUseKey(hash(n))
}

/// An unused entry of kind [`SINGLE_USE`] that is good for a minute from [`T0`].
#[must_use]
pub fn single_use(n: u64) -> SingleUse {
    SingleUse {
        kind: SINGLE_USE,
        key: single_use_key(n),
        service: SERVICE,
        grant: None,
        expires: T0 + Duration::from_secs(60),
        used: None,
        payload: Vec::new(),
    }
}

/// A used entry with every member; its payload has every byte.
#[must_use]
pub fn full_single_use(n: u64) -> SingleUse {
    SingleUse { grant: Some(GrantId::new(40)), used: Some(super::at(1)), payload: (0..=255).collect(), ..single_use(n) }
}
