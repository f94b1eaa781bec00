//! Creates and replaces clients.

use std::sync::Arc;

use jeton_administration::{Caller, NewClient};
use jeton_jose::Secret;
use jeton_ledger::ledger::Attempts;
use jeton_model::Refusal;
use jeton_model::ids::ClientKey;
use jeton_model::records::{Client, Event, EventKind, Service};
use jeton_model::refusals::CONFLICT;
use jeton_model::store::{Record, Write};
use jeton_oauth::client_alias;

use super::ClientDocument;
use super::number::reserved;
use crate::Backend;
use crate::access::{ApiCaller, is_managed_here};
use crate::refusals::RECORD_CLIENT_UNKNOWN;

impl Backend {
    /// Creates a client with a new number and a new secret; a document of a client from elsewhere may bring its own.
    ///
    /// # Errors
    /// `INVALID` that names the member; [`CONFLICT`] when the client id or the alias is taken; `AUTHORITY_EXCEEDED`.
    pub async fn create_client(
        &self,
        caller: &ApiCaller,
        service: &Service,
        document: &ClientDocument,
    ) -> Result<(Arc<Client>, Secret), Refusal> {
        let chosen = document.client_id()?;
        if let Some(number) = chosen {
            self.is_free(service, number).await?;
        }
        let number = match chosen {
            Some(number) => number,
            None => self.new_client_number().await?,
        };
        let secret = match document.text("clientSecret")? {
            Some(text) => super::secret::checked(text)?,
            None => self.new_client_secret()?,
        };
        let mut client = self.read_document(service, document, &number.to_string(), None)?;
        if chosen.is_none() {
            client.key = ClientKey::new(number);
        }
        let administrator = caller.administrator(service.id);
        let client = self.put_managed(&administrator, None, client, Some(secret.clone())).await?;
        Ok((client, secret))
    }

    /// Replaces the document of a client. Members that are absent get the value that a new client would have. Its ids, its secret,
    /// its times, whether it is locked and which scopes it may request stay.
    ///
    /// # Errors
    /// As [`Self::create_client`]; [`RECORD_CLIENT_UNKNOWN`].
    pub async fn update_client(
        &self,
        caller: &ApiCaller,
        service: &Service,
        client: &Client,
        document: &ClientDocument,
    ) -> Result<Arc<Client>, Refusal> {
        self.change_managed(&caller.administrator(service.id), client, |old| {
            let client = self.read_document(service, document, old.client_id.as_str(), Some(old))?;
            // What is demanded of a client that registered itself, it cannot take off again (`keep_protections`).
            Ok((Client { administered: old.self_registered, ..client }, None))
        })
        .await
    }

    /// Changes the stored record of a client; again when another request wrote it meanwhile.
    ///
    /// # Errors
    /// [`RECORD_CLIENT_UNKNOWN`], `AUTHORITY_EXCEEDED`, and those of `change`.
    pub(super) async fn change_managed(
        &self,
        caller: &Caller,
        client: &Client,
        change: impl Fn(&Client) -> Result<(Client, Option<Secret>), Refusal> + Send + Sync,
    ) -> Result<Arc<Client>, Refusal> {
        let mut attempts = Attempts::default();
        loop {
            let known = self.ledger.store().client(client.key).await?.ok_or(RECORD_CLIENT_UNKNOWN)?;
            let (new, secret) = change(&known)?;
            if let Some(done) = attempts.unless_changed(self.put_managed(caller, Some(known), new, secret).await) {
                return done;
            }
        }
    }

    pub(super) async fn put_managed(
        &self,
        caller: &Caller,
        known: Option<Client>,
        client: Client,
        secret: Option<Secret>,
    ) -> Result<Arc<Client>, Refusal> {
        known.as_ref().map_or(Ok(()), |old| self.may_change(caller, old))?;
        caller.may_write_client(&client)?;
        let client = self.administration.complete_client(NewClient { client, secret }, known.as_ref()).await?;
        if known.as_ref() != Some(&client) {
            let mut writes = vec![Write::Client(Box::new(client.clone()))];
            writes.extend(self.alias_writes(known.as_ref(), Some(&client)).await?);
            if known.is_none() {
                writes.extend(reserved(&client, self.ledger.now()));
            }
            let what = (caller.administers()?, EventKind::ClientPut);
            let takes_alias = takes_alias(known.as_ref(), &client);
            let written = self.administration.write_client(what, known, &client, writes).await;
            written.map_err(|refusal| match refusal.is(&CONFLICT) {
                // Another request took the name since it was found free.
                true => CONFLICT.with(if takes_alias { "clientIdAlias" } else { "clientId" }),
                false => refusal,
            })?;
        }
        Ok(Arc::new(client))
    }

    /// A chosen client id must name no other client: neither of this service, by its id or by its alias, nor of another.
    async fn is_free(&self, service: &Service, number: u64) -> Result<(), Refusal> {
        let named = self.ledger.entities().client_by_id(service.id, &number.to_string()).await?;
        let aliased = client_alias::with_alias(&self.ledger, service.id, &number.to_string()).await?;
        if named.or(aliased).is_some() {
            return Err(CONFLICT.with("clientId"));
        }
        self.release_number(number).await
    }

    /// Checks that a caller may change a client. Those of the default service that were not made here are the administrators' of
    /// this server.
    ///
    /// # Errors
    /// `AUTHORITY_EXCEEDED`, `API_SERVICE_CONFIGURED`.
    pub(super) fn may_change(&self, caller: &Caller, client: &Client) -> Result<(), Refusal> {
        if client.backend.is_none() {
            let service = self.ledger.entities().service(client.service);
            service.map_or(Ok(()), |service| is_managed_here(&service))?;
        }
        caller.may_write_client(client)
    }

    /// What gives the clients of a service the scopes that it has now, for a commit that writes the service too.
    ///
    /// # Errors
    /// `AUTHORITY_EXCEEDED`; or when the store fails.
    pub(crate) async fn with_new_scopes(&self, caller: &Caller, service: &Service) -> Result<ClientChanges, Refusal> {
        let (mut all, now) = (ClientChanges::default(), self.ledger.now());
        let mut page = jeton_model::store::Page::first(STEP);
        loop {
            let clients = self.administration.clients(service.id, page).await?.items;
            page.after = clients.last().map_or(page.after, |last| last.key.get());
            let is_last = clients.len() < STEP as usize;
            for old in clients.into_iter().filter(|client| client.backend.is_some()) {
                let new = Client { updated: now, ..with_scopes(service, &old) };
                if (&new.scope, &new.default_scope) == (&old.scope, &old.default_scope) {
                    continue;
                }
                caller.may_write_client(&old)?;
                caller.may_write_client(&new)?;
                let mut event = Event::new(EventKind::ClientPut, now, Some(service.id), caller.administers()?);
                event.client = Some(new.key);
                all.read.push(old.into());
                all.writes.extend([Write::Client(Box::new(new)), Write::Event(Box::new(event))]);
            }
            if is_last {
                return Ok(all);
            }
        }
    }
}

fn takes_alias(old: Option<&Client>, new: &Client) -> bool {
    let alias = |client: &Client| client.backend.as_ref().and_then(|own| own.alias.clone());
    alias(new).is_some() && old.and_then(alias) != alias(new)
}

/// Clients to be written in a commit: as they were read, and how they will be.
#[derive(Default)]
pub(crate) struct ClientChanges {
    pub(crate) read: Vec<Record>,
    pub(crate) writes: Vec<Write>,
}

/// How many clients are read at once.
const STEP: u32 = 500;

/// A client with the scopes that it may have now.
pub(super) fn with_scopes(service: &Service, client: &Client) -> Client {
    let mut client = client.clone();
    if let Some(own) = client.backend.as_deref() {
        let (scope, usual) = super::scope::of_client(service, own);
        (client.scope, client.default_scope) = (scope, usual);
    }
    client
}
