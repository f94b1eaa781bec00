//! The active suspensions, in memory: inspection looks at them each time.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arc_swap::ArcSwap;
use tokio::sync::{Mutex, Notify};

use super::MOST;
use super::record::{ACTIVE, Suspension};
use crate::ids::ServiceId;
use crate::ledger::trust::Trust;
use crate::model::DocumentKind;
use crate::store::{Page, Store, StoreError};

/// The active suspensions of each service that has some.
pub(crate) struct Active {
    store: Arc<dyn Store>,
    trust: Arc<Trust>,
    known: ArcSwap<HashMap<ServiceId, Arc<[Suspension]>>>,
    /// A write whose effect was not read yet: what is known may be old.
    unsure: AtomicBool,
    reading: Mutex<()>,
    /// Rung when some are to be ended now.
    pub(super) bell: Notify,
}

impl Active {
    /// Reads those of all services.
    pub(crate) async fn open(
        store: Arc<dyn Store>,
        trust: Arc<Trust>,
        services: impl Iterator<Item = ServiceId>,
    ) -> Result<Self, StoreError> {
        let active = Self {
            store,
            trust,
            known: ArcSwap::default(),
            unsure: AtomicBool::new(false),
            reading: Mutex::default(),
            bell: Notify::new(),
        };
        for service in services {
            active.reload(service).await?;
        }
        Ok(active)
    }

    /// Those of a service; none when there are none, which is how it is nearly always.
    pub(super) async fn of(&self, service: ServiceId) -> Result<Option<Arc<[Suspension]>>, StoreError> {
        if self.trust.must_ask() {
            return Ok(Some(self.read(service).await?).filter(|some| !some.is_empty()));
        }
        if self.unsure.load(Ordering::Acquire)
            && self.unsure.swap(false, Ordering::AcqRel)
            && let Err(error) = self.reload(service).await
        {
            self.doubt();
            return Err(error);
        }
        Ok(self.known.load().get(&service).cloned())
    }

    /// Reads those of a service anew. One at a time: what was read last is what is kept.
    pub(crate) async fn reload(&self, service: ServiceId) -> Result<(), StoreError> {
        let _turn = self.reading.lock().await;
        let some = self.read(service).await?;
        let mut known = HashMap::clone(&self.known.load());
        if some.is_empty() {
            known.remove(&service);
        } else {
            known.insert(service, some);
        }
        self.known.store(Arc::new(known));
        Ok(())
    }

    /// What is known may be old.
    pub(super) fn doubt(&self) {
        self.unsure.store(true, Ordering::Release);
    }

    async fn read(&self, service: ServiceId) -> Result<Arc<[Suspension]>, StoreError> {
        let kind = DocumentKind::Suspension;
        let documents = self.store.documents(service, kind, Some(ACTIVE), Page::first(2 * MOST)).await?;
        // One that cannot be read may mean any token: until it can be, none of the service is good.
        let unreadable = || StoreError::Corrupt { what: "suspension" };
        documents.items.iter().map(|document| Suspension::of(document).ok_or_else(unreadable)).collect()
    }
}
