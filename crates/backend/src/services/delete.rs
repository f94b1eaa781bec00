//! Deletes services: a deleted service is disabled for good, and its issuer is free for another.

use std::sync::Arc;

use jeton_model::Refusal;
use jeton_model::records::Service;

use crate::Backend;
use crate::access::{ApiCaller, Right, is_managed_here};
use crate::deleted::{deleted_issuer, is_deleted};

impl Backend {
    /// Deletes a service, in one commit: it issues nothing any more, all of its tokens are invalid, and its issuer is free.
    ///
    /// # Errors
    /// `API_RIGHT_MISSING`, `API_SERVICE_CONFIGURED`, or a fault.
    pub async fn delete_service(&self, caller: &ApiCaller, service: &Arc<Service>) -> Result<(), Refusal> {
        caller.needs(Right::DeleteService)?;
        is_managed_here(service)?;
        let administrator = caller.administrator(service.id);
        let deleted = |old: &Service| Service { enabled: false, issuer: deleted_issuer(old).into(), ..old.clone() };
        self.administration.change_service(&administrator, service.id, deleted).await.map(drop)
    }

    /// The services that this API administers and that were not deleted, by their numbers.
    #[must_use]
    pub fn services(&self) -> Vec<Arc<Service>> {
        let is_ours = |each: &Arc<Service>| !is_deleted(each) && is_managed_here(each).is_ok();
        let mut all: Vec<_> = self.ledger.entities().services().into_iter().filter(is_ours).collect();
        all.sort_by_key(|service| service.id);
        all
    }
}
