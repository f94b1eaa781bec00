//! What every handler has.

use std::sync::Arc;

use jeton_core::OAuth;
use jeton_core::ids::ServiceId;
use jeton_core::model::Service;
use jeton_core::refusal::Refusal;

/// The ledger and the issuer this router speaks for.
#[derive(Clone)]
pub struct OauthState {
    /// The product.
    pub oauth: Arc<OAuth>,
    /// The issuer.
    pub service: ServiceId,
}

impl OauthState {
    /// The issuer's record as it is now.
    pub(crate) fn service(&self) -> Result<Arc<Service>, Refusal> {
        self.oauth.ledger.directory().service(self.service).filter(|s| s.enabled).ok_or(Refusal::ServiceDisabled)
    }
}
