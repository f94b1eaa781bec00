//! Suspending many tokens at once: what administrators order, undo and end early, and what happens when the time is over.
//!
//! What a suspension is, and how inspection looks at it, is in [`jeton_ledger::suspension`].

mod decide;
mod finish;
mod order;
mod read_filter;

pub use jeton_ledger::suspension::{Stage, Suspension};
pub use order::SuspensionOrder;
