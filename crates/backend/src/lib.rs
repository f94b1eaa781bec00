//! Jeton as the backend of other authorization servers.
//!
//! Such a server has its own sign-in and its own pages; it sends each request of its clients here, and carries out the answer.
//! This crate has what that needs beyond OAuth: callers with [rights on a service](access), the [records](records) of tokens,
//! and services that are managed as tenants.

pub mod access;
pub mod authorization;
pub mod certificates;
pub mod checks;
pub mod clients;
pub mod dpop;
pub mod grant_types;
pub mod jose;
pub mod records;
pub mod refusals;
mod revocation;
pub mod services;
mod ticket_context;
mod types;

use std::sync::Arc;

use jeton_administration::Administration;
use jeton_ledger::Ledger;
use jeton_model::records::DeclaredSingleUse;
use jeton_model::refusal::Kind;
use jeton_oauth::OAuth;

use access::ConfiguredCredentials;

/// The single-use kinds that are declared in this crate.
pub const SINGLE_USE_KINDS: &[&[DeclaredSingleUse]] = &[&[
    ticket_context::TICKET_CONTEXT,
    records::TOKEN_BATCH,
    records::BATCH_NOTICE_TRY,
    dpop::DPOP_ID,
    clients::CLIENT_NUMBER,
    clients::CLIENT_ALIAS,
]];

/// The refusals that are declared in this crate, by file.
pub const REFUSALS: &[&[&Kind]] = &[refusals::KINDS];

/// The backend of other authorization servers. Made by the wiring.
pub struct Backend {
    /// The ledger.
    pub ledger: Arc<Ledger>,
    /// Changes services and clients.
    pub administration: Arc<Administration>,
    /// Decides the requests of clients.
    pub oauth: Arc<OAuth>,
    /// The credentials of the configuration file.
    pub credentials: ConfiguredCredentials,
    /// What the configuration file says of its services.
    declared: services::Declared,
    /// Services whose servers did not take a notice.
    resting: records::Resting,
}

impl Backend {
    /// A backend on a ledger, without configured credentials.
    #[must_use]
    pub fn new(oauth: Arc<OAuth>) -> Self {
        Self {
            ledger: Arc::clone(&oauth.ledger),
            administration: Arc::clone(&oauth.administration),
            oauth,
            credentials: ConfiguredCredentials::default(),
            declared: services::Declared::default(),
            resting: records::Resting::default(),
        }
    }
}
