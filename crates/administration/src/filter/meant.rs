//! What the words of a filter say, as far as they can be understood without a look into the ledger.

use jeton_model::store::TokenFilter;

/// What words say.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Meant {
    /// What they say of a token's row and its use.
    pub(super) filter: TokenFilter,
    pub(super) state: Option<StateWord>,
    /// The number of a suspension that holds the tokens.
    pub(super) suspension: Option<u64>,
}

/// What `state` may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateWord {
    /// Not ended: neither expired nor revoked nor rotated. What is suspended, or starts later, is among them.
    Live,
    /// Not revoked, but its time has passed.
    Expired,
    /// Revoked itself; one whose family was revoked is not among them.
    Revoked,
    /// A refresh token that was exchanged for its successor.
    Rotated,
    /// Suspended now, by the one suspension there is.
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
