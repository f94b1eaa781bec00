//! What administrators do: clients, users, keys, services. Every call takes an [`AdminCaller`] and leaves an event.

use std::sync::Arc;

use crate::api_tokens::LeakReports;
use jeton_ledger::Ledger;
use jeton_people::People;

pub mod api_tokens;
mod caller;
pub mod certificate;
mod client_document;
mod client_keys;
mod client_secret;
mod clients;
pub mod filter;
mod groups;
mod iam_door;
mod keys;
mod members;
mod passwords;
pub mod prodmanager;
pub mod redirect_uri;
mod scope_policies;
mod scopes;
mod services;
mod silence;
pub mod suspension;
pub mod token_administration;
mod tokens;
mod user_document;
mod users;

pub use caller::AdminCaller;
pub use client_document::{METADATA, OPERATOR_FLAGS, client_document, read_client};
pub use client_keys::MAX_KEYS;
pub use clients::{NewClient, userinfo_signing_alg};
pub use iam_door::{Credential, IamDoor, TokenOwner, TokenReader};
pub use jeton_ledger::rights::{ADMIN_ROLE, ADMIN_SCOPE, MANAGER_ROLE, MANAGER_SCOPE, opens_this_server};
pub use members::Members;
pub use passwords::KeepTokens;
pub use scopes::read_scope;
pub use silence::keep_enabled;
pub(crate) use tokens::may_put;
pub use tokens::{TokenName, TokenOrder};
pub use user_document::{read_user, user_document};
pub use users::NewUser;

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
