//! Making, rotating and retiring keys.

use std::time::Duration;

use futures::future::BoxFuture;
use jeton_jose::{Algorithm, SigningKey};
use serde::Serialize;

use super::Keyring;
use super::sealed::associated;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{KeyId, ServiceId};
use jeton_model::records::{Actor, Event, EventKind, KeyRecord, KeyUse};
use jeton_model::refusals::{CONFLICT, FAULT, INVALID, NOT_FOUND};
use jeton_model::store::{Command, Outcome, Write};

/// A key as administrators see it. Times in milliseconds since 1970.
#[derive(Clone, Debug, Serialize)]
pub struct KeySummary {
    /// `kid`.
    pub kid: String,
    /// Number.
    pub id: KeyId,
    /// JWA name.
    pub alg: String,
    /// `next` (published, not yet signing), `active`, `verifying` (replaced, still published) or `retired`.
    pub state: &'static str,
    /// Published from.
    pub published: Timestamp,
    /// Signs from.
    pub active: Timestamp,
    /// Not published from.
    pub retired: Option<Timestamp>,
}

/// Writes the records of keys.
pub trait Commit: Send + Sync {
    /// Applies a command and updates the caches of this process.
    ///
    /// # Errors
    /// When the store fails; then it is unknown whether something was written.
    fn commit(&self, command: Command) -> BoxFuture<'_, Result<Outcome, Refusal>>;
}

/// When a new key starts and the previous one ends.
pub struct Schedule {
    /// The moment of the change.
    pub now: Timestamp,
    /// How long a key is published before it signs.
    pub publish_ahead: Duration,
    /// How long a key stays published after its last signature.
    pub grace: Duration,
}

impl Keyring {
    /// Makes sure that a service can sign with `alg`: two nodes that start at the same time agree on one key.
    ///
    /// # Errors
    /// When the store fails, or no key can be made.
    pub async fn ensure(
        &self,
        store: &dyn Commit,
        service: ServiceId,
        alg: Algorithm,
        id: KeyId,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        // Of the requests of this process that miss it, one makes it.
        let _turn = self.turn(service).await;
        if self.read(service).await?.signer(alg, now).is_some() {
            return Ok(());
        }
        let record = self.generate(service, alg, id, 1, (now, now)).await?;
        write(store, vec![record], now, Actor::System, "first")
            .await
            .or_else(|refusal| if refusal.is(&CONFLICT) { Ok(()) } else { Err(refusal) })?;
        self.read(service).await.map(drop)
    }

    /// Publishes a new key now, which signs after `publish_ahead`; the previous ones stay published for the grace period after
    /// that.
    ///
    /// # Errors
    /// When the store fails, or no key can be made.
    pub async fn rotate(
        &self,
        store: &dyn Commit,
        service: ServiceId,
        alg: Algorithm,
        id: KeyId,
        actor: Actor,
        schedule: Schedule,
    ) -> Result<(), Refusal> {
        let ring = self.read(service).await?;
        let Schedule { now, publish_ahead, grace } = schedule;
        let active = now + publish_ahead;
        let mut writes = Vec::new();
        let mut generation = 0;
        for old in ring.all().iter().filter(|k| k.key.alg() == alg) {
            generation = generation.max(old.record.generation);
            if old.record.retired.is_none() {
                writes.push(KeyRecord { retired: Some(active + grace), ..old.record.clone() });
            }
        }
        writes.push(self.generate(service, alg, id, generation + 1, (now, active)).await?);
        write(store, writes, now, actor, "rotated").await
    }

    /// Ends a key now: tokens that it signed no longer verify offline.
    ///
    /// # Errors
    /// [`NOT_FOUND`], or when the store fails.
    pub async fn retire(
        &self,
        store: &dyn Commit,
        service: ServiceId,
        kid: &str,
        actor: Actor,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let record = {
            let ring = self.read(service).await?;
            let key = ring.all().iter().find(|k| k.key.kid() == kid).ok_or_else(|| NOT_FOUND.with("key"))?;
            let alg = key.key.alg();
            let another = ring.all().iter().any(|k| {
                k.record.id != key.record.id
                    && k.key.alg() == alg
                    && k.record.active <= now
                    && k.record.retired.is_none_or(|at| now < at)
            });
            if !another {
                return Err(INVALID.with("this is the only key that signs: rotate first"));
            }
            KeyRecord { retired: Some(now), ..key.record.clone() }
        };
        write(store, vec![record], now, actor, "retired").await
    }

    /// All keys of a service.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn summaries(&self, service: ServiceId, now: Timestamp) -> Result<Vec<KeySummary>, Refusal> {
        let ring = self.ring(service).await?;
        let all = ring.all().iter().map(|k| {
            let r = &k.record;
            let state = if r.retired.is_some_and(|at| at <= now) {
                "retired"
            } else if ring.signer(k.key.alg(), now).is_some_and(|s| s.record.id == r.id) {
                "active"
            } else if r.active > now {
                "next"
            } else {
                "verifying"
            };
            KeySummary {
                kid: k.key.kid().to_owned(),
                id: r.id,
                alg: r.alg.clone(),
                state,
                published: r.published,
                active: r.active,
                retired: r.retired,
            }
        });
        Ok(all.collect())
    }

    async fn generate(
        &self,
        service: ServiceId,
        alg: Algorithm,
        id: KeyId,
        generation: i64,
        (published, active): (Timestamp, Timestamp),
    ) -> Result<KeyRecord, Refusal> {
        let made = tokio::task::spawn_blocking(move || -> Result<_, jeton_jose::KeyError> {
            let key = SigningKey::generate(alg)?;
            Ok((key.kid().to_owned(), key.private_bytes()?))
        });
        let (kid, bytes) = made.await.map_err(|e| FAULT.because(e))??;
        // Parse it again under its name before anyone uses it.
        SigningKey::from_private_bytes(alg, Some(&kid), &bytes)?;
        Ok(KeyRecord {
            id,
            kid: Some(kid.into()),
            service,
            alg: alg.as_str().to_owned(),
            generation,
            usage: KeyUse::Signature,
            sealed: self.seal.seal(&associated(id), &bytes)?,
            published,
            active,
            retired: None,
        })
    }
}

/// Writes keys and reads the ring again.
async fn write(
    store: &dyn Commit,
    records: Vec<KeyRecord>,
    now: Timestamp,
    actor: Actor,
    what: &str,
) -> Result<(), Refusal> {
    let mut writes = Vec::with_capacity(records.len() + 1);
    let service = records.first().map(|r| r.service);
    for record in records {
        writes.push(Write::Key(Box::new(record)));
    }
    let mut event = Event::new(EventKind::KeyChanged, now, service, actor);
    event.detail = Some(what.to_owned());
    writes.push(Write::Event(Box::new(event)));
    match store.commit(Command::of(writes)).await? {
        Outcome::Done { .. } => Ok(()),
        Outcome::Lost(_) => Err(CONFLICT.with("key generation")),
    }
}
