//! The state of every handler.

use std::sync::Arc;

use jeton_core::Administration;
use jeton_core::ids::ServiceId;
use jeton_core::prodmanager::TokenApi;

/// The ledger, and the issuer of this router.
#[derive(Clone)]
pub struct ApiTokensState {
    /// The product.
    pub administration: Arc<Administration>,
    /// The issuer.
    pub service: ServiceId,
    /// Secret, names and limits of these tokens.
    pub token_api: Arc<TokenApi>,
}
