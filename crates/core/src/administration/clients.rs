//! Clients: create, list, show, update, delete.

use std::sync::Arc;

use jeton_jose::Secret;

use super::AdminCaller;
use crate::Ledger;
use crate::formats::reference;
use crate::ids::{ClientKey, ServiceId};
use crate::model::{Client, Event, EventKind, SecretVerifier};
use crate::refusal::Refusal;
use crate::store::{Listing, Page, Write};

/// A client to be written, with the secret it shall prove.
pub struct NewClient {
    /// The record; number and times are set by the ledger.
    pub client: Client,
    /// Its secret; none keeps what is there.
    pub secret: Option<Secret>,
}

impl Ledger {
    /// A secret that nobody chose: 256 bits.
    ///
    /// # Errors
    /// When the random source fails.
    pub async fn new_secret(&self) -> Result<Secret, Refusal> {
        Ok(reference::mint_with("cs", self.new_number().await?, self.entropy())?)
    }

    /// Creates a client, or replaces the one of the same wire name when `replace` says so.
    ///
    /// # Errors
    /// [`Refusal::Conflict`] when the name is taken and `replace` is false.
    pub async fn put_client(
        &self,
        caller: &AdminCaller,
        new: NewClient,
        replace: bool,
    ) -> Result<Arc<Client>, Refusal> {
        let NewClient { mut client, secret } = new;
        let known = self.store().client_by_id(client.service, client.client_id.as_str()).await?;
        let now = self.now();
        match &known {
            Some(_) if !replace => return Err(Refusal::Conflict("client_id")),
            Some(old) => {
                (client.key, client.created, client.tokens_from) = (old.key, old.created, old.tokens_from);
                client.secret = client.secret.or(old.secret);
            }
            None => {
                client.key = ClientKey::new(self.new_number().await?);
                client.created = now;
            }
        }
        if let Some(secret) = secret {
            client.secret = Some(SecretVerifier::of(self.pepper(), &client.client_id, secret.expose()));
        }
        if let Some(alg) = client.id_token_signed_response_alg {
            self.ensure_key(client.service, alg).await?;
        }
        client.updated = known.as_ref().map_or(now, |old| old.updated);
        if known.as_ref() == Some(&client) {
            return Ok(Arc::new(client));
        }
        client.updated = now;
        self.write_client(
            caller,
            EventKind::ClientPut,
            client.key,
            client.service,
            Write::Client(Box::new(client.clone())),
        )
        .await?;
        Ok(Arc::new(client))
    }

    /// Deletes a client; its tokens are dead from then on.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub async fn delete_client(
        &self,
        caller: &AdminCaller,
        service: ServiceId,
        client_id: &str,
    ) -> Result<(), Refusal> {
        let client = self.show_client(service, client_id).await?;
        self.write_client(caller, EventKind::ClientDeleted, client.key, service, Write::DeleteClient(client.key)).await
    }

    /// One client.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub async fn show_client(&self, service: ServiceId, client_id: &str) -> Result<Client, Refusal> {
        self.store().client_by_id(service, client_id).await?.ok_or(Refusal::NotFound("client"))
    }

    /// A page of clients.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn clients(&self, service: ServiceId, page: Page) -> Result<Listing<Client>, Refusal> {
        Ok(self.store().clients(service, page).await?)
    }

    async fn write_client(
        &self,
        caller: &AdminCaller,
        kind: EventKind,
        key: ClientKey,
        service: ServiceId,
        write: Write,
    ) -> Result<(), Refusal> {
        let mut event = Event::new(kind, self.now(), Some(service), caller.actor());
        event.client = Some(key);
        let writes = vec![write, Write::Event(Box::new(event))];
        self.applied_then(writes, move |memory| memory.directory.client_changed(key)).await.map(drop)
    }
}
