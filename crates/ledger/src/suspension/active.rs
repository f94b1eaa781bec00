//! The active suspensions, in memory: every inspection reads them.

use std::collections::{BTreeSet, HashMap};
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

/// How many are read at once.
const STEP: u32 = 1_000;

/// The active suspensions of each service that has any.
pub struct Active {
    store: Arc<dyn Store>,
    freshness: Arc<ReplicaFreshness>,
    known: ArcSwap<HashMap<ServiceId, Arc<[Suspension]>>>,
    /// Services whose suspensions may be out of date: the effect of a write was not read yet. The number counts the marks.
    stale: std::sync::Mutex<HashMap<ServiceId, u64>>,
    /// Whether there are any such services.
    any_stale: AtomicBool,
    reading: Mutex<()>,
    /// Notified when some are to be ended now.
    pub bell: Notify,
}

impl Active {
    /// Reads the suspensions of all services.
    pub(crate) async fn open(store: Arc<dyn Store>, freshness: Arc<ReplicaFreshness>) -> Result<Self, StoreError> {
        let active = Self {
            store,
            freshness,
            known: ArcSwap::default(),
            stale: std::sync::Mutex::default(),
            any_stale: AtomicBool::new(false),
            reading: Mutex::default(),
            bell: Notify::new(),
        };
        for service in active.services().await? {
            active.reload(service).await?;
        }
        Ok(active)
    }

    /// The services that have active suspensions, by number.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn services(&self) -> Result<BTreeSet<ServiceId>, StoreError> {
        let (mut found, mut after) = (BTreeSet::new(), 0);
        loop {
            let page = self.store.documents_of_all(DocumentKind::Suspension, Some(ACTIVE), after, STEP).await?;
            found.extend(page.iter().map(|document| document.service));
            match page.last() {
                Some(last) if page.len() == STEP as usize => after = last.id.get(),
                _ => return Ok(found),
            }
        }
    }

    /// The suspensions of a service, oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn all_of(&self, service: ServiceId) -> Result<Arc<[Suspension]>, StoreError> {
        Ok(self.of(service).await?.unwrap_or_default())
    }

    /// Whether a suspension covers this token, which is otherwise valid.
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

    /// Whether the token's last use matches the filter. A suspended token is not used, so the answer does not change.
    async fn used_as_said(&self, suspension: &Suspension, token: &Token) -> Result<bool, StoreError> {
        let last_used = self.store.uses(&[token.id]).await?.first().map(|used| used.last);
        Ok(suspension.filter.means(token, &Facts { last_used, family_lives: true }))
    }

    /// The suspensions of a service; none when there are none, which is nearly always so.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn of(&self, service: ServiceId) -> Result<Option<Arc<[Suspension]>>, StoreError> {
        if self.freshness.must_ask() {
            return Ok(Some(self.read(service).await?).filter(|some| !some.is_empty()));
        }
        // While they are being read, requests wait: the old version is not used.
        if self.any_stale.load(Ordering::Acquire) && self.is_stale(service) {
            self.read_again(service).await?;
        }
        Ok(self.known.load().get(&service).cloned())
    }

    /// Reads the suspensions of a service again. One call at a time, so that the result of the latest read is kept.
    pub(crate) async fn reload(&self, service: ServiceId) -> Result<(), StoreError> {
        let _turn = self.reading.lock().await;
        self.read_in(service).await
    }

    /// Reads the suspensions of a service again, unless another request did so meanwhile.
    async fn read_again(&self, service: ServiceId) -> Result<(), StoreError> {
        let _turn = self.reading.lock().await;
        if self.is_stale(service) { self.read_in(service).await } else { Ok(()) }
    }

    /// Reads them; the caller holds the lock.
    async fn read_in(&self, service: ServiceId) -> Result<(), StoreError> {
        let before = self.stale().get(&service).copied();
        let some = self.read(service).await?;
        let mut known = HashMap::clone(&self.known.load());
        if some.is_empty() {
            known.remove(&service);
        } else {
            known.insert(service, some);
        }
        self.known.store(Arc::new(known));
        let mut stale = self.stale();
        // What was marked stale during the read stays so.
        if stale.get(&service).copied() == before {
            stale.remove(&service);
        }
        self.any_stale.store(!stale.is_empty(), Ordering::Release);
        Ok(())
    }

    /// Records that the suspensions of a service may be out of date.
    pub(crate) fn mark_stale(&self, service: ServiceId) {
        let mut stale = self.stale();
        *stale.entry(service).or_default() += 1;
        self.any_stale.store(true, Ordering::Release);
    }

    fn is_stale(&self, service: ServiceId) -> bool {
        self.stale().contains_key(&service)
    }

    fn stale(&self) -> MutexGuard<'_, HashMap<ServiceId, u64>> {
        self.stale.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn read(&self, service: ServiceId) -> Result<Arc<[Suspension]>, StoreError> {
        let kind = DocumentKind::Suspension;
        let documents = self.store.documents(service, kind, Some(ACTIVE), Page::first(2 * MOST)).await?;
        // One that cannot be read may cover any token: until it can be read, no token of the service is valid.
        let unreadable = || StoreError::Corrupt { what: "suspension" };
        documents.items.iter().map(|document| Suspension::of(document).ok_or_else(unreadable)).collect()
    }
}
