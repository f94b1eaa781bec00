//! Single-use entries.

use std::time::Duration;

use jeton_core::ids::GrantId;
use jeton_core::model::{Once, OnceKey, OnceKind};

use super::{SERVICE, T0, hash};

/// The key of the nth entry of any kind.
#[must_use]
pub fn once_key(n: u64) -> OnceKey {
    OnceKey(hash(n))
}

/// An unused authorization code that is good for a minute from [`T0`].
#[must_use]
pub fn once(n: u64) -> Once {
    Once {
        kind: OnceKind::Code,
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
