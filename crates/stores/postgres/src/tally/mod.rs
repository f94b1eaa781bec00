//! How many live tokens each list has, so that a total is not counted row by row.
//!
//! A token that is active and of no ended family counts in the list of its service, its client and its subject, in the
//! bucket of time in which it ends (`axis`, `seat`). A commit that changes such numbers adds rows that say by how much
//! (`sums`): it changes no row that another commit wants. A task makes them part of the tally (`folder`). Whoever reads
//! adds up both in one statement, so a total is exact at every moment. Where the tally begins, and after versions that
//! do not know it have written, everything is counted (`audit`).

mod audit;
mod axis;
mod folder;
mod seat;
mod sums;

pub(crate) use audit::begin;
pub(crate) use axis::{FINEST, LAST_END, NEVER, NEVER_LIMIT, WIDEST, until, width};
pub(crate) use folder::{Folder, Wake};
pub(crate) use seat::{Owner, Seat};
pub(crate) use sums::{INSERT, Sums};
