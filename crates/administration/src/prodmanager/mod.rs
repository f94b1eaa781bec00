//! ProdManager's API tokens: whoever knows one secret makes them, each with a name, a description and permissions
//! (`contracts/prodmanager.md`).
//!
//! Here they are tokens of the ledger like all others: recorded, listed, revoked.

mod bearer;
mod claims;
mod create;
mod desk;
mod folded;
mod order;
mod pace;
mod page;

pub use bearer::{Entry, Known};
pub use claims::Claims;
pub use desk::{Desk, Options};
pub use jeton_ledger::refusal::{Fault, Faults, Misfit, PATTERN, PageOverflow};
pub use order::{Given, Order};
pub use pace::{Rate, Standing};
pub use page::paged;
