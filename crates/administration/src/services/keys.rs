//! Keys: list, rotate, retire.

use std::time::Duration;

use jeton_jose::{Algorithm, SigningKey};

use crate::{Administration, Caller};
use jeton_ledger::keys::{ForeignKeys, KeySummary, Schedule};
use jeton_ledger::ledger::LONGEST_LIFETIME;
use jeton_model::Refusal;
use jeton_model::ids::{KeyId, ServiceId};
use jeton_model::records::{Event, EventKind, Settings};
use jeton_model::refusals::NOT_FOUND;
use jeton_model::store::{Page, Write};

impl Administration {
    /// Makes sure that a service can sign with an algorithm.
    ///
    /// # Errors
    /// When the key cannot be made or the store fails.
    pub async fn ensure_key(&self, service: ServiceId, alg: Algorithm) -> Result<(), Refusal> {
        self.ledger.ensure_key(service, alg).await
    }

    /// Publishes a new key and schedules the change. `publish_ahead`: overrides the service's setting.
    ///
    /// # Errors
    /// `CONFLICT` when another node rotates at the same time.
    pub async fn rotate_key(
        &self,
        caller: &Caller,
        service: ServiceId,
        alg: Option<Algorithm>,
        publish_ahead: Option<Duration>,
    ) -> Result<Vec<KeySummary>, Refusal> {
        let known = self.ledger.entities().service(service).ok_or_else(|| NOT_FOUND.with("service"))?;
        // A key that was not needed yet is made now, so that something signs until the new one does.
        self.ledger.keys_to_publish(&known).await?;
        let settings = known.settings.clone();
        let schedule = Schedule {
            now: self.ledger.now(),
            publish_ahead: publish_ahead.unwrap_or(settings.key_publish_ahead),
            // A key must be published as long as the longest-lived token that it signed.
            grace: self.longest_lifetime(service, &settings).await?.max(settings.key_grace),
        };
        let id = KeyId::new(self.ledger.new_number().await?);
        self.ledger
            .keys()
            .rotate(&*self.ledger, service, alg.unwrap_or(settings.signing_alg), id, caller.administers()?, schedule)
            .await?;
        self.key_summaries(service).await
    }

    /// The longest lifetime of a signed token: the service's, or the longest of any client.
    async fn longest_lifetime(&self, service: ServiceId, settings: &Settings) -> Result<Duration, Refusal> {
        let mut longest = settings.access_token_lifetime.max(settings.id_token_lifetime);
        let mut page = Page::first(500);
        loop {
            let clients = self.ledger.store().clients(service, page).await?.items;
            let Some(last) = clients.last() else { return Ok(longest.min(LONGEST_LIFETIME)) };
            page.after = last.key.get();
            for client in &clients {
                longest = longest.max(client.access_token_lifetime.unwrap_or_default());
                longest = longest.max(client.id_token_lifetime.unwrap_or_default());
            }
        }
    }

    /// The writes that change the foreign keys of a service, with their event; none: nothing changes.
    ///
    /// # Errors
    /// When the caller may not administer the service, or the store fails.
    pub async fn foreign_keys(
        &self,
        caller: &Caller,
        (service, settings): (ServiceId, &Settings),
        new: Vec<SigningKey>,
        gone: Vec<KeyId>,
    ) -> Result<Vec<Write>, Refusal> {
        if new.is_empty() && gone.is_empty() {
            return Ok(Vec::new());
        }
        let now = self.ledger.now();
        let mut numbered = Vec::with_capacity(new.len());
        let (added, removed) = (new.len(), gone.len());
        for key in new {
            numbered.push((KeyId::new(self.ledger.new_number().await?), key));
        }
        let schedule = Schedule {
            now,
            publish_ahead: Duration::ZERO,
            grace: self.longest_lifetime(service, settings).await?.max(settings.key_grace),
        };
        let ring = self.ledger.keys().ring(service).await?;
        let change = ForeignKeys { new: numbered, gone };
        let mut writes = self.ledger.keys().foreign_writes(service, &ring, change, &schedule)?;
        let mut event = Event::new(EventKind::KeyChanged, now, Some(service), caller.administers()?);
        event.detail = Some(format!("taken over {added}, removed {removed}"));
        writes.push(Write::Event(Box::new(event)));
        Ok(writes)
    }

    /// Ends a key now.
    ///
    /// # Errors
    /// [`NOT_FOUND`], or `INVALID` when no other key can sign.
    pub async fn retire_key(&self, caller: &Caller, service: ServiceId, kid: &str) -> Result<Vec<KeySummary>, Refusal> {
        self.ledger.keys().retire(&*self.ledger, service, kid, caller.administers()?, self.ledger.now()).await?;
        self.key_summaries(service).await
    }

    /// All keys of a service. Those that it signs with unless told otherwise are made now if they were not needed yet.
    ///
    /// # Errors
    /// [`NOT_FOUND`]; or when a key cannot be made or the store fails.
    pub async fn key_summaries(&self, service: ServiceId) -> Result<Vec<KeySummary>, Refusal> {
        let known = self.ledger.entities().service(service).ok_or_else(|| NOT_FOUND.with("service"))?;
        self.ledger.keys_to_publish(&known).await?;
        self.ledger.keys().summaries(service, self.ledger.now()).await
    }
}
