//! ProdManager's API tokens: whoever knows one secret makes them, each with a name, a description and permissions
//! (`docs/contracts/prodmanager.md`).
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

use std::sync::Arc;

use jeton_ledger::Ledger;
use jeton_people::People;

pub use bearer::{Entry, Known};
pub use claims::Claims;
pub use desk::{Desk, Options};
pub use jeton_ledger::refusal::{Fault, Faults, Misfit, PATTERN, PageOverflow};
pub use order::{Given, Order};
pub use pace::{Rate, Standing};
pub use page::paged;

/// Makes these tokens and knows them again. It has no state of its own; wrong secrets are counted with those of people. Made by
/// [`Administration::new`](crate::Administration::new); what an operator sets is in each issuer's [`Desk`].
pub struct NamedTokens {
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) people: Arc<People>,
}
