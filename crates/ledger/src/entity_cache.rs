//! A cache of services, clients and users, by name and by number.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use quick_cache::Equivalent;
use quick_cache::sync::Cache;

use crate::by_service::ByService;
use crate::catalog::{Catalog, Described};
use crate::freshness::ReplicaFreshness;
use jeton_model::ids::{ClientKey, ServiceId, UserKey};
use jeton_model::records::{Client, PhoneNumber, Service, User};
use jeton_model::store::{Page, Store, StoreError};

/// How many scopes, claims or policies a service may have beside the standard ones: the cache holds all of them.
pub const MOST_DESCRIBED: u32 = 1000;

/// How many clients and how many users are cached.
const REMEMBERED: usize = 50_000;

/// The cache of services, clients and users. Every write of this process and every event of another node raises the epoch, so no
/// older version is kept (`token_cache.rs` applies the same rule to tokens).
pub struct EntityCache {
    store: Arc<dyn Store>,
    services: ByService<Arc<Service>>,
    clients: Cache<ClientKey, Arc<Client>>,
    client_names: Cache<Name, ClientKey>,
    users: Cache<UserKey, Arc<User>>,
    subs: Cache<Name, Sub>,
    /// How often a user was written or removed: until the next time, a `sub` that nobody has stays so.
    user_changes: AtomicU64,
    epoch: Mutex<u64>,
    freshness: Arc<ReplicaFreshness>,
    /// Those of services that have something of their own.
    catalogs: ByService<Arc<Catalog>>,
    /// The catalog of a service for which nothing is stored.
    standard: Arc<Catalog>,
    reading: tokio::sync::Mutex<()>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Name(ServiceId, Box<str>);

/// Whose `sub` a text is.
#[derive(Clone, Copy)]
enum Sub {
    Of(UserKey),
    /// Nobody's, as of this number of changes of users.
    Nobodys(u64),
}

#[derive(Hash)]
struct NameRef<'a>(ServiceId, &'a str);

impl Equivalent<Name> for NameRef<'_> {
    fn equivalent(&self, key: &Name) -> bool {
        self.0 == key.0 && *self.1 == *key.1
    }
}

impl EntityCache {
    pub(crate) async fn open(store: Arc<dyn Store>, freshness: Arc<ReplicaFreshness>) -> Result<Self, StoreError> {
        let entities = Self {
            store,
            services: ByService::default(),
            clients: cache(),
            client_names: cache(),
            users: cache(),
            subs: cache(),
            user_changes: AtomicU64::new(0),
            epoch: Mutex::new(0),
            freshness,
            catalogs: ByService::default(),
            standard: Arc::default(),
            reading: tokio::sync::Mutex::default(),
        };
        entities.reload_services().await?;
        Ok(entities)
    }

    /// Reads all services and their catalogs again: a fixed number of reads, and one more for each thousand documents.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn reload_services(&self) -> Result<(), StoreError> {
        let _turn = self.reading.lock().await;
        let services: Vec<_> = self.store.services().await?.into_iter().map(Arc::new).collect();
        let catalogs = self.catalogs_of_all().await?;
        // Only then: no token may be issued for a service before its policies are loaded.
        self.catalogs.replace(catalogs);
        self.services.replace(services.into_iter().map(|service| (service.id, service)));
        Ok(())
    }

    /// Reads one service again, and its catalog if it is new.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn reload_service(&self, id: ServiceId) -> Result<(), StoreError> {
        // One read at a time, so that the result of the latest is kept.
        let _turn = self.reading.lock().await;
        let new = self.store.service(id).await?.map(Arc::new);
        if new.is_some() && self.services.get(id).is_none() {
            self.read_catalog(id).await?;
        }
        self.services.put(id, new.as_ref());
        Ok(())
    }

    /// A service's scopes and claims. Called for every token, so it allocates nothing.
    #[must_use]
    pub fn catalog(&self, service: ServiceId) -> Arc<Catalog> {
        self.catalogs.get(service).unwrap_or_else(|| Arc::clone(&self.standard))
    }

    /// Reads a service's catalog again.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn reload_catalog(&self, service: ServiceId) -> Result<(), StoreError> {
        let _turn = self.reading.lock().await;
        self.read_catalog(service).await
    }

    /// Reads it; the caller holds the lock.
    async fn read_catalog(&self, service: ServiceId) -> Result<(), StoreError> {
        let mut described = Described::default();
        for kind in Described::KINDS {
            described.add(self.store.documents(service, kind, Some(""), Page::first(MOST_DESCRIBED)).await?.items);
        }
        self.catalogs.put(service, described.catalog().as_ref());
        Ok(())
    }

    /// The catalogs of the services that have something of their own.
    async fn catalogs_of_all(&self) -> Result<Vec<(ServiceId, Arc<Catalog>)>, StoreError> {
        let mut all: HashMap<ServiceId, Described> = HashMap::new();
        for kind in Described::KINDS {
            let mut after = 0;
            loop {
                let page = self.store.documents_of_all(kind, Some(""), after, MOST_DESCRIBED).await?;
                let is_last = page.len() < MOST_DESCRIBED as usize;
                after = page.last().map_or(after, |document| document.id.get());
                for document in page {
                    all.entry(document.service).or_default().add([document]);
                }
                if is_last {
                    break;
                }
            }
        }
        Ok(all.into_iter().filter_map(|(service, described)| Some((service, described.catalog()?))).collect())
    }

    /// A service by number.
    #[must_use]
    pub fn service(&self, id: ServiceId) -> Option<Arc<Service>> {
        self.services.get(id)
    }

    /// All services, by number. For lists that people ask for: what runs again and again asks for what is due.
    #[must_use]
    pub fn services(&self) -> Vec<Arc<Service>> {
        let mut all = self.services.values();
        all.sort_by_key(|s| s.id);
        all
    }

    /// A client by its client id.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn client_by_id(&self, service: ServiceId, client_id: &str) -> Result<Option<Arc<Client>>, StoreError> {
        if self.freshness.must_ask() {
            return Ok(self.store.client_by_id(service, client_id).await?.map(Arc::new));
        }
        if let Some(key) = self.client_names.get(&NameRef(service, client_id)) {
            return self.client(key).await;
        }
        let before = *self.epoch();
        let Some(row) = self.store.client_by_id(service, client_id).await?.map(Arc::new) else { return Ok(None) };
        let epoch = self.epoch();
        if *epoch == before {
            self.client_names.insert(Name(service, client_id.into()), row.key);
            self.clients.insert(row.key, Arc::clone(&row));
        }
        Ok(Some(row))
    }

    /// A client by number.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn client(&self, key: ClientKey) -> Result<Option<Arc<Client>>, StoreError> {
        if self.freshness.must_ask() {
            return Ok(self.store.client(key).await?.map(Arc::new));
        }
        match self.clients.get(&key) {
            Some(found) => Ok(Some(found)),
            None => self.read_client(key).await,
        }
    }

    /// The same of one service. A client of another one is read from the store even when it is in memory, as one that does not exist
    /// is: the time of the answer does not tell them apart.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn client_of(&self, service: ServiceId, key: ClientKey) -> Result<Option<Arc<Client>>, StoreError> {
        if self.freshness.must_ask() {
            return Ok(self.store.client(key).await?.filter(|client| client.service == service).map(Arc::new));
        }
        match self.clients.get(&key) {
            Some(found) if found.service == service => Ok(Some(found)),
            _ => Ok(self.read_client(key).await?.filter(|client| client.service == service)),
        }
    }

    async fn read_client(&self, key: ClientKey) -> Result<Option<Arc<Client>>, StoreError> {
        let before = *self.epoch();
        let Some(row) = self.store.client(key).await?.map(Arc::new) else { return Ok(None) };
        let epoch = self.epoch();
        if *epoch == before {
            self.clients.insert(key, Arc::clone(&row));
        }
        Ok(Some(row))
    }

    /// Whether a client is active: it is enabled, and the person who registered it may still sign in, or an administrator has
    /// adopted it. A client that no person registered needs only to be enabled.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn is_active(&self, client: &Client) -> Result<bool, StoreError> {
        match client.registered_by {
            _ if !client.enabled => Ok(false),
            Some(owner) if !client.adopted => Ok(self.user(owner).await?.is_some_and(|user| user.enabled)),
            _ => Ok(true),
        }
    }

    /// Filters the result of a look-up: none when the client is not active.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn active(&self, client: Option<Arc<Client>>) -> Result<Option<Arc<Client>>, StoreError> {
        match client {
            Some(client) if self.is_active(&client).await? => Ok(Some(client)),
            _ => Ok(None),
        }
    }

    /// A user by number.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn user(&self, key: UserKey) -> Result<Option<Arc<User>>, StoreError> {
        if self.freshness.must_ask() {
            return Ok(self.store.user(key).await?.map(Arc::new));
        }
        if let Some(found) = self.users.get(&key) {
            return Ok(Some(found));
        }
        let before = *self.epoch();
        let Some(row) = self.store.user(key).await?.map(Arc::new) else { return Ok(None) };
        let epoch = self.epoch();
        if *epoch == before {
            self.users.insert(key, Arc::clone(&row));
        }
        Ok(Some(row))
    }

    /// A user by the name that they sign in with. Not cached: signing in is slow anyway.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn user_by_name(&self, service: ServiceId, name: &str) -> Result<Option<Arc<User>>, StoreError> {
        Ok(self.store.user_by_name(service, name).await?.map(Arc::new))
    }

    /// A user by `sub`. Also cached where there is none.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn user_by_sub(&self, service: ServiceId, sub: &str) -> Result<Option<Arc<User>>, StoreError> {
        let changes = self.user_changes.load(Ordering::Acquire);
        if !self.freshness.must_ask() {
            match self.subs.get(&NameRef(service, sub)) {
                Some(Sub::Nobodys(as_of)) if as_of == changes => return Ok(None),
                // The name may belong to another user by now.
                Some(Sub::Of(key)) => {
                    let found = self.user(key).await?.filter(|user| user.service == service && *user.sub == *sub);
                    if found.is_some() {
                        return Ok(found);
                    }
                }
                Some(Sub::Nobodys(_)) | None => {}
            }
        }
        let row = self.store.user_by_sub(service, sub).await?.map(Arc::new);
        let whose = row.as_ref().map_or(Sub::Nobodys(changes), |user| Sub::Of(user.key));
        self.subs.insert(Name(service, sub.into()), whose);
        Ok(row)
    }

    /// The user with this verified telephone number. Not cached.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn user_by_phone(
        &self,
        service: ServiceId,
        phone: &PhoneNumber,
    ) -> Result<Option<Arc<User>>, StoreError> {
        Ok(self.store.user_by_phone(service, phone).await?.map(Arc::new))
    }

    /// Removes a client from the cache after it was written or removed. Its name may now belong to another client, so names are
    /// verified by number.
    pub(crate) fn client_changed(&self, key: ClientKey) {
        let mut epoch = self.epoch();
        *epoch += 1;
        if let Some((_, old)) = self.clients.remove(&key) {
            self.client_names.remove(&NameRef(old.service, old.client_id.as_str()));
        } else {
            self.client_names.clear();
        }
    }

    /// Removes a user from the cache after it was written or removed.
    pub(crate) fn user_changed(&self, key: UserKey) {
        let mut epoch = self.epoch();
        *epoch += 1;
        self.user_changes.fetch_add(1, Ordering::AcqRel);
        self.users.remove(&key);
    }

    fn epoch(&self) -> MutexGuard<'_, u64> {
        self.epoch.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn cache<K: Eq + std::hash::Hash + Clone, V: Clone>() -> Cache<K, V> {
    Cache::with_weighter(1000, REMEMBERED as u64, quick_cache::UnitWeighter)
}
