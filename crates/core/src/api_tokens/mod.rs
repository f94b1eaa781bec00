//! API tokens: secrets that people and administrators hand to programs, in the same ledger as everything else.
//!
//! Users and administrators make them ([`Ledger::create_api_token`](crate::Ledger::create_api_token), `administration::TokenOrder`) within a policy,
//! bind them to [address ranges](AddressRanges), see their use, let new ones take their place, and take them back.

mod create;
mod holder;
mod own;
mod policy;
mod ranges;

pub use create::ApiTokenOrder;
pub use holder::{Holder, TOKENS_SCOPE};
pub use ranges::{AddressRanges, BadRange};
pub(crate) use ranges::{admits, fit};
