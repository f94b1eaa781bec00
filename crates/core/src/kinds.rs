//! The kinds that features declare, joined. Each number is stored: it never changes and is never used for another kind.

use jeton_model::records::DeclaredSingleUse;

/// Every kind of single-use entry that is written.
pub fn single_use_kinds() -> impl Iterator<Item = DeclaredSingleUse> {
    let crates = [
        jeton_ledger::SINGLE_USE_KINDS,
        jeton_people::SINGLE_USE_KINDS,
        jeton_oauth::SINGLE_USE_KINDS,
        jeton_uma::SINGLE_USE_KINDS,
        jeton_backend::SINGLE_USE_KINDS,
    ];
    crates.into_iter().flatten().copied().flatten().copied()
}
