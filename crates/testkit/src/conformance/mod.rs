//! What every store must do, as a list of named cases. Each name is a rule that some part of the product relies on.
//!
//! A store's `tests/conformance.rs` says how to make one and takes the suite, one `#[test]` a case:
//!
//! ```ignore
//! fn fresh() -> BoxFuture<'static, Box<dyn Fixture>> { /* a store in a place of its own */ }
//! jeton_testkit::conformance_suite!(fresh);
//! ```
//!
//! In addition to the cases there is [`property`]: random commands, applied to a store and to the
//! [model](crate::ModelStore), must have equal outcomes and leave equal ledgers. And [`meaning`]: a filter selects the
//! same tokens in lists, previews, suspensions, their undoing and their end.
//!
//! # What the port leaves to be understood, and what the suite takes it to mean
//!
//! * A precondition comes before the writes; when both would be lost, the precondition's loss is the one reported.
//! * A used entry is `Used` even when it has expired since; `Expired` is said of unused ones only.
//! * The moment of a `Claim` is the `used` of its entry.
//! * A `SingleUse` write has no moment of its own: the store's clock says whether the entry in its place has expired. The
//!   suite uses entries that are over, or far from it, by any clock.
//! * `RevokeToken` ends a rotated token too: only a revoked one is ended already.
//! * An end is exclusive: at the very moment of `expires` a thing has expired.
//! * A token whose grant is not there (it was swept) is not live.
//! * `events(None, …)` are those of all services.
//! * Records with the same number replace each other whole, the service they belong to included.
//! * A list is of one moment: its total belongs to its items.
//! * Of two commands at once, one that looks for a row which the other adds may miss it: such a row cannot be locked.
//! * A string that an engine cannot hold (NUL in PostgreSQL) is refused with an error before anything is written, and
//!   harms no other command of the same batch. Nothing is ever cut short. Looking for such a name finds nothing.

mod cases;
mod fixture;
mod list;
mod meaning;
mod probe;
mod property;
mod race;
mod run;
mod snapshot;
mod write;

pub use fixture::Fixture;
pub use list::{CASES, Case};
pub use meaning::meaning;
pub use property::property;
pub use run::run;
