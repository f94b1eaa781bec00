//! A cache of services, clients and users, by name and by number.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use quick_cache::Equivalent;
use quick_cache::sync::Cache;

use crate::catalog::Catalog;
use crate::freshness::ReplicaFreshness;
use jeton_model::ids::{ClientKey, ServiceId, UserKey};
use jeton_model::records::{Client, DocumentKind, PhoneNumber, Service, User};
use jeton_model::store::{Page, Store, StoreError};

/// How many scopes, claims or policies a service may have beside the standard ones: the cache holds all of them.
pub const MOST_DESCRIBED: u32 = 1000;

/// How many clients and how many users are cached.
const REMEMBERED: usize = 50_000;

/// The cache of services, clients and users. Every write of this process and every event of another node raises the epoch, so no
/// older version is kept (`token_cache.rs` applies the same rule to tokens).
pub struct EntityCache {
    store: Arc<dyn Store>,
    services: ArcSwap<HashMap<ServiceId, Arc<Service>>>,
    clients: Cache<ClientKey, Arc<Client>>,
    client_names: Cache<Name, ClientKey>,
    users: Cache<UserKey, Arc<User>>,
    subs: Cache<Name, Sub>,
    /// How often a user was written or removed: until the next time, a `sub` that nobody has stays so.
    user_changes: AtomicU64,
    epoch: Mutex<u64>,
    freshness: Arc<ReplicaFreshness>,
    catalogs: ArcSwap<HashMap<ServiceId, Arc<Catalog>>>,
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
            services: ArcSwap::default(),
            clients: cache(),
            client_names: cache(),
            users: cache(),
            subs: cache(),
            user_changes: AtomicU64::new(0),
            epoch: Mutex::new(0),
            freshness,
            catalogs: ArcSwap::default(),
            standard: Arc::default(),
            reading: tokio::sync::Mutex::default(),
        };
        entities.reload_services().await?;
        Ok(entities)
    }

    /// Reads all services again, and the catalogs of those that are new.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn reload_services(&self) -> Result<(), StoreError> {
        let all = self.store.services().await?;
        let services: HashMap<_, _> = all.into_iter().map(|s| (s.id, Arc::new(s))).collect();
        let new: Vec<_> = services.keys().copied().filter(|id| !self.catalogs.load().contains_key(id)).collect();
        self.reload_catalogs(&new).await?;
        // Only now: no token may be issued for a service before its policies are loaded.
        self.services.store(Arc::new(services));
        Ok(())
    }

    /// A service's scopes and claims. Called for every token, so it allocates nothing.
    #[must_use]
    pub fn catalog(&self, service: ServiceId) -> Arc<Catalog> {
        self.catalogs.load().get(&service).unwrap_or(&self.standard).clone()
    }

    /// Reads a service's catalog again.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn reload_catalog(&self, service: ServiceId) -> Result<(), StoreError> {
        self.reload_catalogs(&[service]).await
    }

    /// Reads the catalogs of some services again. One call at a time, so that the result of the latest read is kept; the map is
    /// copied once a call, however many services there are.
    async fn reload_catalogs(&self, services: &[ServiceId]) -> Result<(), StoreError> {
        if services.is_empty() {
            return Ok(());
        }
        let _turn = self.reading.lock().await;
        let mut read = Vec::with_capacity(services.len());
        for service in services.iter().copied() {
            let all = async |kind| self.store.documents(service, kind, Some(""), Page::first(MOST_DESCRIBED)).await;
            let (scopes, claims) = (all(DocumentKind::Scope).await?, all(DocumentKind::Claim).await?);
            let (groups, policies) = (all(DocumentKind::Group).await?, all(DocumentKind::ScopePolicy).await?);
            let catalog =
                Catalog::of(&scopes.items, &claims.items).with_groups(&groups.items).with_policies(&policies.items);
            read.push((service, Arc::new(catalog)));
        }
        let mut catalogs = HashMap::clone(&self.catalogs.load());
        catalogs.extend(read);
        self.catalogs.store(Arc::new(catalogs));
        Ok(())
    }

    /// A service by number.
    #[must_use]
    pub fn service(&self, id: ServiceId) -> Option<Arc<Service>> {
        self.services.load().get(&id).cloned()
    }

    /// A service by its issuer.
    #[must_use]
    pub fn service_by_issuer(&self, issuer: &str) -> Option<Arc<Service>> {
        self.services.load().values().find(|s| &*s.issuer == issuer).cloned()
    }

    /// All services, by number.
    #[must_use]
    pub fn services(&self) -> Vec<Arc<Service>> {
        let mut all: Vec<_> = self.services.load().values().cloned().collect();
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
        if let Some(found) = self.clients.get(&key) {
            return Ok(Some(found));
        }
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
