//! The active suspensions, in memory: inspection looks at them each time.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use tokio::sync::{Mutex, Notify};

use super::MOST;
use super::record::{ACTIVE, Suspension};
use crate::freshness::ReplicaFreshness;
use jeton_model::ids::ServiceId;
use jeton_model::records::{DocumentKind, Token};
use jeton_model::store::{Page, Store, StoreError};
use jeton_model::terms::Facts;

/// The active suspensions of each service that has some.
pub struct Active {
    store: Arc<dyn Store>,
    freshness: Arc<ReplicaFreshness>,
    known: ArcSwap<HashMap<ServiceId, Arc<[Suspension]>>>,
    /// Of which services what is known may be old: a write's effect was not read yet. The number tells one doubt from the next.
    unsure: std::sync::Mutex<HashMap<ServiceId, u64>>,
    /// Whether there are any.
    any_unsure: AtomicBool,
    reading: Mutex<()>,
    /// Rung when some are to be ended now.
    pub bell: Notify,
}

impl Active {
    /// Reads those of all services.
    pub(crate) async fn open(
        store: Arc<dyn Store>,
        freshness: Arc<ReplicaFreshness>,
        services: impl Iterator<Item = ServiceId>,
    ) -> Result<Self, StoreError> {
        let active = Self {
            store,
            freshness,
            known: ArcSwap::default(),
            unsure: std::sync::Mutex::default(),
            any_unsure: AtomicBool::new(false),
            reading: Mutex::default(),
            bell: Notify::new(),
        };
        for service in services {
            active.reload(service).await?;
        }
        Ok(active)
    }

    /// Those of a service, oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn all_of(&self, service: ServiceId) -> Result<Arc<[Suspension]>, StoreError> {
        Ok(self.of(service).await?.unwrap_or_default())
    }

    /// Whether one means this token, which is live otherwise.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn means(&self, token: &Token) -> Result<bool, StoreError> {
        let Some(some) = self.of(token.service).await? else { return Ok(false) };
        for suspension in some.iter().filter(|suspension| suspension.filter.fits_row(token)) {
            if !suspension.filter.asks_for_use() || self.used_as_said(suspension, token).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the token was last used when the filter says. A suspended one is not used, so the answer stays.
    async fn used_as_said(&self, suspension: &Suspension, token: &Token) -> Result<bool, StoreError> {
        let last_used = self.store.uses(&[token.id]).await?.first().map(|used| used.last);
        Ok(suspension.filter.means(token, &Facts { last_used, family_lives: true }))
    }

    /// Those of a service; none when there are none, which is how it is nearly always.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn of(&self, service: ServiceId) -> Result<Option<Arc<[Suspension]>>, StoreError> {
        if self.freshness.must_ask() {
            return Ok(Some(self.read(service).await?).filter(|some| !some.is_empty()));
        }
        // Whoever comes while it is being read waits for it: what is known is not answered from before.
        if self.any_unsure.load(Ordering::Acquire) && self.is_unsure(service) {
            self.read_again(service).await?;
        }
        Ok(self.known.load().get(&service).cloned())
    }

    /// Reads those of a service anew. One at a time: what was read last is what is kept.
    pub(crate) async fn reload(&self, service: ServiceId) -> Result<(), StoreError> {
        let _turn = self.reading.lock().await;
        self.read_in(service).await
    }

    /// Reads those of a service anew, unless somebody did meanwhile.
    async fn read_again(&self, service: ServiceId) -> Result<(), StoreError> {
        let _turn = self.reading.lock().await;
        if self.is_unsure(service) { self.read_in(service).await } else { Ok(()) }
    }

    /// Reads them; whoever calls has the turn.
    async fn read_in(&self, service: ServiceId) -> Result<(), StoreError> {
        let doubt = self.doubts().get(&service).copied();
        let some = self.read(service).await?;
        let mut known = HashMap::clone(&self.known.load());
        if some.is_empty() {
            known.remove(&service);
        } else {
            known.insert(service, some);
        }
        self.known.store(Arc::new(known));
        let mut unsure = self.doubts();
        // A doubt that came while it was read stays.
        if unsure.get(&service).copied() == doubt {
            unsure.remove(&service);
        }
        self.any_unsure.store(!unsure.is_empty(), Ordering::Release);
        Ok(())
    }

    /// What is known of a service may be old.
    pub(crate) fn doubt(&self, service: ServiceId) {
        let mut unsure = self.doubts();
        *unsure.entry(service).or_default() += 1;
        self.any_unsure.store(true, Ordering::Release);
    }

    fn is_unsure(&self, service: ServiceId) -> bool {
        self.doubts().contains_key(&service)
    }

    fn doubts(&self) -> MutexGuard<'_, HashMap<ServiceId, u64>> {
        self.unsure.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn read(&self, service: ServiceId) -> Result<Arc<[Suspension]>, StoreError> {
        let kind = DocumentKind::Suspension;
        let documents = self.store.documents(service, kind, Some(ACTIVE), Page::first(2 * MOST)).await?;
        // One that cannot be read may mean any token: until it can be, none of the service is good.
        let unreadable = || StoreError::Corrupt { what: "suspension" };
        documents.items.iter().map(|document| Suspension::of(document).ok_or_else(unreadable)).collect()
    }
}
