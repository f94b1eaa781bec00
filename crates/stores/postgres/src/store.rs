//! The port, method by method.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::future::{BoxFuture, FutureExt, join_all, ready, try_join_all, try_join3};
use jeton_model::clock::Timestamp;
use jeton_model::ids::{ClientKey, DeviceId, DocumentId, GrantId, ServiceId, TokenId, UserKey};
use jeton_model::records::{
    Client, Device, Document, DocumentKind, Event, Grant, KeyRecord, PhoneNumber, Service, SingleUse, SingleUseKey,
    SingleUseKind, Token, TokenUse, User,
};
use jeton_model::store::{
    Command, Listing, Outcome, Page, Store, StoreError, StoreFuture, StoreReads, TokenFilter, patience::spending,
};
use tokio::sync::{Mutex, oneshot};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::feed::Feed;
use crate::open::{Database, OpenError, Options};
use crate::queue::Queue;
use crate::read::{Ask, Pool, Reader, ask, names, open_pool};
use crate::tally::{Folder, Wake};
use crate::write::{self, Claim, Job, OwnStreams, Writer};
use crate::{installation, link, migrate, sweep, tally};

/// One answer is decoded while the other is waited for.
const READERS: usize = 2;

/// The ledger in a PostgreSQL database that any number of nodes share.
pub struct PostgresStore {
    place: Database,
    pool: Pool,
    commands: Arc<Queue<Job>>,
    asks: Arc<Queue<Ask>>,
    feed: Mutex<Feed>,
    workers: Mutex<Vec<JoinHandle<()>>>,
    wake: Arc<Wake>,
    closed: AtomicBool,
}

impl PostgresStore {
    /// Connects to `postgres://user:password@host:port/database?sslmode=…`, brings the schema up to date and starts to work, on
    /// the tokio runtime it is called on.
    ///
    /// # Errors
    /// When the database cannot be used; the error says in one line what to change, and never the password.
    pub async fn connect(url: &str, options: Options) -> Result<Self, OpenError> {
        let place = Database::parse(url, &options)?;
        let first = link::open(&place).await.map_err(|fault| OpenError::from_connect(fault, &place))?;
        link::check_durable(&first, &place).await?;
        migrate::run(&first, &place).await?;
        let audits = tally::begin(&first).await.map_err(|fault| OpenError::from_statement(fault, &place))?;
        drop(first);
        let pool = open_pool(&place, options.pool_size);
        let (own, wake) = (OwnStreams::default(), Arc::new(Wake::default()));
        let (commands, asks) = (Arc::new(Queue::new(options.queue)), Arc::new(Queue::new(options.queue)));
        let writers = (0..options.writers.max(1)).map(|_| Writer::open(&place, &own, &commands, &wake, &options));
        let readers = (0..READERS).map(|_| Reader::open(place.clone(), Arc::clone(&asks)));
        let feed = Feed::open(place.clone(), own.clone(), options.poll_interval());
        let (feed, writers, readers) = try_join3(feed, try_join_all(writers), try_join_all(readers))
            .await
            .map_err(|fault| OpenError::from_connect(fault, &place))?;
        let loss = || options.worker_loss.clone();
        let writers = writers.into_iter().map(|writer| tokio::spawn(loss().guard_task("writer", writer.run())));
        let readers = readers.into_iter().map(|reader| tokio::spawn(loss().guard_task("reader", reader.run())));
        let folder = Folder::new(place.clone(), Arc::clone(&wake), audits);
        let folder = tokio::spawn(loss().guard_task("folder", folder.run()));
        let workers: Vec<_> = writers.chain(readers).chain([folder]).collect();
        let (feed, workers) = (Mutex::new(feed), Mutex::new(workers));
        Ok(Self { place, pool, commands, asks, feed, workers, wake, closed: AtomicBool::new(false) })
    }

    /// A list may take longer than a request waits for anything else, and is not on its account.
    fn list_when_open<'a, T: Send + 'a>(
        &self,
        work: impl Future<Output = Result<T, StoreError>> + Send + 'a,
    ) -> BoxFuture<'a, Result<T, StoreError>> {
        if self.closed.load(Ordering::SeqCst) { ready(Err(StoreError::Busy)).boxed() } else { work.boxed() }
    }

    /// Nothing is started any more once the store closes.
    fn when_open<'a, T: Send + 'a>(
        &self,
        work: impl Future<Output = Result<T, StoreError>> + Send + 'a,
    ) -> BoxFuture<'a, Result<T, StoreError>> {
        self.list_when_open(spending(work))
    }
}

impl Drop for PostgresStore {
    fn drop(&mut self) {
        self.commands.close();
        self.asks.close();
        self.wake.close();
    }
}

impl StoreReads for PostgresStore {
    fn token(&self, id: TokenId) -> StoreFuture<'_, Option<Token>> {
        spending(ask(&self.asks, &self.place.pulse, move |answer| Ask::Token(id, answer))).boxed()
    }

    fn token_by_alias(&self, service: ServiceId, alias: [u8; 32]) -> StoreFuture<'_, Option<Token>> {
        self.when_open(async move { self.pool.aliased(service, &alias).await })
    }

    fn grant(&self, id: GrantId) -> StoreFuture<'_, Option<Grant>> {
        spending(ask(&self.asks, &self.place.pulse, move |answer| Ask::Grant(id, answer))).boxed()
    }

    fn single_use(&self, kind: SingleUseKind, key: SingleUseKey) -> StoreFuture<'_, Option<SingleUse>> {
        self.when_open(self.pool.single_use(kind, key))
    }

    fn client_by_id(&self, service: ServiceId, client_id: &str) -> StoreFuture<'_, Option<Client>> {
        self.by_name(names::CLIENT, service, "client_id", client_id)
    }

    fn client(&self, key: ClientKey) -> StoreFuture<'_, Option<Client>> {
        self.when_open(self.pool.record(names::CLIENT, key.sql()))
    }

    fn user_by_name(&self, service: ServiceId, username: &str) -> StoreFuture<'_, Option<User>> {
        let name = username.to_owned();
        self.when_open(async move { self.pool.user_by_name(service, &name).await })
    }

    fn clashing_users(&self) -> StoreFuture<'_, Vec<User>> {
        self.when_open(self.pool.clashing_users())
    }

    fn user_by_sub(&self, service: ServiceId, sub: &str) -> StoreFuture<'_, Option<User>> {
        self.by_name(names::USER, service, "sub", sub)
    }

    fn user_by_phone(&self, service: ServiceId, phone: &PhoneNumber) -> StoreFuture<'_, Option<User>> {
        self.by_name(names::USER, service, "phone", phone.as_str())
    }

    fn user(&self, key: UserKey) -> StoreFuture<'_, Option<User>> {
        self.when_open(self.pool.record(names::USER, key.sql()))
    }

    fn device(&self, id: DeviceId) -> StoreFuture<'_, Option<Device>> {
        self.when_open(self.pool.record(names::DEVICE, id.sql()))
    }

    fn device_by_name(&self, service: ServiceId, name: &str) -> StoreFuture<'_, Option<Device>> {
        self.by_name(names::DEVICE, service, "name", name)
    }

    fn document(
        &self,
        service: ServiceId,
        kind: DocumentKind,
        owner: &str,
        name: &str,
    ) -> StoreFuture<'_, Option<Document>> {
        let (owner, name) = (owner.to_owned(), name.to_owned());
        self.when_open(async move { self.pool.document(service, kind, &owner, &name).await })
    }

    fn document_by_id(&self, id: DocumentId) -> StoreFuture<'_, Option<Document>> {
        self.when_open(self.pool.record(names::DOCUMENT, id.sql()))
    }

    fn service(&self, id: ServiceId) -> StoreFuture<'_, Option<Service>> {
        self.when_open(self.pool.record(names::SERVICE, id.sql()))
    }

    fn services(&self) -> StoreFuture<'_, Vec<Service>> {
        self.when_open(self.pool.records(names::SERVICE, None))
    }

    fn keys(&self, service: ServiceId) -> StoreFuture<'_, Vec<KeyRecord>> {
        self.when_open(self.pool.records(names::KEY, Some(service)))
    }

    fn devices(&self, service: ServiceId, page: Page) -> StoreFuture<'_, Listing<Device>> {
        self.list_when_open(self.pool.record_page(names::DEVICE, service, page))
    }

    fn clients(&self, service: ServiceId, page: Page) -> StoreFuture<'_, Listing<Client>> {
        self.list_when_open(self.pool.record_page(names::CLIENT, service, page))
    }

    fn users(&self, service: ServiceId, page: Page) -> StoreFuture<'_, Listing<User>> {
        self.list_when_open(self.pool.record_page(names::USER, service, page))
    }

    fn documents(
        &self,
        service: ServiceId,
        kind: DocumentKind,
        owner: Option<&str>,
        page: Page,
    ) -> StoreFuture<'_, Listing<Document>> {
        let owner = owner.map(str::to_owned);
        self.list_when_open(async move { self.pool.document_page(service, kind, owner.as_deref(), page).await })
    }

    fn documents_of_all(
        &self,
        kind: DocumentKind,
        owner: Option<&str>,
        after: u64,
        limit: u32,
    ) -> StoreFuture<'_, Vec<Document>> {
        let owner = owner.map(str::to_owned);
        self.list_when_open(async move { self.pool.documents_of_all(kind, owner.as_deref(), after, limit).await })
    }

    fn tokens(&self, filter: &TokenFilter, page: Page) -> StoreFuture<'_, Listing<Token>> {
        let filter = filter.clone();
        self.list_when_open(async move { self.pool.tokens(&filter, page).await })
    }

    fn tokens_after(&self, filter: &TokenFilter, after: u64, limit: u32) -> StoreFuture<'_, Vec<Token>> {
        let filter = filter.clone();
        self.list_when_open(async move { self.pool.tokens_after(&filter, after, limit).await })
    }

    fn uses(&self, tokens: &[TokenId]) -> StoreFuture<'_, Vec<TokenUse>> {
        let ids: Vec<i64> = tokens.iter().map(|id| id.sql()).collect();
        self.when_open(async move { self.pool.uses(&ids).await })
    }

    fn events(&self, service: Option<ServiceId>, limit: u32) -> StoreFuture<'_, Vec<Event>> {
        self.list_when_open(self.pool.events(service, limit))
    }

    fn is_shared(&self) -> bool {
        true
    }

    fn meta(&self, name: &str) -> StoreFuture<'_, Option<Vec<u8>>> {
        let name = name.to_owned();
        self.when_open(async move { installation::meta(&self.pool, &name).await })
    }

    fn ping(&self) -> StoreFuture<'_, ()> {
        self.when_open(async { self.pool.rows("SELECT 1", &[]).await.map(|_| ()) })
    }
}

impl Store for PostgresStore {
    fn apply(&self, command: Command) -> StoreFuture<'static, Outcome> {
        let (answer, outcome) = oneshot::channel();
        // Queued at once: commands are queued in the order of the calls, whichever is polled first.
        let (claim, asked) = (Claim::default(), Instant::now());
        let due = asked + self.place.pulse.patience();
        if let Err(busy) = self.commands.push(Job { command, answer, claim: claim.clone(), asked, due }) {
            return ready(Err(busy)).boxed();
        }
        spending(write::outcome(outcome, claim, (asked, due), Arc::clone(&self.place.pulse))).boxed()
    }

    fn reserve_ids(&self, count: u32) -> StoreFuture<'_, u64> {
        self.when_open(installation::reserve_ids(&self.pool, count))
    }

    fn foreign_events(&self) -> StoreFuture<'_, Vec<Event>> {
        self.when_open(async { self.feed.lock().await.next().await })
    }

    fn sweep(&self, now: Timestamp, limit: u32) -> StoreFuture<'_, u64> {
        self.when_open(sweep::sweep(&self.pool, now, limit))
    }

    fn meta_init(&self, name: &str, value: &[u8]) -> StoreFuture<'_, Vec<u8>> {
        let (name, value) = (name.to_owned(), value.to_vec());
        self.when_open(async move { installation::meta_init(&self.pool, &name, &value).await })
    }

    fn meta_set(&self, name: &str, value: &[u8]) -> StoreFuture<'_, ()> {
        let (name, value) = (name.to_owned(), value.to_vec());
        self.when_open(async move { installation::meta_set(&self.pool, &name, &value).await })
    }

    fn close(&self) -> StoreFuture<'_, ()> {
        self.closed.store(true, Ordering::SeqCst);
        self.commands.close();
        self.asks.close();
        self.wake.close();
        async {
            join_all(self.workers.lock().await.drain(..)).await;
            self.pool.close();
            Ok(())
        }
        .boxed()
    }
}

impl PostgresStore {
    /// A record by a name that is unique in its service.
    fn by_name<T: serde::de::DeserializeOwned + Send + 'static>(
        &self,
        noun: names::Noun,
        service: ServiceId,
        column: &'static str,
        name: &str,
    ) -> StoreFuture<'_, Option<T>> {
        let name = name.to_owned();
        self.when_open(async move { self.pool.record_by(noun, service, column, &name).await })
    }
}
