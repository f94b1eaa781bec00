//! The port, method by method.

use std::sync::atomic::Ordering;

use futures::future::{FutureExt, pending, ready};
use jeton_core::ids::{ClientKey, DeviceId, DocumentId, GrantId, ServiceId, TokenId, UserKey};
use jeton_core::model::{
    Client, Device, Document, DocumentKind, Event, Grant, KeyRecord, PhoneNumber, Service, SingleUse, SingleUseKey,
    SingleUseKind, Token, TokenUse, User,
};
use jeton_core::name_key::name_key;
use jeton_core::store::{Command, Listing, Outcome, Page, StoreFuture, StoreReads, TokenFilter};
use jeton_core::{Store, Timestamp};

use super::ModelStore;
use super::filter::{in_order, page as part};

impl StoreReads for ModelStore {
    fn token(&self, id: TokenId) -> StoreFuture<'_, Option<Token>> {
        self.answer(|s| s.tokens.get(&id).cloned())
    }

    fn token_by_alias(&self, service: ServiceId, alias: [u8; 32]) -> StoreFuture<'_, Option<Token>> {
        self.answer(|s| s.aliases.get(&(service, alias)).and_then(|id| s.tokens.get(id)).cloned())
    }

    fn grant(&self, id: GrantId) -> StoreFuture<'_, Option<Grant>> {
        self.answer(|s| s.grants.get(&id).cloned())
    }

    fn single_use(&self, kind: SingleUseKind, key: SingleUseKey) -> StoreFuture<'_, Option<SingleUse>> {
        self.answer(|s| s.single_use(kind, key).cloned())
    }

    fn client_by_id(&self, service: ServiceId, client_id: &str) -> StoreFuture<'_, Option<Client>> {
        self.answer(|s| s.clients.values().find(|c| c.service == service && c.client_id.as_str() == client_id).cloned())
    }

    fn client(&self, key: ClientKey) -> StoreFuture<'_, Option<Client>> {
        self.answer(|s| s.clients.get(&key).cloned())
    }

    fn user_by_name(&self, service: ServiceId, username: &str) -> StoreFuture<'_, Option<User>> {
        self.answer(|s| {
            let here = || s.users.values().filter(|u| u.service == service);
            let key = name_key(username);
            here().find(|u| u.username == username).or_else(|| here().find(|u| u.name_key() == key)).cloned()
        })
    }

    fn clashing_users(&self) -> StoreFuture<'_, Vec<User>> {
        self.answer(|_| Vec::new())
    }

    fn user_by_sub(&self, service: ServiceId, sub: &str) -> StoreFuture<'_, Option<User>> {
        self.answer(|s| s.users.values().find(|u| u.service == service && u.sub == sub).cloned())
    }

    fn user_by_phone(&self, service: ServiceId, phone: &PhoneNumber) -> StoreFuture<'_, Option<User>> {
        self.answer(|s| s.users.values().find(|u| u.service == service && u.phone().as_ref() == Some(phone)).cloned())
    }

    fn user(&self, key: UserKey) -> StoreFuture<'_, Option<User>> {
        self.answer(|s| s.users.get(&key).cloned())
    }

    fn device(&self, id: DeviceId) -> StoreFuture<'_, Option<Device>> {
        self.answer(|s| s.devices.get(&id).cloned())
    }

    fn device_by_name(&self, service: ServiceId, name: &str) -> StoreFuture<'_, Option<Device>> {
        self.answer(|s| s.devices.values().find(|d| d.service == service && d.name == name).cloned())
    }

    fn document(
        &self,
        service: ServiceId,
        kind: DocumentKind,
        owner: &str,
        name: &str,
    ) -> StoreFuture<'_, Option<Document>> {
        self.answer(|s| {
            let wanted = (service, kind, owner, name);
            s.documents.values().find(|d| (d.service, d.kind, d.owner.as_str(), d.name.as_str()) == wanted).cloned()
        })
    }

    fn document_by_id(&self, id: DocumentId) -> StoreFuture<'_, Option<Document>> {
        self.answer(|s| s.documents.get(&id).cloned())
    }

    fn service(&self, id: ServiceId) -> StoreFuture<'_, Option<Service>> {
        self.answer(|s| s.services.get(&id).cloned())
    }

    fn services(&self) -> StoreFuture<'_, Vec<Service>> {
        self.answer(|s| s.services.values().cloned().collect())
    }

    fn keys(&self, service: ServiceId) -> StoreFuture<'_, Vec<KeyRecord>> {
        self.answer(|s| s.keys.values().filter(|k| k.service == service).cloned().collect())
    }

    fn devices(&self, service: ServiceId, page: Page) -> StoreFuture<'_, Listing<Device>> {
        self.answer(|s| part(s.devices.values().filter(|d| d.service == service).map(|d| (d.id.get(), d)), page))
    }

    fn clients(&self, service: ServiceId, page: Page) -> StoreFuture<'_, Listing<Client>> {
        self.answer(|s| part(s.clients.values().filter(|c| c.service == service).map(|c| (c.key.get(), c)), page))
    }

    fn users(&self, service: ServiceId, page: Page) -> StoreFuture<'_, Listing<User>> {
        self.answer(|s| part(s.users.values().filter(|u| u.service == service).map(|u| (u.key.get(), u)), page))
    }

    fn documents(
        &self,
        service: ServiceId,
        kind: DocumentKind,
        owner: Option<&str>,
        page: Page,
    ) -> StoreFuture<'_, Listing<Document>> {
        self.answer(|s| {
            let wanted = |d: &&Document| d.service == service && d.kind == kind && owner.is_none_or(|o| d.owner == o);
            part(s.documents.values().filter(wanted).map(|d| (d.id.get(), d)), page)
        })
    }

    fn documents_of_all(
        &self,
        kind: DocumentKind,
        owner: Option<&str>,
        after: u64,
        limit: u32,
    ) -> StoreFuture<'_, Vec<Document>> {
        self.answer(|s| {
            let wanted = |d: &&Document| d.kind == kind && owner.is_none_or(|o| d.owner == o);
            let page = Page { after, ..Page::first(limit) };
            part(s.documents.values().filter(wanted).map(|d| (d.id.get(), d)), page).items
        })
    }

    fn tokens(&self, filter: &TokenFilter, page: Page) -> StoreFuture<'_, Listing<Token>> {
        self.answer(|s| {
            let mut found: Vec<_> = s.tokens.values().filter(|t| s.matches(t, filter)).collect();
            in_order(&mut found, page.order);
            part(found.into_iter().map(|t| (t.id.get(), t)), page)
        })
    }

    fn tokens_after(&self, filter: &TokenFilter, after: u64, limit: u32) -> StoreFuture<'_, Vec<Token>> {
        self.answer(|s| {
            let mut found: Vec<_> = s.tokens.values().filter(|t| s.matches(t, filter)).collect();
            in_order(&mut found, Page::first(limit).order);
            part(found.into_iter().map(|t| (t.id.get(), t)), Page { after, ..Page::first(limit) }).items
        })
    }

    fn uses(&self, tokens: &[TokenId]) -> StoreFuture<'_, Vec<TokenUse>> {
        self.answer(|s| tokens.iter().filter_map(|id| s.uses.get(id)).cloned().collect())
    }

    fn events(&self, service: Option<ServiceId>, limit: u32) -> StoreFuture<'_, Vec<Event>> {
        self.answer(|s| {
            let wanted = |e: &&Event| service.is_none() || e.service == service;
            s.events.iter().rev().filter(wanted).take(limit as usize).cloned().collect()
        })
    }

    fn is_shared(&self) -> bool {
        false
    }

    fn meta(&self, name: &str) -> StoreFuture<'_, Option<Vec<u8>>> {
        self.answer(|s| s.meta.get(name).cloned())
    }

    fn ping(&self) -> StoreFuture<'_, ()> {
        self.answer(|_| ())
    }
}

impl Store for ModelStore {
    fn apply(&self, command: Command) -> StoreFuture<'static, Outcome> {
        self.answer(|s| s.apply(&command))
    }

    fn reserve_ids(&self, count: u32) -> StoreFuture<'_, u64> {
        self.answer(|s| {
            let first = s.last_id + 1;
            s.last_id += u64::from(count);
            first
        })
    }

    fn foreign_events(&self) -> StoreFuture<'_, Vec<Event>> {
        pending().boxed()
    }

    fn sweep(&self, now: Timestamp, limit: u32) -> StoreFuture<'_, u64> {
        self.answer(|s| s.sweep(now, limit))
    }

    fn meta_init(&self, name: &str, value: &[u8]) -> StoreFuture<'_, Vec<u8>> {
        self.answer(|s| s.meta.entry(name.to_owned()).or_insert_with(|| value.to_vec()).clone())
    }

    fn meta_set(&self, name: &str, value: &[u8]) -> StoreFuture<'_, ()> {
        self.answer(|s| {
            s.meta.insert(name.to_owned(), value.to_vec());
        })
    }

    fn close(&self) -> StoreFuture<'_, ()> {
        self.closed.store(true, Ordering::SeqCst);
        ready(Ok(())).boxed()
    }
}
