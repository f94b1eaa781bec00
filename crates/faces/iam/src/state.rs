//! What every handler has.

use std::sync::Arc;

use jeton_core::Ledger;
use jeton_core::ids::ServiceId;

/// The ledger, and the issuer this router speaks for.
#[derive(Clone)]
pub struct IamState {
    /// The product.
    pub ledger: Arc<Ledger>,
    /// The issuer.
    pub service: ServiceId,
}
