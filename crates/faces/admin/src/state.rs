//! The state of every handler.

use std::sync::Arc;

use jeton_core::ids::ServiceId;
use jeton_core::{Administration, Robots};
use jeton_wire::OfService;

/// The ledger, and the issuer whose tokens administrators present.
#[derive(Clone)]
pub struct AdminState {
    /// The product.
    pub administration: Arc<Administration>,
    /// Robots.
    pub robots: Arc<Robots>,
    /// The service: used by requests that name none.
    pub service: ServiceId,
    /// Whether that is the default service. Its administrators rule all services; those of another one rule that one only.
    pub is_default: bool,
}

impl OfService for AdminState {
    fn of_service(self, service: ServiceId) -> Self {
        Self { service, is_default: false, ..self }
    }
}

/// A request extension that marks a request from the local socket, whose owner is the administrator.
///
/// Only the binary sets it, only on the router of that socket. It is a type inside the process: no client can send one.
#[derive(Clone, Copy, Debug)]
pub struct LocalOwner;
