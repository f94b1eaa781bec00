//! The port, and opening and closing behind it.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;

use futures::future::BoxFuture;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{ClientKey, DeviceId, DocumentId, GrantId, ServiceId, TokenId, UserKey};
use jeton_model::records::{
    Client, Device, Document, DocumentKind, Event, Grant, KeyRecord, PhoneNumber, Service, SingleUse, SingleUseKey,
    SingleUseKind, Token, TokenUse, User,
};
use jeton_model::store::{Command, Listing, Outcome, Page, Store, StoreError, StoreFuture, StoreReads, TokenFilter};
use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::checkpoint::Bell;
use crate::lock::FileLock;
use crate::prepare::prepare;
use crate::reader::Readers;
use crate::rows::{
    client, device, document, event, grant, key, meta, service, single_use, token, token_query, token_use, user,
};
use crate::writer::Writer;
use crate::{OpenError, Options};

/// The ledger in one SQLite file that this process alone has open.
pub struct SqliteStore {
    writer: Writer,
    readers: Readers,
    lists: Readers,
    bell: Bell,
    held: Mutex<Option<Held>>,
}

/// What must end before the file is let go of.
struct Held {
    threads: Vec<JoinHandle<Connection>>,
    _lock: FileLock,
}

impl SqliteStore {
    /// Opens the file at `path`, made if it is not there (its folder must be), and brings its schema up to date.
    ///
    /// # Errors
    /// When another process has it, it cannot be written, or it is not a database this build can read.
    pub fn open(path: &Path, options: Options) -> Result<Self, OpenError> {
        let lock = FileLock::take(path)?;
        prepare(path)?;
        let waiting = options.waiting.max(1);
        let store = Self {
            writer: Writer::new(waiting),
            readers: Readers::new(waiting),
            lists: Readers::new(waiting),
            bell: Bell::new(),
            held: Mutex::new(Some(Held { threads: Vec::new(), _lock: lock })),
        };
        // Should one not start, dropping the store ends the others.
        store.start(path, &options)?;
        Ok(store)
    }

    /// How many commits were made since it was opened: commands by commits is how well they share a sync.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.writer.commits()
    }

    /// Starts the threads, the writer first.
    fn start(&self, path: &Path, options: &Options) -> Result<(), OpenError> {
        let ring = self.bell.clone();
        self.keep(self.writer.start(path, options, move || ring.ring())?);
        let loss = &options.worker_loss;
        self.keep(self.bell.answer(path, self.writer.clone(), loss.clone())?);
        self.keep(self.lists.start(path, "jeton-lists", loss.clone())?);
        for _ in 0..options.readers.clamp(1, 16) {
            self.keep(self.readers.start(path, "jeton-reader", loss.clone())?);
        }
        Ok(())
    }

    fn keep(&self, thread: JoinHandle<Connection>) {
        if let Some(held) = &mut *self.held.lock().unwrap_or_else(PoisonError::into_inner) {
            held.threads.push(thread);
        }
    }

    /// Stops everything and returns what is still running, once.
    fn end(&self, tidy: bool) -> Option<Held> {
        self.writer.stop(tidy);
        self.readers.stop();
        self.lists.stop();
        self.bell.stop();
        self.held.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Held {
    /// Waits until all threads have ended; returns whether all ended without failure.
    fn join(self) -> bool {
        let mut connections: Vec<_> = self.threads.into_iter().map(JoinHandle::join).collect();
        let well = connections.iter().all(Result::is_ok);
        // The writer's is closed last: the last one removes the log, which readers cannot.
        while let Some(connection) = connections.pop() {
            drop(connection);
        }
        well
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        if let Some(held) = self.end(false) {
            held.join();
        }
    }
}

impl StoreReads for SqliteStore {
    fn token(&self, id: TokenId) -> StoreFuture<'_, Option<Token>> {
        self.readers.ask(move |c| token::by_id(c, id))
    }

    fn token_by_alias(&self, service: ServiceId, alias: [u8; 32]) -> StoreFuture<'_, Option<Token>> {
        self.readers.ask(move |c| token::by_alias(c, service, &alias))
    }

    fn grant(&self, id: GrantId) -> StoreFuture<'_, Option<Grant>> {
        self.readers.ask(move |c| grant::by_id(c, id))
    }

    fn single_use(&self, kind: SingleUseKind, key: SingleUseKey) -> StoreFuture<'_, Option<SingleUse>> {
        // Before the snapshot: see `SingleUseTail`.
        let known = self.writer.single_uses().get((kind, key));
        self.readers.ask(move |c| single_use::by_key(c, kind, key, known))
    }

    fn client_by_id(&self, service: ServiceId, client_id: &str) -> StoreFuture<'_, Option<Client>> {
        let client_id = client_id.to_owned();
        self.readers.ask(move |c| client::by_id(c, service, &client_id))
    }

    fn client(&self, key: ClientKey) -> StoreFuture<'_, Option<Client>> {
        self.readers.ask(move |c| client::by_key(c, key))
    }

    fn user_by_name(&self, service: ServiceId, username: &str) -> StoreFuture<'_, Option<User>> {
        let username = username.to_owned();
        self.readers.ask(move |c| user::by_name(c, service, &username))
    }

    fn clashing_users(&self) -> StoreFuture<'_, Vec<User>> {
        self.readers.ask(user::clashing)
    }

    fn user_by_sub(&self, service: ServiceId, sub: &str) -> StoreFuture<'_, Option<User>> {
        let sub = sub.to_owned();
        self.readers.ask(move |c| user::by_sub(c, service, &sub))
    }

    fn user_by_phone(&self, service: ServiceId, phone: &PhoneNumber) -> StoreFuture<'_, Option<User>> {
        let phone = phone.clone();
        self.readers.ask(move |c| user::by_phone(c, service, &phone))
    }

    fn user(&self, key: UserKey) -> StoreFuture<'_, Option<User>> {
        self.readers.ask(move |c| user::by_key(c, key))
    }

    fn device(&self, id: DeviceId) -> StoreFuture<'_, Option<Device>> {
        self.readers.ask(move |c| device::by_id(c, id))
    }

    fn device_by_name(&self, service: ServiceId, name: &str) -> StoreFuture<'_, Option<Device>> {
        let name = name.to_owned();
        self.readers.ask(move |c| device::by_name(c, service, &name))
    }

    fn document(
        &self,
        service: ServiceId,
        kind: DocumentKind,
        owner: &str,
        name: &str,
    ) -> StoreFuture<'_, Option<Document>> {
        let (owner, name) = (owner.to_owned(), name.to_owned());
        self.readers.ask(move |c| document::by_name(c, service, kind, &owner, &name))
    }

    fn document_by_id(&self, id: DocumentId) -> StoreFuture<'_, Option<Document>> {
        self.readers.ask(move |c| document::by_id(c, id))
    }

    fn service(&self, id: ServiceId) -> StoreFuture<'_, Option<Service>> {
        self.readers.ask(move |c| service::by_id(c, id))
    }

    fn services(&self) -> StoreFuture<'_, Vec<Service>> {
        self.readers.ask(service::all)
    }

    fn keys(&self, service: ServiceId) -> StoreFuture<'_, Vec<KeyRecord>> {
        self.readers.ask(move |c| key::of_service(c, service))
    }

    fn devices(&self, service: ServiceId, page: Page) -> StoreFuture<'_, Listing<Device>> {
        self.lists.ask(move |c| device::page(c, service, page))
    }

    fn clients(&self, service: ServiceId, page: Page) -> StoreFuture<'_, Listing<Client>> {
        self.lists.ask(move |c| client::page(c, service, page))
    }

    fn users(&self, service: ServiceId, page: Page) -> StoreFuture<'_, Listing<User>> {
        self.lists.ask(move |c| user::page(c, service, page))
    }

    fn documents(
        &self,
        service: ServiceId,
        kind: DocumentKind,
        owner: Option<&str>,
        page: Page,
    ) -> StoreFuture<'_, Listing<Document>> {
        let owner = owner.map(str::to_owned);
        self.lists.ask(move |c| document::page(c, service, kind, owner.as_deref(), page))
    }

    fn documents_of_all(
        &self,
        kind: DocumentKind,
        owner: Option<&str>,
        after: u64,
        limit: u32,
    ) -> StoreFuture<'_, Vec<Document>> {
        let owner = owner.map(str::to_owned);
        self.lists.ask(move |c| document::of_all(c, kind, owner.as_deref(), after, limit))
    }

    fn tokens(&self, filter: &TokenFilter, page: Page) -> StoreFuture<'_, Listing<Token>> {
        let filter = filter.clone();
        Box::pin(async move {
            if token_query::needs_lists(&filter) {
                self.writer.fill_lists().await?;
            }
            self.lists.ask(move |c| token_query::page(c, &filter, page)).await
        })
    }

    fn tokens_after(&self, filter: &TokenFilter, after: u64, limit: u32) -> StoreFuture<'_, Vec<Token>> {
        let filter = filter.clone();
        Box::pin(async move {
            if token_query::walks_lists(&filter) {
                self.writer.fill_lists().await?;
            }
            self.lists.ask(move |c| token_query::after(c, &filter, after, limit)).await
        })
    }

    fn uses(&self, tokens: &[TokenId]) -> StoreFuture<'_, Vec<TokenUse>> {
        let tokens = tokens.to_vec();
        self.lists.ask(move |c| token_use::of(c, &tokens))
    }

    fn events(&self, service: Option<ServiceId>, limit: u32) -> StoreFuture<'_, Vec<Event>> {
        self.lists.ask(move |c| event::latest(c, service, limit))
    }

    fn is_shared(&self) -> bool {
        false
    }

    fn meta(&self, name: &str) -> StoreFuture<'_, Option<Vec<u8>>> {
        let name = name.to_owned();
        self.readers.ask(move |c| meta::get(c, &name))
    }

    fn ping(&self) -> StoreFuture<'_, ()> {
        self.writer.ping()
    }
}

impl Store for SqliteStore {
    fn apply(&self, command: Command) -> StoreFuture<'static, Outcome> {
        self.writer.apply(command)
    }

    fn reserve_ids(&self, count: u32) -> StoreFuture<'_, u64> {
        self.writer.reserve(count)
    }

    fn foreign_events(&self) -> StoreFuture<'_, Vec<Event>> {
        Box::pin(futures::future::pending())
    }

    fn sweep(&self, now: Timestamp, limit: u32) -> StoreFuture<'_, u64> {
        Box::pin(async move {
            // What expired is found by what is filled behind the writes, too.
            self.writer.fill_lists().await?;
            self.writer.sweep(now, limit).await
        })
    }

    fn meta_init(&self, name: &str, value: &[u8]) -> StoreFuture<'_, Vec<u8>> {
        self.writer.meta_init(name, value)
    }

    fn meta_set(&self, name: &str, value: &[u8]) -> StoreFuture<'_, ()> {
        self.writer.meta_set(name, value)
    }

    fn close(&self) -> StoreFuture<'_, ()> {
        let Some(held) = self.end(true) else { return Box::pin(std::future::ready(Ok(()))) };
        Box::pin(joined(held))
    }
}

/// Waits for the threads without keeping an async thread.
fn joined(held: Held) -> BoxFuture<'static, Result<(), StoreError>> {
    let (done, is_done) = oneshot::channel();
    let joiner = std::thread::Builder::new().name("jeton-close".to_owned()).spawn(move || done.send(held.join()));
    Box::pin(async move {
        joiner.map_err(StoreError::failed)?;
        match is_done.await {
            Ok(true) => Ok(()),
            _ => Err(StoreError::message("a thread of the store failed")),
        }
    })
}
