//! The meaning of the words of a filter, as far as it is known without reading the ledger.

use jeton_model::store::TokenFilter;

/// The meaning of words.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ParsedFilter {
    /// The conditions on a token's row and its use.
    pub(super) filter: TokenFilter,
    pub(super) state: Option<StateWord>,
    /// The number of a suspension that covers the tokens.
    pub(super) suspension: Option<u64>,
}

/// The values of `state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateWord {
    /// Not ended: neither expired nor revoked nor rotated. Includes suspended tokens and those not yet valid.
    Live,
    /// Expired, and not revoked.
    Expired,
    /// Revoked itself; does not include tokens whose family was revoked.
    Revoked,
    /// A rotated refresh token.
    Rotated,
    /// Suspended now; there must be only one suspension.
    Suspended,
}

impl StateWord {
    pub(super) const ALL: [(&str, Self); 5] = [
        ("live", Self::Live),
        ("expired", Self::Expired),
        ("revoked", Self::Revoked),
        ("rotated", Self::Rotated),
        ("suspended", Self::Suspended),
    ];
}
