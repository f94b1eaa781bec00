//! Suspending many tokens at once: ordering, undoing and ending early by administrators, and the revocation after the deadline.
//!
//! What a suspension is, and how inspection applies it, is in [`jeton_ledger::suspension`].

mod decide;
mod finish;
pub mod refusals;
mod suspend;

use std::sync::Arc;

use jeton_ledger::Ledger;

pub use jeton_ledger::suspension::{Stage, Suspension};
pub use suspend::SuspensionRequest;

/// Suspends tokens together, makes them active again, or revokes them. It has no state of its own: the suspensions are in the
/// ledger's documents and cache. Made by [`Administration::new`](crate::Administration::new).
pub struct Suspensions {
    pub(crate) ledger: Arc<Ledger>,
}
