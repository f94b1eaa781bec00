//! Which list, in which of its two forms (`docs/contracts/indigo-iam.md` section 1).

use jeton_core::Timestamp;
use jeton_core::tokens::TokenList;
use serde_json::Value;

use crate::date;

/// A list at one of its two paths.
#[derive(Clone, Copy)]
pub(crate) struct ListPath {
    /// Which list.
    pub(crate) list: TokenList,
    /// At the bare path, as the Tokens API reference shows it; else below `/iam/api`, as the software serves it.
    pub(crate) is_bare: bool,
}

impl ListPath {
    /// Access tokens, below `/iam/api`.
    pub(crate) const ACCESS: Self = Self { list: TokenList::ACCESS, is_bare: false };
    /// Refresh tokens, below `/iam/api`.
    pub(crate) const REFRESH: Self = Self { list: TokenList::REFRESH, is_bare: false };
    /// Access tokens, at the bare path.
    pub(crate) const BARE_ACCESS: Self = Self { list: TokenList::ACCESS, is_bare: true };
    /// Refresh tokens, at the bare path.
    pub(crate) const BARE_REFRESH: Self = Self { list: TokenList::REFRESH, is_bare: true };

    /// The member that holds the tokens.
    pub(super) const fn list_key(self) -> &'static str {
        if self.is_bare { "resources" } else { "Resources" }
    }

    /// The member that holds a URL.
    pub(super) const fn reference_key(self) -> &'static str {
        if self.is_bare { "ref" } else { "$ref" }
    }

    /// A date: text, or milliseconds.
    pub(super) fn date(self, at: Timestamp) -> Value {
        if self.is_bare { date::text(at).into() } else { at.millis().into() }
    }
}
