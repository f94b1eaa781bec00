//! Services: create and update.

mod keys;
mod scope_policies;
mod scopes;

use std::sync::Arc;

use jeton_jose::Algorithm;

use crate::{Administration, Caller};
use jeton_ledger::ledger::Attempts;
use jeton_model::Refusal;
use jeton_model::ids::ServiceId;
use jeton_model::records::{Event, EventKind, Service, Settings};
use jeton_model::refusals::NOT_FOUND;
use jeton_model::store::Write;

pub use scopes::{SCOPE_NAME, is_scope_name, read_scope};

impl Administration {
    /// Creates or updates the service of an issuer, and makes sure that it can sign. `id`: its number; none takes a new one for a
    /// new service.
    ///
    /// # Errors
    /// `CONFLICT` when number or issuer belongs to another service.
    pub async fn put_service(
        &self,
        caller: &Caller,
        id: Option<ServiceId>,
        name: &str,
        issuer: &str,
        settings: Settings,
    ) -> Result<Arc<Service>, Refusal> {
        let mut attempts = Attempts::default();
        let service = loop {
            let put = self.put_service_once(caller, id, name, issuer, settings.clone()).await;
            if let Some(done) = attempts.unless_changed(put) {
                break done?;
            }
        };
        self.ensure_key(service.id, service.settings.signing_alg).await?;
        // OIDC Core section 15.1: a client may always request ID tokens signed with RS256.
        self.ensure_key(service.id, Algorithm::RS256).await?;
        self.ledger.entities().service(service.id).ok_or_else(|| NOT_FOUND.with("service"))
    }

    async fn put_service_once(
        &self,
        caller: &Caller,
        id: Option<ServiceId>,
        name: &str,
        issuer: &str,
        settings: Settings,
    ) -> Result<Service, Refusal> {
        // The cache may be behind another node, and only the store decides that there is nothing to do.
        self.ledger.entities().reload_services().await?;
        let known = match id {
            Some(id) => self.ledger.entities().service(id),
            None => self.ledger.entities().service_by_issuer(issuer),
        };
        let now = self.ledger.now();
        let service = match &known {
            Some(old) => Service { name: name.into(), issuer: issuer.into(), settings, ..Service::clone(old) },
            None => {
                let id = match id {
                    Some(id) => id,
                    None => ServiceId::new(self.ledger.new_number().await?),
                };
                Service { id, name: name.into(), issuer: issuer.into(), enabled: true, settings, created: now }
            }
        };
        if known.as_deref() != Some(&service) {
            self.write_service(caller, known.as_deref(), &service).await?;
        }
        Ok(service)
    }

    /// Enables or disables a service.
    ///
    /// # Errors
    /// [`NOT_FOUND`].
    pub async fn enable_service(&self, caller: &Caller, id: ServiceId, enabled: bool) -> Result<Arc<Service>, Refusal> {
        let mut attempts = Attempts::default();
        loop {
            self.ledger.entities().reload_services().await?;
            let old = self.ledger.entities().service(id).ok_or_else(|| NOT_FOUND.with("service"))?;
            let new = Service { enabled, ..Service::clone(&old) };
            if let Some(done) = attempts.unless_changed(self.write_service(caller, Some(&old), &new).await) {
                done?;
                break;
            }
        }
        self.ledger.entities().service(id).ok_or_else(|| NOT_FOUND.with("service"))
    }

    async fn write_service(&self, caller: &Caller, old: Option<&Service>, service: &Service) -> Result<(), Refusal> {
        let event = Event::new(EventKind::ServicePut, self.ledger.now(), Some(service.id), caller.administers()?);
        let writes = vec![Write::Service(Box::new(service.clone())), Write::Event(Box::new(event))];
        self.ledger.put_over(old.cloned(), writes).await
    }
}
