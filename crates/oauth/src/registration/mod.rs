//! Dynamic client registration: RFC 7591, OIDC Registration 1.0, and RFC 7592 to manage the record.
//!
//! Metadata is read by the same code as administrators' documents, after removing what registrants may not set. URLs
//! that a registrant names are fetched only through the guarded network port.

mod client_use;
mod described;
mod indigo;
mod manage;
mod metadata;
mod offered;
mod quota;
mod rate_limits;
mod redirects;
pub mod refusals;
mod register;
mod registrant;
mod relied_on;
mod sector;
mod unused;

use std::sync::Arc;

use jeton_jose::Secret;

pub use client_use::{ClientUse, UseOfClients};
pub(crate) use described::{describe, put_described};
pub use manage::{delete, show, update, update_for};
pub use metadata::registered_document;
pub use register::{register, register_for};

pub use jeton_model::scope::REGISTER_SCOPE;

use jeton_model::clock::Timestamp;
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
    /// When the client is removed if nobody uses it, and its secret with it; none: it stays.
    pub ends: Option<Timestamp>,
}

impl Registered {
    /// `client_secret_expires_at` (RFC 7591 section 3.2.1), in seconds since 1970, 0: never. Present where there is a secret to
    /// show, or an end that the registrant must know.
    #[must_use]
    pub fn secret_expires_at(&self) -> Option<i64> {
        let ends = self.ends.filter(|_| self.client.secret.is_some()).map(Timestamp::seconds);
        ends.or(self.secret.as_ref().map(|_| 0))
    }
}

/// This process's memory of registrations.
#[derive(Default)]
pub(crate) struct Registrations {
    /// Open registrations count and write one at a time, so that concurrent ones cannot exceed the quota together.
    turn: tokio::sync::Mutex<()>,
    rate_limits: rate_limits::RateLimits,
}
