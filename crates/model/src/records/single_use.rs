//! Anything that works once.

use crate::clock::Timestamp;
use crate::ids::{GrantId, ServiceId};

/// The SHA-256 of what is presented: a code's text, an assertion's issuer and `jti`, …
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SingleUseKey(pub [u8; 32]);

impl std::fmt::Debug for SingleUseKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SingleUseKey(…)")
    }
}

/// An entry that can be used up exactly once, across restarts and nodes.
#[derive(Clone, Debug, PartialEq)]
pub struct SingleUse {
    /// What it is.
    pub kind: SingleUseKind,
    /// Which one.
    pub key: SingleUseKey,
    /// The issuer.
    pub service: ServiceId,
    /// The family it led to or will lead to; ended when the entry is presented twice.
    pub grant: Option<GrantId>,
    /// From this time on it is invalid and may be removed.
    pub expires: Timestamp,
    /// When it was used up.
    pub used: Option<Timestamp>,
    /// Data for the feature that wrote it.
    pub payload: Vec<u8>,
}

/// The kind of a single-use entry: the number in the store. A feature declares its kinds as [`DeclaredSingleUse`]; the rows
/// of a kind that no feature declares stay as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SingleUseKind(i16);

impl SingleUseKind {
    /// The number in a database.
    #[must_use]
    pub const fn sql(self) -> i16 {
        self.0
    }

    /// From a database's number.
    #[must_use]
    pub const fn from_sql(n: i16) -> Self {
        Self(n)
    }
}

/// A kind of single-use entry as the feature that writes it declares it. Each crate lists its own as `SINGLE_USE_KINDS`, and the
/// wiring joins the lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeclaredSingleUse {
    /// The number in the store.
    pub kind: SingleUseKind,
    /// What people call it.
    pub name: &'static str,
    /// The limits for entries written for unauthenticated callers. `None`: none are written.
    pub unauthenticated: Option<UnauthenticatedLimit>,
}

/// The limits of one kind for unauthenticated callers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnauthenticatedLimit {
    /// The largest payload, in bytes.
    pub largest: usize,
    /// The total of all of them on one node, in bytes.
    pub total: u64,
}

impl DeclaredSingleUse {
    /// From here on numbers are for tests and for features outside of this project.
    pub const OUTSIDE: i16 = 20_000;

    /// A kind that is never written for unauthenticated callers. The number is stored: it never changes and is never
    /// reused for another kind.
    #[must_use]
    pub const fn new(number: i16, name: &'static str) -> Self {
        Self { kind: SingleUseKind(number), name, unauthenticated: None }
    }

    /// The same kind, open to unauthenticated callers: a payload of at most `largest` bytes each, and `total` bytes of
    /// all of them on one node.
    #[must_use]
    pub const fn open_to_unauthenticated(self, largest: usize, total: u64) -> Self {
        Self { unauthenticated: Some(UnauthenticatedLimit { largest, total }), ..self }
    }
}
