//! The state of every handler.

use std::sync::Arc;

use jeton_core::ids::ServiceId;
use jeton_core::{Administration, Robots};

/// The ledger, and the issuer whose tokens administrators present.
#[derive(Clone)]
pub struct AdminState {
    /// The product.
    pub administration: Arc<Administration>,
    /// Robots.
    pub robots: Arc<Robots>,
    /// The default service: used by requests that name none.
    pub service: ServiceId,
}

/// A request extension that marks a request from the local socket, whose owner is the administrator.
///
/// Only the binary sets it, only on the router of that socket. It is a type inside the process: no client can send one.
#[derive(Clone, Copy, Debug)]
pub struct LocalOwner;
