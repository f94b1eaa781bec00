//! How many live tokens each list has, so that a total is not counted row by row.
//!
//! A token that is active and whose family has not ended counts in the list of its service, its client and its subject,
//! in the interval in which it expires (`axis`, `slot`). A commit that changes such counts adds rows with the
//! differences (`sums`): it changes no row that another commit needs. A task adds them to the tally (`folder`). A
//! reader adds up both in one statement, so a total is always exact. When the tally is introduced, and after older
//! versions have written, everything is counted (`audit`).

mod audit;
mod axis;
mod folder;
mod slot;
mod sums;

pub(crate) use audit::begin;
pub(crate) use axis::{FINEST, LAST_END, NEVER, NEVER_LIMIT, WIDEST, until, width};
pub(crate) use folder::{Folder, Wake};
pub(crate) use slot::{Owner, Slot};
pub(crate) use sums::{INSERT, Sums};
