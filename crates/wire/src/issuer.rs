//! The state that every handler has.

use std::sync::Arc;

use jeton_core::OAuth;
use jeton_core::ids::ServiceId;
use jeton_core::model::Service;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::SERVICE_DISABLED;

use crate::OfService;

/// The product, and the issuer that a router serves.
#[derive(Clone)]
pub struct Issuer {
    /// The product.
    pub oauth: Arc<OAuth>,
    /// The issuer.
    pub service: ServiceId,
}

impl OfService for Issuer {
    fn of_service(self, service: ServiceId) -> Self {
        Self { service, ..self }
    }
}

impl Issuer {
    /// The issuer's current record.
    ///
    /// # Errors
    /// [`SERVICE_DISABLED`] when there is none or it is disabled.
    pub fn service(&self) -> Result<Arc<Service>, Refusal> {
        self.oauth.ledger.entities().service(self.service).filter(|s| s.enabled).ok_or(SERVICE_DISABLED)
    }
}
