//! Which tokens, and which part of them.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::ids::{ClientKey, DeviceId, GrantId, ServiceId, TokenId};
use crate::records::{Subject, TokenKind, TokenState};

/// The one filter: lists and bulk revocations take it. Members combine with AND; none filters nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TokenFilter {
    /// In this service.
    pub service: Option<ServiceId>,
    /// Of these kinds; empty: all.
    pub kinds: Vec<TokenKind>,
    /// Issued to this client.
    pub client: Option<ClientKey>,
    /// In this subject's name.
    pub subject: Option<Subject>,
    /// Of this family.
    pub grant: Option<GrantId>,
    /// Made from this token.
    pub parent: Option<TokenId>,
    /// With this value in their scope.
    pub scope: Option<String>,
    /// Issued at or after.
    pub issued_from: Option<Timestamp>,
    /// Issued before.
    pub issued_before: Option<Timestamp>,
    /// Expiring at or after; one that never expires is not among them.
    pub expires_from: Option<Timestamp>,
    /// Expiring before.
    pub expires_before: Option<Timestamp>,
    /// Whether it has an expiry.
    pub ends: Option<bool>,
    /// Last used at or after ([`TokenUse`](crate::records::TokenUse)).
    pub used_from: Option<Timestamp>,
    /// Not used since: never, or last before.
    pub used_before: Option<Timestamp>,
    /// Issued to this device.
    pub device: Option<DeviceId>,
    /// Bound to the key or the certificate of this thumbprint ([`Binding::thumbprint`](crate::records::Binding::thumbprint)).
    pub binding: Option<[u8; 32]>,
    /// In this state, independent of the clock and the family.
    pub state: Option<StateName>,
    /// Not ended at this time: active, not expired, family not revoked. A token that is not valid yet is included. (A
    /// token expires no later than its grant: the code that writes tokens ensures this, and this condition relies on
    /// it.)
    pub live_at: Option<Timestamp>,
}

/// The name of a [`TokenState`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateName {
    /// [`TokenState::Active`].
    Active,
    /// [`TokenState::Rotated`].
    Rotated,
    /// [`TokenState::Revoked`].
    Revoked,
}

impl StateName {
    /// The number of the state in a database ([`TokenState::sql`]).
    #[must_use]
    pub const fn sql(self) -> i16 {
        match self {
            Self::Active => 0,
            Self::Rotated => 1,
            Self::Revoked => 2,
        }
    }

    /// Of a state.
    #[must_use]
    pub const fn of(state: TokenState) -> Self {
        match state {
            TokenState::Active => Self::Active,
            TokenState::Rotated { .. } => Self::Rotated,
            TokenState::Revoked { .. } => Self::Revoked,
        }
    }
}

/// In which order a list of tokens is paged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// By number.
    #[default]
    Id,
    /// By expiry, tokens without expiry first; then by number.
    Expiry,
}

/// Which part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// In which order; only lists of tokens have more than one.
    pub order: Order,
    /// Only rows after this number: the cheapest way to page. Only in the order of numbers.
    pub after: u64,
    /// Then skip this many.
    pub skip: u64,
    /// At most this many; 0 counts only.
    pub limit: u32,
}

impl Page {
    /// The first `limit`.
    #[must_use]
    pub const fn first(limit: u32) -> Self {
        Self { order: Order::Id, after: 0, skip: 0, limit }
    }
}

/// A page and how many there are in all.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing<T> {
    /// The page.
    pub items: Vec<T>,
    /// How many rows match the filter, on all pages.
    pub total: u64,
}
