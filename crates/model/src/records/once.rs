//! Anything that works once.

use crate::clock::Timestamp;
use crate::ids::{GrantId, ServiceId};

/// The SHA-256 of what is presented: a code's text, an assertion's issuer and `jti`, …
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OnceKey(pub [u8; 32]);

impl std::fmt::Debug for OnceKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OnceKey(…)")
    }
}

/// An entry that can be used up exactly once, across restarts and nodes.
#[derive(Clone, Debug, PartialEq)]
pub struct Once {
    /// What it is.
    pub kind: OnceKind,
    /// Which one.
    pub key: OnceKey,
    /// The issuer.
    pub service: ServiceId,
    /// The family it led to or will lead to; ended when the entry is presented twice.
    pub grant: Option<GrantId>,
    /// From here on it is worth nothing and may be swept.
    pub expires: Timestamp,
    /// When it was used up.
    pub used: Option<Timestamp>,
    /// What its maker wants to find again.
    pub payload: Vec<u8>,
}

/// What kind of single-use entry: the number that a store keeps. A feature declares its kinds as [`DeclaredOnce`]; a number that
/// no feature declares is a kind all the same, and its rows stay what they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OnceKind(i16);

impl OnceKind {
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

/// A kind of single-use entry as the feature that writes it declares it. Each crate lists its own as `ONCE_KINDS`, and the
/// wiring joins the lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeclaredOnce {
    /// What the store keeps.
    pub kind: OnceKind,
    /// What people call it.
    pub name: &'static str,
    /// What somebody who has proven nothing may have written of it. `None`: nothing.
    pub strangers: Option<StrangerLimit>,
}

/// How much of one kind may be written for whoever has proven nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StrangerLimit {
    /// The largest payload, in bytes.
    pub largest: usize,
    /// What all of them may take together on one node, in bytes.
    pub total: u64,
}

impl DeclaredOnce {
    /// From here on numbers are for tests and for features outside of this project.
    pub const OUTSIDE: i16 = 20_000;

    /// A kind of which strangers may have nothing written. The number is stored: it never changes and is never used for another
    /// kind.
    #[must_use]
    pub const fn new(number: i16, name: &'static str) -> Self {
        Self { kind: OnceKind(number), name, strangers: None }
    }

    /// The same, of which whoever has proven nothing may have entries written: a payload of at most `largest` bytes each, and
    /// `total` bytes of all of them on one node.
    #[must_use]
    pub const fn open_to_strangers(self, largest: usize, total: u64) -> Self {
        Self { strangers: Some(StrangerLimit { largest, total }), ..self }
    }
}
