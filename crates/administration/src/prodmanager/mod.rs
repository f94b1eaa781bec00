//! ProdManager's API tokens: whoever knows one secret makes them, each with a name, a description and permissions
//! (`docs/contracts/prodmanager.md`).
//!
//! Here they are tokens of the ledger like all others: recorded, listed, revoked.

mod bearer;
mod claims;
mod create;
mod desk;
mod field_faults;
mod folded;
mod misfit;
mod order;
mod pace;
mod page;
pub mod refusals;

use std::sync::Arc;

use jeton_ledger::Ledger;
use jeton_people::People;

pub use bearer::{Entry, Known};
pub use claims::Claims;
pub use desk::{Desk, Options};
pub use misfit::{Misfit, PATTERN};
pub use order::{Given, Order};
pub use pace::{Rate, Standing};
pub use page::paged;

/// Makes these tokens and knows them again. It has no state of its own; wrong secrets are counted with those of people. Made by
/// [`Administration::new`](crate::Administration::new); what an operator sets is in each issuer's [`Desk`].
pub struct NamedTokens {
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) people: Arc<People>,
}
