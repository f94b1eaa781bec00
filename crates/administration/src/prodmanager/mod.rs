//! ProdManager's API tokens: any caller who knows one secret creates them, each with a name, a description and permissions
//! (`docs/contracts/prodmanager.md`).
//!
//! Here they are tokens of the ledger like all others: recorded, listed, revoked.

mod api_token_error;
mod bearer;
mod claims;
mod create;
mod create_request;
mod field_faults;
mod folded;
mod page;
mod rate_limit;
pub mod refusals;
mod token_api;

use std::sync::Arc;

use jeton_ledger::Ledger;
use jeton_people::People;

pub use api_token_error::{ApiTokenError, PATTERN};
pub use bearer::{Entry, Known};
pub use claims::Claims;
pub use create_request::{CreateRequest, Given};
pub use page::paged;
pub use rate_limit::{Rate, RateLimitStatus};
pub use token_api::{Options, TokenApi};

/// Creates these tokens and recognises them. It has no state of its own; wrong secrets are counted with those of people. Made by
/// [`Administration::new`](crate::Administration::new); the operator's settings are in each issuer's [`TokenApi`].
pub struct NamedTokens {
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) people: Arc<People>,
}
