//! The kinds that features declare, joined. Each number is stored: it never changes and is never used for another kind.

use jeton_model::records::DeclaredOnce;

/// Every kind of single-use entry that is written.
pub fn once_kinds() -> impl Iterator<Item = DeclaredOnce> {
    let crates = [jeton_ledger::ONCE_KINDS, jeton_people::ONCE_KINDS, jeton_oauth::ONCE_KINDS, jeton_uma::ONCE_KINDS];
    crates.into_iter().flatten().copied().flatten().copied()
}
