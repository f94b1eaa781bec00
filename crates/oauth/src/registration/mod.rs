//! Dynamic client registration: RFC 7591, OIDC Registration 1.0, and RFC 7592 to manage the record.
//!
//! Metadata is read by the same code as administrators' documents, after removing what registrants may not set. URLs
//! that a registrant names are fetched only through the guarded network port.

mod client_use;
mod indigo;
mod manage;
mod metadata;
mod quota;
mod rate_limits;
mod redirects;
pub mod refusals;
mod register;
mod registrant;
mod sector;
mod unused;

use std::sync::Arc;

use jeton_jose::Secret;

pub use client_use::{ClientUse, UseOfClients};
pub use manage::{delete, show, update, update_for};
pub use metadata::registered_document;
pub use register::{register, register_for};

pub use jeton_model::scope::REGISTER_SCOPE;

use jeton_model::records::Client;

/// A client as its registrant sees it.
#[derive(Debug)]
pub struct Registered {
    /// The record.
    pub client: Arc<Client>,
    /// Its secret, if it was just made: it cannot be shown again.
    pub secret: Option<Secret>,
    /// The registration access token.
    pub access: Secret,
}

/// This process's memory of registrations.
#[derive(Default)]
pub(crate) struct Registrations {
    /// Open registrations count and write one at a time, so that concurrent ones cannot exceed the quota together.
    turn: tokio::sync::Mutex<()>,
    rate_limits: rate_limits::RateLimits,
}
