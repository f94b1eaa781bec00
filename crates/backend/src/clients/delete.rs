//! Deletes clients.

use std::sync::Arc;

use jeton_ledger::ledger::Attempts;
use jeton_model::Refusal;
use jeton_model::records::{Client, EventKind, Service};
use jeton_model::store::Write;

use crate::Backend;
use crate::access::ApiCaller;
use crate::refusals::RECORD_CLIENT_UNKNOWN;

impl Backend {
    /// Deletes a client: its tokens are invalid from then on, and its alias is free.
    ///
    /// # Errors
    /// [`RECORD_CLIENT_UNKNOWN`], `AUTHORITY_EXCEEDED`.
    pub async fn delete_client(&self, caller: &ApiCaller, client: &Client) -> Result<(), Refusal> {
        let caller = caller.administrator(client.service);
        let mut attempts = Attempts::default();
        loop {
            let known = self.ledger.store().client(client.key).await?.ok_or(RECORD_CLIENT_UNKNOWN)?;
            caller.may_write_client(&known)?;
            let mut writes = vec![Write::DeleteClient(known.key)];
            writes.extend(self.alias_writes(Some(&known), None).await?);
            let what = (caller.administers()?, EventKind::ClientDeleted);
            let deleted = self.administration.write_client(what, Some(known.clone()), &known, writes).await;
            if let Some(done) = attempts.unless_changed(deleted) {
                return done;
            }
        }
    }

    /// The client of a number in any service that a caller may see: an SDK deletes with the key pair of the owner, which names no
    /// service.
    ///
    /// # Errors
    /// [`RECORD_CLIENT_UNKNOWN`].
    pub async fn client_of_owner(&self, caller: &ApiCaller, identifier: &str) -> Result<Arc<Client>, Refusal> {
        let services: Vec<Arc<Service>> = match &caller.service {
            Some(service) => vec![Arc::clone(service)],
            None if caller.is_organization => self.services(),
            None => Vec::new(),
        };
        for service in services {
            match self.client_named(&service, identifier).await {
                Err(refusal) if refusal.is(&RECORD_CLIENT_UNKNOWN) => {}
                other => return other,
            }
        }
        Err(RECORD_CLIENT_UNKNOWN)
    }
}
