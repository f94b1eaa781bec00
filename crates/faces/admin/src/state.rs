//! What every handler has.

use std::sync::Arc;

use jeton_core::Administration;
use jeton_core::ids::ServiceId;

/// The ledger, and the issuer whose tokens administrators present.
#[derive(Clone)]
pub struct AdminState {
    /// The product.
    pub administration: Arc<Administration>,
    /// The default service: the one a request means that names none.
    pub service: ServiceId,
}

/// A request extension that says: this request came through the local socket, whose owner is the administrator.
///
/// Only the binary sets it, on the router of that socket and nowhere else. It is a type of the process: nothing that a
/// client sends can become one.
#[derive(Clone, Copy, Debug)]
pub struct LocalOwner;
