//! Which tokens, and which part of them.

use crate::clock::Timestamp;
use crate::ids::{ClientKey, GrantId, ServiceId, TokenId};
use crate::model::{Subject, TokenKind};

/// The one filter: lists and bulk revocations take it. Members combine with AND; none filters nothing.
#[derive(Clone, Debug, Default, PartialEq)]
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
    /// Having this scope word.
    pub scope: Option<String>,
    /// Issued at or after.
    pub issued_from: Option<Timestamp>,
    /// Issued before.
    pub issued_before: Option<Timestamp>,
    /// Expiring before.
    pub expires_before: Option<Timestamp>,
    /// Usable at this moment: active, started, not expired, family alive.
    pub live_at: Option<Timestamp>,
}

/// Which part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Only what comes after this number, by key: the cheap way to page.
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
        Self { after: 0, skip: 0, limit }
    }
}

/// A page and how many there are in all.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing<T> {
    /// The page.
    pub items: Vec<T>,
    /// How many match the filter, wherever the page lies.
    pub total: u64,
}
