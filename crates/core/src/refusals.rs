//! The refusals that features declare, joined in one list.

pub use jeton_administration::api_tokens::refusals::*;
pub use jeton_administration::prodmanager::refusals::*;
pub use jeton_administration::refusals::*;
pub use jeton_administration::suspension::refusals::*;
pub use jeton_backend::refusals::*;
pub use jeton_ledger::refusals::*;
use jeton_model::refusal::Kind;
pub use jeton_model::refusals::*;
pub use jeton_oauth::authorization::refusals::*;
pub use jeton_oauth::client_auth::refusals::*;
pub use jeton_oauth::device::refusals::*;
pub use jeton_oauth::exchange::refusals::*;
pub use jeton_oauth::grants::refusals::*;
pub use jeton_oauth::refusals::*;
pub use jeton_oauth::registration::refusals::*;
pub use jeton_oauth::token_endpoint::refusals::*;
pub use jeton_people::confirmation::refusals::*;
pub use jeton_people::refusals::*;
pub use jeton_robots::refusals::*;
pub use jeton_uma::refusals::*;

/// The kinds of all refusals, by crate; a crate comes after those it depends on.
pub const KINDS: &[&[&[&Kind]]] = &[
    &[jeton_model::refusals::KINDS],
    jeton_ledger::REFUSALS,
    jeton_people::REFUSALS,
    jeton_administration::REFUSALS,
    jeton_oauth::REFUSALS,
    jeton_uma::REFUSALS,
    jeton_backend::REFUSALS,
    jeton_robots::REFUSALS,
];

/// The kinds of all refusals.
pub fn kinds() -> impl Iterator<Item = &'static Kind> {
    KINDS.iter().copied().flatten().copied().flatten().copied()
}

/// The kind with this id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Kind> {
    kinds().find(|kind| kind.id == id)
}
