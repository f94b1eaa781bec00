//! API tokens: tokens that people and administrators create for programs, in the same ledger as all others.
//!
//! Users and administrators make them ([`ApiTokens::create`], [`NewToken`](crate::NewToken)) within a policy, bind them to
//! [address ranges](AddressRanges), see their use, rotate them, import them by the hash of their text, and revoke them. Anybody
//! who finds a leaked one can report it.

mod create;
mod import;
mod leaked;
pub mod refusals;
mod reports;
mod rotate;

use std::sync::Arc;

use crate::tokens::Tokens;
use jeton_ledger::Ledger;

pub use crate::tokens::Lifetime;
pub use create::NewApiToken;
pub use import::{ImportEnd, ImportedToken, MOST_IMPORTED};
pub use jeton_ledger::address_ranges::{AddressRanges, BadRange};
pub use jeton_ledger::use_source::Source;
pub use jeton_ledger::uses::TrackUse;
pub use jeton_model::scope::TOKENS_SCOPE;
pub use leaked::MOST_LEAKED;
pub(crate) use reports::LeakReports;
pub use rotate::Rotation;

/// API tokens: made, imported, shown, rotated and revoked, and revoked when reported as leaked. It counts the reports of each
/// address, to limit their rate. Made by [`Administration::new`](crate::Administration::new).
pub struct ApiTokens {
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) tokens: Tokens,
    pub(crate) leak_reports: LeakReports,
}
