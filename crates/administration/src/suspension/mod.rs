//! Suspending many tokens at once: what administrators order, undo and end early, and what happens when the time is over.
//!
//! What a suspension is, and how inspection looks at it, is in [`jeton_ledger::suspension`].

mod decide;
mod finish;
mod order;
pub mod refusals;

use std::sync::Arc;

use jeton_ledger::Ledger;

pub use jeton_ledger::suspension::{Stage, Suspension};
pub use order::SuspensionOrder;

/// Suspends tokens together, makes them good again, ends them. It has no state of its own: what is suspended is in the ledger's
/// documents and its memory. Made by [`Administration::new`](crate::Administration::new).
pub struct Suspensions {
    pub(crate) ledger: Arc<Ledger>,
}
