//! What administrators do: clients, users, keys, services. Every call takes an [`AdminCaller`] and leaves an event.

use std::sync::Arc;

use crate::api_tokens::LeakReports;
use jeton_ledger::Ledger;
use jeton_people::People;

pub mod api_tokens;
mod caller;
mod clients;
pub mod filter;
mod members;
pub mod prodmanager;
mod services;
pub mod suspension;
pub mod token_administration;
mod tokens;
mod users;

pub use caller::{AdminCaller, Credential, IamDoor, TokenOwner, TokenReader};
pub use clients::{
    MAX_KEYS, METADATA, NewClient, OPERATOR_FLAGS, certificate, client_document, read_client, redirect_uri,
    userinfo_signing_alg,
};
pub use jeton_ledger::rights::{ADMIN_ROLE, ADMIN_SCOPE, MANAGER_ROLE, MANAGER_SCOPE, opens_this_server};
pub use members::{Members, keep_enabled};
pub use services::read_scope;
pub use tokens::{TokenName, TokenOrder};
pub use users::{KeepTokens, NewUser, read_user, user_document};

/// The longest life an administrator may give to a token, 10 years; the executor holds every plan to it.
const LONGEST_LIFE: std::time::Duration = std::time::Duration::from_secs(10 * 366 * 86_400);

/// Administration of a ledger: clients, people, services, keys, API tokens, and tokens in bulk.
pub struct Administration {
    /// The ledger.
    pub ledger: Arc<Ledger>,
    /// Whose records are written here.
    pub people: Arc<People>,
    /// What clients may be registered for.
    pub capabilities: Capabilities,
    pub(crate) leak_reports: LeakReports,
}

/// What is served, for the description of a client: given by the wiring, which knows every feature.
#[derive(Clone, Debug)]
pub struct Capabilities {
    /// The names of all grants, aliases too.
    pub grant_types: Vec<&'static str>,
}

impl Administration {
    /// Administration of the ledger that these people are at.
    #[must_use]
    pub fn new(people: Arc<People>, capabilities: Capabilities) -> Self {
        Self { ledger: Arc::clone(&people.ledger), people, capabilities, leak_reports: LeakReports::default() }
    }
}
