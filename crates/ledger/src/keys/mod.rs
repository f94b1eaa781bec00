//! Signing keys: encrypted in the store, published before they sign, rotated without a failing request.
//!
//! A key has four phases: from `published` on it is in the JWK Set; from `active` on it signs, if it is the newest active key of
//! its algorithm; once a newer key signs it only verifies; from `retired` on it is no longer published.
//!
//! A service has no keys until one is needed (`crates/ledger/src/ledger/signing.rs`).

mod foreign;
mod places;
mod ring;
mod rotation;
mod sealed;
mod sign;

pub use foreign::ForeignKeys;
pub use ring::{LoadedKey, Ring};
pub use rotation::KeySummary;
pub use rotation::{Commit, Schedule};
pub(crate) use sign::{Typ, no_key};

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jeton_jose::seal::SealKey;

use crate::by_service::ByService;
use crate::time_spent::Spent;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::ServiceId;
use jeton_model::records::KeyRecord;
use jeton_model::store::Store;

use places::Places;

/// How many services can have keys made at the same moment, at least mostly: those that share a turn wait for each other.
const TURNS: usize = 64;

/// How often the log is told that the clock is behind.
const TOLD_EVERY: Duration = Duration::from_secs(60);

/// The keys of the services that were asked for, parsed and ready to sign. They are read when they are first asked for, and again
/// after they changed.
pub struct Keyring {
    store: Arc<dyn Store>,
    seal: SealKey,
    rings: ByService<Arc<Ring>>,
    places: Places,
    /// Counts changes: what was read before one is not kept.
    epoch: Mutex<u64>,
    /// Of requests that find no key, one makes it.
    turns: Box<[tokio::sync::Mutex<()>]>,
    /// When the log was last told that the clock is behind, in milliseconds.
    told_of_clock: AtomicI64,
}

impl Keyring {
    pub(crate) fn new(store: Arc<dyn Store>, seal: &SealKey) -> Result<Self, Refusal> {
        Ok(Self {
            store,
            seal: seal.derive("jeton signing keys")?,
            rings: ByService::default(),
            places: Places::default(),
            epoch: Mutex::default(),
            turns: (0..TURNS).map(|_| tokio::sync::Mutex::default()).collect(),
            told_of_clock: AtomicI64::new(i64::MIN),
        })
    }

    /// The keys of one service; an empty ring if it has none yet.
    ///
    /// # Errors
    /// When the store fails, or the seal key does not open them.
    pub async fn ring(&self, service: ServiceId) -> Result<Arc<Ring>, Refusal> {
        match self.rings.get(service) {
            Some(ring) => Ok(ring),
            None => self.read(service).await,
        }
    }

    /// The keys of a service as the store has them now.
    pub(crate) async fn read(&self, service: ServiceId) -> Result<Arc<Ring>, Refusal> {
        let before = *self.epoch();
        let ring = Ring::load(self.store.keys(service).await?, &self.seal)?;
        let epoch = self.epoch();
        if *epoch == before {
            self.rings.put(service, Some(&ring));
        }
        Ok(ring)
    }

    /// The keys of a service changed: they are read again when they are next asked for.
    pub(crate) fn forget(&self, service: ServiceId) {
        let mut epoch = self.epoch();
        *epoch += 1;
        self.rings.put(service, None);
    }

    /// What expensive signatures took, and how long they waited for their place.
    pub(crate) fn spent(&self) -> (Spent, Spent) {
        self.places.spent()
    }

    /// The turn to make a key for a service.
    pub(crate) async fn turn(&self, service: ServiceId) -> Option<tokio::sync::MutexGuard<'_, ()>> {
        let place = usize::try_from(service.get() % TURNS as u64).ok()?;
        Some(self.turns.get(place)?.lock().await)
    }

    /// Says once a minute that the clock stands before the time when a key that signs was made.
    pub(crate) fn tell_of_clock(&self, key: &KeyRecord, now: Timestamp) {
        let (last, now) = (self.told_of_clock.load(Ordering::Relaxed), now.millis());
        let is_due = now.saturating_sub(last).unsigned_abs() >= TOLD_EVERY.as_millis().try_into().unwrap_or(u64::MAX);
        let takes_turn =
            || self.told_of_clock.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok();
        if is_due && takes_turn() {
            let behind = u64::try_from(key.active.millis().saturating_sub(now)).unwrap_or(0) / 1000;
            tracing::warn!(
                alg = key.alg,
                behind_seconds = behind,
                "the clock stands before the time when the signing key was made; it signs all the same: set the clock"
            );
        }
    }

    fn epoch(&self) -> MutexGuard<'_, u64> {
        self.epoch.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
