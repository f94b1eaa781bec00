//! Suspension: many tokens at once are inactive, and can be active again until a deadline; then they are revoked.
//!
//! A suspension is a rule, not a state of rows: a document holds the filter, and inspection compares each live token with the
//! active ones of its service. So it takes effect at once however many tokens it means, and undoing it leaves no trace in
//! them. It means tokens issued up to its moment; what is minted later is not meant.
//!
//! `suspended` → `undone`, or → `ending` (on somebody's word or when the time is over) → `ended`. One claim decides between
//! the two ways, on all nodes.

mod active;
mod record;

pub use active::Active;
pub use record::{ACTIVE, OVER, SINGLE_USE_KINDS, Stage, Suspension};

/// How many suspensions of a service may be active at once: each inspection looks through them.
pub const MOST: u32 = 100;

/// What the detail of a [`DocumentChanged`](jeton_model::records::EventKind::DocumentChanged) event says when one of them moved on.
pub const CHANGED: &str = "suspensions";
