//! Clients: create, list, show, update, delete.

mod declared;
mod document;
mod keys;
mod secret;
mod tokens;
mod values;
mod write;

pub mod certificate;
pub mod redirect_uri;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use jeton_jose::{Algorithm, Secret};

use crate::{Administration, Caller};
use jeton_ledger::formats::reference;
use jeton_ledger::ledger::Attempts;
use jeton_model::Refusal;
use jeton_model::ids::{ClientKey, ServiceId};
use jeton_model::records::{Actor, Client, Event, EventKind, Settings, UnnamedAlg};
use jeton_model::refusals::{CONFLICT, INVALID, NOT_FOUND};
use jeton_model::store::{Listing, Page, Write};

pub use declared::keep_protections;
pub use document::{client_document, is_same_response_type, read_client, replace_members};
pub use keys::MAX_KEYS;
pub use values::{Writer, wrong_value};
pub use write::{WrittenClient, create_client, replace_client};

/// A client to write, with its secret.
#[derive(Clone)]
pub struct NewClient {
    /// The record; number and times are set by the ledger.
    pub client: Client,
    /// Its secret; none keeps the stored one.
    pub secret: Option<Secret>,
}

impl Administration {
    /// A random secret of 256 bits.
    ///
    /// # Errors
    /// When the random source fails.
    pub async fn new_secret(&self) -> Result<Secret, Refusal> {
        Ok(reference::mint_with("cs", self.ledger.new_number().await?, self.ledger.entropy())?)
    }

    /// A secret for a client that authenticates with one, or that gets MACs keyed by it.
    ///
    /// # Errors
    /// When the random source fails.
    pub async fn secret_for(&self, client: &Client) -> Result<Option<Secret>, Refusal> {
        if client.has_secret_use() { self.new_secret().await.map(Some) } else { Ok(None) }
    }

    /// A random client id.
    ///
    /// # Errors
    /// When the store or the random source fails.
    pub async fn new_client_id(&self) -> Result<String, Refusal> {
        self.ledger.secrets().jti(self.ledger.new_number().await?, self.ledger.entropy())
    }

    /// Creates a client, or, if `replace` is set, replaces the one with the same client id.
    ///
    /// # Errors
    /// [`CONFLICT`] when the client id is taken and `replace` is false; `AUTHORITY_EXCEEDED` when the client has more rights than
    /// the caller, before or after.
    pub async fn put_client(&self, caller: &Caller, new: NewClient, replace: bool) -> Result<Arc<Client>, Refusal> {
        self.put_client_with(caller, new, replace, |_, _| ()).await
    }

    /// The same; `amend` changes the record with regard to the stored one.
    async fn put_client_with(
        &self,
        caller: &Caller,
        new: NewClient,
        replace: bool,
        amend: impl Fn(&mut Client, &Client) + Send + Sync,
    ) -> Result<Arc<Client>, Refusal> {
        let mut attempts = Attempts::default();
        loop {
            let known = self.ledger.store().client_by_id(new.client.service, new.client.client_id.as_str()).await?;
            if known.is_some() && !replace {
                return Err(CONFLICT.with("client_id"));
            }
            let mut new = new.clone();
            if let Some(old) = &known {
                amend(&mut new.client, old);
                new.client.administered = old.self_registered;
            }
            if let Some(done) = attempts.unless_changed(self.put_client_over(caller, known, new).await) {
                return done;
            }
        }
    }

    /// Changes a client by applying `change` to its stored record; again when another request wrote the record meanwhile.
    ///
    /// # Errors
    /// [`NOT_FOUND`], `AUTHORITY_EXCEEDED`, and those of `change`.
    pub(crate) async fn change_client(
        &self,
        caller: &Caller,
        service: ServiceId,
        client_id: &str,
        change: impl Fn(Client) -> Result<NewClient, Refusal> + Send + Sync,
    ) -> Result<Arc<Client>, Refusal> {
        let mut attempts = Attempts::default();
        loop {
            let known = self.show_client(service, client_id).await?;
            let new = change(known.clone())?;
            if let Some(done) = attempts.unless_changed(self.put_client_over(caller, Some(known), new).await) {
                return done;
            }
        }
    }

    /// Writes a client in place of the record that was read.
    pub(crate) async fn put_client_over(
        &self,
        caller: &Caller,
        known: Option<Client>,
        new: NewClient,
    ) -> Result<Arc<Client>, Refusal> {
        known.as_ref().map_or(Ok(()), |old| caller.may_write_client(old))?;
        caller.may_write_client(&new.client)?;
        let client = self.complete_client(new, known.as_ref()).await?;
        if known.as_ref() != Some(&client) {
            let write = Write::Client(Box::new(client.clone()));
            self.write_client((caller.administers()?, EventKind::ClientPut), known, &client, vec![write]).await?;
        }
        Ok(Arc::new(client))
    }

    /// The record to write: with its number, its times and its secret's verifier, and with what is fixed at its creation. It
    /// equals `known` when nothing has changed.
    ///
    /// # Errors
    /// [`INVALID`] that names the member, or the store fails.
    pub async fn complete_client(&self, new: NewClient, known: Option<&Client>) -> Result<Client, Refusal> {
        let NewClient { mut client, secret } = new;
        let now = self.ledger.now();
        match known {
            Some(old) => {
                (client.key, client.created, client.tokens_from) = (old.key, old.created, old.tokens_from);
                (client.self_registered, client.registered_from) = (old.self_registered, old.registered_from.clone());
                (client.registered_by, client.from_document) = (old.registered_by, old.from_document);
                client.unnamed_id_token_alg = old.unnamed_id_token_alg;
                client.adopted |= old.adopted;
                client.administered |= old.administered;
                client.backend = client.backend.or_else(|| old.backend.clone());
                if client.operator_urls.is_empty() {
                    client.operator_urls.clone_from(&old.operator_urls);
                }
            }
            None => {
                // A client of a managed service may be given the number that is its client id.
                if client.backend.is_none() || client.key.get() == 0 {
                    client.key = ClientKey::new(self.ledger.new_number().await?);
                }
                client.created = now;
            }
        }
        // A URL in the place of one that the operator wrote is not the operator's.
        let mut operator_urls = std::mem::take(&mut client.operator_urls);
        operator_urls.retain(|url| declared::fetched_urls(&client.metadata).any(|used| used == url));
        client.operator_urls = operator_urls;
        self.keep_secret(&mut client, known, secret.as_ref())?;
        let answers = [userinfo_signing_alg(&client), introspection_signing_alg(&client)];
        let named = client.id_token_signed_response_alg.into_iter().chain(answers.into_iter().flatten());
        // The key of the service's own algorithm is made when something is signed first.
        let usual = self.ledger.entities().service(client.service).map(|service| service.settings.id_token_signing_alg);
        for alg in named.filter(|alg| !alg.is_symmetric() && Some(*alg) != usual) {
            self.ensure_key(client.service, alg).await?;
        }
        client.updated = known.map_or(now, |old| old.updated);
        if known != Some(&client) {
            client.updated = now;
        }
        Ok(client)
    }

    /// Deletes a client; its tokens are inactive from then on.
    ///
    /// # Errors
    /// [`NOT_FOUND`], `AUTHORITY_EXCEEDED`.
    pub async fn delete_client(&self, caller: &Caller, service: ServiceId, client_id: &str) -> Result<(), Refusal> {
        let mut attempts = Attempts::default();
        loop {
            let client = self.show_client(service, client_id).await?;
            caller.may_write_client(&client)?;
            let (what, write) = ((caller.administers()?, EventKind::ClientDeleted), Write::DeleteClient(client.key));
            let deleted = self.write_client(what, Some(client.clone()), &client, vec![write]).await;
            if let Some(done) = attempts.unless_changed(deleted) {
                return done;
            }
        }
    }

    /// Adopts a client from the person who registered it: from now on it does not depend on them, and keeps the limits of a
    /// client that a person registered.
    ///
    /// # Errors
    /// [`NOT_FOUND`], `AUTHORITY_EXCEEDED`, or [`INVALID`] for a client that no person registered.
    pub async fn adopt_client(
        &self,
        caller: &Caller,
        service: ServiceId,
        client_id: &str,
    ) -> Result<Arc<Client>, Refusal> {
        let adopted = |client: Client| match client.registered_by {
            Some(_) => Ok(NewClient { client: Client { adopted: true, ..client }, secret: None }),
            None => {
                let text = "no person registered the client: there is nobody to take it over from";
                Err(INVALID.with(text.to_owned()))
            }
        };
        self.change_client(caller, service, client_id, adopted).await
    }

    /// One client.
    ///
    /// # Errors
    /// [`NOT_FOUND`].
    pub async fn show_client(&self, service: ServiceId, client_id: &str) -> Result<Client, Refusal> {
        // No client can have such a name, and some databases fail on it.
        let is_name = !client_id.chars().any(char::is_control);
        let found = if is_name { self.ledger.store().client_by_id(service, client_id).await? } else { None };
        found.ok_or_else(|| NOT_FOUND.with("client"))
    }

    /// A page of clients.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn clients(&self, service: ServiceId, page: Page) -> Result<Listing<Client>, Refusal> {
        Ok(self.ledger.store().clients(service, page).await?)
    }

    /// Writes changes of a client together with their event, in place of the record that was read.
    ///
    /// # Errors
    /// `RECORD_CHANGED` when another request wrote it meanwhile; or when the store fails.
    pub async fn write_client(
        &self,
        (actor, kind): (Actor, EventKind),
        known: Option<Client>,
        client: &Client,
        mut writes: Vec<Write>,
    ) -> Result<(), Refusal> {
        let mut event = Event::new(kind, self.ledger.now(), Some(client.service), actor);
        event.client = Some(client.key);
        writes.push(Write::Event(Box::new(event)));
        self.ledger.put_over(known, writes).await
    }
}

/// The registered algorithm of signed user info.
pub fn userinfo_signing_alg(client: &Client) -> Option<Algorithm> {
    client.metadata.userinfo_signed_response_alg.as_deref().and_then(|name| name.parse().ok())
}

/// The registered algorithm of introspection responses as JWTs (RFC 9701 section 6). None: the client registered none that has a
/// public key.
#[must_use]
pub fn introspection_signing_alg(client: &Client) -> Option<Algorithm> {
    let registered = client.metadata.introspection_signed_response_alg.as_deref().and_then(|name| name.parse().ok());
    registered.filter(|alg: &Algorithm| !alg.is_symmetric())
}

/// The algorithm that signs what a client gets about a person's sign-in: ID tokens and logout tokens. A stored symmetric one
/// without the secret that keys it has no effect.
#[must_use]
pub fn id_token_signing_alg(client: &Client, settings: &Settings) -> Algorithm {
    let named = client.id_token_signed_response_alg;
    named.filter(|alg| !alg.is_symmetric() || client.sealed_secret.is_some()).unwrap_or(
        match client.unnamed_id_token_alg {
            UnnamedAlg::AccessTokens => settings.signing_alg,
            UnnamedAlg::IdTokens => settings.id_token_signing_alg,
        },
    )
}
