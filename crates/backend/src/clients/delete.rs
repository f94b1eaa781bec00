//! Deletes clients.

use std::sync::Arc;

use jeton_ledger::ledger::Attempts;
use jeton_model::Refusal;
use jeton_model::records::{Client, EventKind};
use jeton_model::store::Write;

use super::number::released;
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
            self.may_change(&caller, &known)?;
            let mut writes = vec![Write::DeleteClient(known.key)];
            writes.extend(released(&known));
            writes.extend(self.alias_writes(Some(&known), None).await?);
            let what = (caller.administers()?, EventKind::ClientDeleted);
            let deleted = self.administration.write_client(what, Some(known.clone()), &known, writes).await;
            if let Some(done) = attempts.unless_changed(deleted) {
                return done;
            }
        }
    }

    /// The client that an identifier names in the service of the call; for the organization, which names none, the client of any
    /// service that has this number: an SDK deletes with the key pair of the owner.
    ///
    /// # Errors
    /// [`RECORD_CLIENT_UNKNOWN`].
    pub async fn client_of_owner(&self, caller: &ApiCaller, identifier: &str) -> Result<Arc<Client>, Refusal> {
        if let Some(service) = &caller.service {
            return self.client_named(service, identifier).await;
        }
        if let (true, Ok(number)) = (caller.is_organization, identifier.parse())
            && let Some(client) = self.client_numbered(number).await?
        {
            return Ok(client);
        }
        Err(RECORD_CLIENT_UNKNOWN)
    }
}
