//! Services: create and update.

mod keys;
mod scope_policies;
mod scopes;

use std::sync::Arc;

use crate::{Administration, Caller};
use jeton_ledger::ledger::Attempts;
use jeton_model::Refusal;
use jeton_model::ids::ServiceId;
use jeton_model::records::{Event, EventKind, Service, Settings};
use jeton_model::refusals::NOT_FOUND;
use jeton_model::store::{Record, Write};

pub use scopes::{SCOPE_NAME, is_scope_name, read_scope};

impl Administration {
    /// Creates or updates the service of an issuer. `id`: its number; none takes a new one for a new service. Its keys are made when
    /// they are first needed.
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
        loop {
            let put = self.put_service_once(caller, id, name, issuer, settings.clone()).await;
            if let Some(done) = attempts.unless_changed(put) {
                return done;
            }
        }
    }

    async fn put_service_once(
        &self,
        caller: &Caller,
        id: Option<ServiceId>,
        name: &str,
        issuer: &str,
        settings: Settings,
    ) -> Result<Arc<Service>, Refusal> {
        // The cache may be behind another node, and only the store decides that there is nothing to do.
        let known = match id {
            Some(id) => self.ledger.store().service(id).await?,
            None => self.ledger.store().services().await?.into_iter().find(|service| *service.issuer == *issuer),
        };
        let now = self.ledger.now();
        let service = match &known {
            Some(old) => Service { name: name.into(), issuer: issuer.into(), settings, ..old.clone() },
            None => {
                let id = match id {
                    Some(id) => id,
                    None => ServiceId::new(self.ledger.new_number().await?),
                };
                Service { id, name: name.into(), issuer: issuer.into(), enabled: true, settings, created: now }
            }
        };
        let read = known.into_iter().map(Record::from).collect();
        self.write_service(caller, read, service, Vec::new()).await
    }

    /// Enables or disables a service.
    ///
    /// # Errors
    /// [`NOT_FOUND`].
    pub async fn enable_service(&self, caller: &Caller, id: ServiceId, enabled: bool) -> Result<Arc<Service>, Refusal> {
        self.change_service(caller, id, |old| Service { enabled, ..old.clone() }).await
    }

    /// Replaces a service by what `change` makes of its stored record; again when another request wrote the record meanwhile.
    ///
    /// # Errors
    /// [`NOT_FOUND`]; `CONFLICT` when the issuer belongs to another service.
    pub async fn change_service(
        &self,
        caller: &Caller,
        id: ServiceId,
        change: impl Fn(&Service) -> Service + Send + Sync,
    ) -> Result<Arc<Service>, Refusal> {
        let mut attempts = Attempts::default();
        loop {
            let old = self.ledger.store().service(id).await?.filter(|service| !service.is_deleted());
            let old = old.ok_or_else(|| NOT_FOUND.with("service"))?;
            let new = change(&old);
            let put = self.write_service(caller, vec![old.into()], new, Vec::new()).await;
            if let Some(done) = attempts.unless_changed(put) {
                return done;
            }
        }
    }

    /// Writes a service with its event and these other writes, in one commit, in place of the records that were read; nothing when
    /// the service was read so and nothing else is to be written.
    ///
    /// # Errors
    /// `RECORD_CHANGED` when another request wrote one of the records meanwhile; `CONFLICT` when the issuer belongs to another
    /// service; or when the store fails.
    pub async fn write_service(
        &self,
        caller: &Caller,
        read: Vec<Record>,
        service: Service,
        others: Vec<Write>,
    ) -> Result<Arc<Service>, Refusal> {
        let is_known = read.iter().any(|record| matches!(record, Record::Service(known) if **known == service));
        let mut writes = others;
        if !is_known {
            writes.push(Write::Service(Box::new(service.clone())));
            writes.push(Write::Event(Box::new(self.service_put(caller, service.id)?)));
        }
        if writes.is_empty() {
            // This node may be behind another.
            self.ledger.entities().reload_service(service.id).await?;
        } else {
            self.ledger.put_over_all(read, writes).await?;
        }
        Ok(self.ledger.entities().service(service.id).unwrap_or_else(|| Arc::new(service)))
    }

    /// The event that a service was written.
    ///
    /// # Errors
    /// When the caller may not administer it.
    pub fn service_put(&self, caller: &Caller, service: ServiceId) -> Result<Event, Refusal> {
        Ok(Event::new(EventKind::ServicePut, self.ledger.now(), Some(service), caller.administers()?))
    }
}
