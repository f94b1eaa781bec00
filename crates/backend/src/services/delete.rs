//! Deletes services: a deleted service is disabled for good, and its issuer is free for another.

use std::sync::Arc;

use jeton_model::Refusal;
use jeton_model::records::Service;

use crate::Backend;
use crate::access::{ApiCaller, Right, is_managed_here};
use crate::refusals::API_SERVICE_CONFIGURED;

impl Backend {
    /// Deletes a service, in one commit: it issues nothing any more, all of its tokens are invalid, and its issuer is free.
    ///
    /// # Errors
    /// `API_RIGHT_MISSING`, `API_SERVICE_CONFIGURED`, or a fault.
    pub async fn delete_service(&self, caller: &ApiCaller, service: &Arc<Service>) -> Result<(), Refusal> {
        caller.needs(Right::DeleteService)?;
        is_managed_here(service)?;
        // The next start would read it in the file again.
        if self.credentials.declare(service.id) {
            return Err(API_SERVICE_CONFIGURED);
        }
        let administrator = caller.administrator(service.id);
        self.administration.change_service(&administrator, service.id, Service::deleted).await.map(drop)
    }

    /// The services that this API administers and that were not deleted, by their numbers.
    #[must_use]
    pub fn services(&self) -> Vec<Arc<Service>> {
        let is_ours = |each: &Arc<Service>| !each.is_deleted() && is_managed_here(each).is_ok();
        let mut all: Vec<_> = self.ledger.entities().services().into_iter().filter(is_ours).collect();
        all.sort_by_key(|service| service.id);
        all
    }
}
