//! OAuth 2.0 and OpenID Connect on the ledger.

pub mod assertion;
pub mod attempts;
pub mod authorization;
pub mod claims;
pub mod client_alias;
pub mod client_auth;
pub mod client_documents;
pub mod device;
mod dialect;
pub mod exchange;
pub mod grants;
pub mod id_token;
mod id_token_rule;
pub mod introspection;
pub mod introspection_jwt;
pub mod logout;
pub mod own_id_token;
mod policies;
mod profile_rule;
pub mod profiles;
pub mod refusals;
pub mod registration;
pub mod revocation;
pub mod token_endpoint;
pub mod trusted_issuers;
pub mod trusted_keys;
pub mod userinfo;
pub mod withdrawn;

use std::sync::Arc;

pub use dialect::Dialect;
pub use id_token_rule::IdTokenRule;
pub use profile_rule::ProfileRule;

use crate::client_documents::Documents;
use crate::device::DeviceMemory;
use crate::introspection::Permissions;
use crate::logout::Queues;
use crate::registration::{ClientUse, Registrations};
use crate::token_endpoint::{GrantType, names_of};
use crate::trusted_keys::TrustedKeys;
use jeton_administration::Administration;
use jeton_ledger::Ledger;
use jeton_model::outbound::Outbound;
use jeton_model::records::DeclaredSingleUse;
use jeton_model::refusal::Kind;
use jeton_people::People;

/// The single-use kinds of OAuth and OpenID Connect.
pub const SINGLE_USE_KINDS: &[&[DeclaredSingleUse]] =
    &[authorization::SINGLE_USE_KINDS, device::SINGLE_USE_KINDS, logout::SINGLE_USE_KINDS];

/// The refusals that are declared in this crate, by file.
pub const REFUSALS: &[&[&Kind]] = &[
    refusals::KINDS,
    authorization::refusals::KINDS,
    client_auth::refusals::KINDS,
    client_documents::refusals::KINDS,
    device::refusals::KINDS,
    exchange::refusals::KINDS,
    grants::refusals::KINDS,
    registration::refusals::KINDS,
    token_endpoint::refusals::KINDS,
];

/// OAuth 2.0 and OpenID Connect on a ledger: grants, client authentication, authorization, introspection, registration, logout.
pub struct OAuth {
    /// The ledger.
    pub ledger: Arc<Ledger>,
    /// Sign-in.
    pub people: Arc<People>,
    /// Changes clients.
    pub administration: Arc<Administration>,
    /// Outgoing requests.
    pub outbound: Arc<dyn Outbound>,
    pub(crate) grants: Vec<&'static dyn GrantType>,
    pub(crate) permissions: Option<&'static dyn Permissions>,
    pub(crate) devices: DeviceMemory,
    pub(crate) documents: Documents,
    pub(crate) trusted_keys: TrustedKeys,
    pub(crate) registrations: Registrations,
    pub(crate) client_use: Arc<ClientUse>,
    pub(crate) queues: Queues,
}

/// What the wiring passes in.
pub struct Given {
    /// Outgoing requests.
    pub outbound: Arc<dyn Outbound>,
    /// Notified by the rule for the end of sessions.
    pub queues: Queues,
    /// Notified by the observer of mints.
    pub client_use: Arc<ClientUse>,
    /// Every grant that is served, including [`GRANTS`](crate::grants::GRANTS).
    pub grants: Vec<&'static dyn GrantType>,
    /// Reports what requesting party tokens permit; none: such tokens are not issued.
    pub permissions: Option<&'static dyn Permissions>,
}

impl OAuth {
    /// OAuth on a ledger.
    #[must_use]
    pub fn new(administration: Arc<Administration>, given: Given) -> Self {
        let Given { outbound, queues, client_use, grants, permissions } = given;
        Self {
            ledger: Arc::clone(&administration.ledger),
            people: Arc::clone(&administration.people),
            administration,
            outbound,
            grants,
            permissions,
            client_use,
            devices: DeviceMemory::default(),
            documents: Documents::default(),
            trusted_keys: TrustedKeys::default(),
            registrations: Registrations::default(),
            queues,
        }
    }

    /// A grant that is served, by its name or an alias.
    pub(crate) fn grant(&self, name: &str) -> Option<&'static dyn GrantType> {
        self.grants.iter().copied().find(|grant| grant.grant_type() == name || grant.aliases().contains(&name))
    }

    /// The names of every grant that is served, including aliases.
    pub fn grant_names(&self) -> impl Iterator<Item = &'static str> {
        self.grants.iter().copied().flat_map(names_of)
    }
}
