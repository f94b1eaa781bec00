//! Suspension: many tokens at once are inactive, reversibly until a deadline; then they are revoked.
//!
//! A suspension is a rule, not a state of rows: a document holds the filter, and inspection compares each live token with the
//! active suspensions of its service. So it takes effect at once however many tokens it covers, and undoing it leaves no trace in
//! their rows. It covers only tokens issued up to its start.
//!
//! `suspended` → `undone`, or → `ending` (by request or at the deadline) → `ended`. One single-use entry decides between the two,
//! on all nodes.

mod active;
mod record;

pub use active::Active;
pub use record::{ACTIVE, OVER, SINGLE_USE_KINDS, Stage, Suspension};

/// How many suspensions of a service may be active at once: each inspection checks all of them.
pub const MOST: u32 = 100;

/// The detail of the [`DocumentChanged`](jeton_model::records::EventKind::DocumentChanged) event that reports a change of a
/// suspension.
pub const CHANGED: &str = "suspensions";
