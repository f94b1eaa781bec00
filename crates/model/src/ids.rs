//! Typed ids, from one list of kinds.
//!
//! Every record of the ledger is numbered from one series that the store hands out in blocks. Ids grow with time, so
//! inserts append, and stay below 2^53, so that JSON numbers read by JavaScript are exact (`docs/contracts/authlete.md`
//! section 1.1).

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The first number that is too large for an id: 2^53.
pub const ID_LIMIT: u64 = 1 << 53;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(u64);

        impl $name {
            /// Wraps a number; only the low 53 bits count.
            #[must_use]
            pub const fn new(id: u64) -> Self {
                Self(id & (ID_LIMIT - 1))
            }

            /// The number.
            #[must_use]
            pub const fn get(self) -> u64 {
                self.0
            }

            /// The number as stored in databases.
            #[must_use]
            pub const fn sql(self) -> i64 {
                self.0 as i64
            }

            /// From a database's number.
            #[must_use]
            pub const fn from_sql(id: i64) -> Self {
                Self::new(id as u64)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    /// One issuer.
    ServiceId,
    /// A client's number; its wire name is a [`ClientId`].
    ClientKey,
    /// A user's number; its wire name is the `sub`.
    UserKey,
    /// A robot or another device.
    DeviceId,
    /// One authorization, the head of a family of tokens.
    GrantId,
    /// One token of any kind.
    TokenId,
    /// One signing key.
    KeyId,
    /// One document (policy, resource, consent).
    DocumentId,
}

/// A client's wire name, RFC 6749 section 2.2.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientId(Arc<str>);

impl ClientId {
    /// Wraps the name as the wire has it.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClientId({})", self.0)
    }
}
