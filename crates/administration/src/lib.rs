//! Administration: clients, users, keys, services, tokens. Every change requires a [`Caller`] and writes an event.

use std::sync::Arc;

use crate::api_tokens::{ApiTokens, LeakReports};
use crate::prodmanager::NamedTokens;
use crate::suspension::Suspensions;
use crate::tokens::Tokens;
use jeton_ledger::Ledger;
use jeton_model::refusal::Kind;
use jeton_people::People;

pub mod api_tokens;
mod caller;
mod clients;
pub mod filter;
mod members;
mod named;
pub mod prodmanager;
mod reason;
pub mod refusals;
mod services;
pub mod suspension;
pub mod tokens;
mod users;

pub use caller::{Authorization, Caller, Credential, Requirement};
pub use clients::{
    MAX_KEYS, NewClient, Writer, WrittenClient, certificate, client_document, create_client, id_token_signing_alg,
    introspection_signing_alg, is_same_response_type, keep_protections, read_client, redirect_uri, replace_client,
    replace_members, userinfo_signing_alg, wrong_value,
};
pub use jeton_ledger::rights::{ADMIN_ROLE, ADMIN_SCOPE, MANAGER_ROLE, MANAGER_SCOPE, opens_this_server};
pub use members::{Members, keep_enabled};
pub use reason::readable_reason;
pub use services::{SCOPE_NAME, is_scope_name, read_scope};
pub use tokens::{NewToken, TokenName};
pub use users::{KeepTokens, NewUser, SignUp, read_user, user_document};

/// The refusals that this crate declares, by file.
pub const REFUSALS: &[&[&Kind]] =
    &[refusals::KINDS, api_tokens::refusals::KINDS, prodmanager::refusals::KINDS, suspension::refusals::KINDS];

/// Administration of a ledger: clients, people, services with their keys and scopes, and single tokens. Features for many tokens
/// or one kind of token are separate types. Made by the wiring, one for each ledger.
pub struct Administration {
    /// The ledger.
    pub ledger: Arc<Ledger>,
    /// The people whose records are written here.
    pub people: Arc<People>,
    /// What clients may be registered for.
    pub capabilities: Capabilities,
    /// Suspending many tokens at once.
    pub suspensions: Suspensions,
    /// API tokens.
    pub api_tokens: ApiTokens,
    /// ProdManager's API tokens.
    pub named_tokens: NamedTokens,
    /// Listing tokens and ending them, for callers that may see them.
    pub tokens: Tokens,
}

/// What the product serves, to check a client's description: given by the wiring, which knows every feature.
#[derive(Clone, Debug)]
pub struct Capabilities {
    /// The names of all grants, aliases included.
    pub grant_types: Vec<&'static str>,
    /// The names of all response types.
    pub response_types: Vec<&'static str>,
}

impl Administration {
    /// Administration of the ledger of these people.
    #[must_use]
    pub fn new(people: Arc<People>, capabilities: Capabilities) -> Self {
        let ledger = || Arc::clone(&people.ledger);
        let tokens = || Tokens { ledger: ledger() };
        Self {
            suspensions: Suspensions { ledger: ledger() },
            api_tokens: ApiTokens { ledger: ledger(), tokens: tokens(), leak_reports: LeakReports::default() },
            named_tokens: NamedTokens { ledger: ledger(), people: Arc::clone(&people) },
            tokens: tokens(),
            ledger: ledger(),
            people,
            capabilities,
        }
    }
}
