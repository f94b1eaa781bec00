//! A store that can delay its answer to a command after applying it, as a busy machine may do.

use std::sync::{Arc, Mutex};

use futures::future::FutureExt;
use jeton_core::ids::{ClientKey, DeviceId, DocumentId, GrantId, ServiceId, TokenId, UserKey};
use jeton_core::model::{
    Client, Device, Document, DocumentKind, Event, Grant, KeyRecord, PhoneNumber, Service, SingleUse, SingleUseKey,
    SingleUseKind, Token, TokenUse, User,
};
use jeton_core::store::{Command, Listing, Outcome, Page, StoreFuture, StoreReads, TokenFilter, Write};
use jeton_core::{Store, Timestamp};
use jeton_testkit::ModelStore;
use tokio::sync::Notify;

/// Selects the command whose answer is delayed.
type Chosen = fn(&Write) -> bool;

#[derive(Default)]
pub(crate) struct HeldStore {
    inner: ModelStore,
    next: Mutex<Option<(Chosen, Arc<Gate>)>>,
    before: Mutex<Option<(Chosen, Arc<Gate>)>>,
    crowd: Mutex<Option<Faster>>,
    is_shared: bool,
    asked: Mutex<Vec<TokenId>>,
}

/// A write by another node just before a command.
type Faster = fn(&Command) -> Option<Write>;

/// Signals when the command is applied, and waits for permission to answer.
#[derive(Default)]
pub(crate) struct Gate {
    done: Notify,
    open: Notify,
}

impl Gate {
    pub(crate) async fn done(&self) {
        self.done.notified().await;
    }

    pub(crate) fn open(&self) {
        self.open.notify_one();
    }
}

impl HeldStore {
    /// A store that other nodes write to as well. None of them reads another one's events.
    pub(crate) fn shared() -> Self {
        Self { is_shared: true, ..Self::default() }
    }

    /// The tokens that were read by number since the last call.
    pub(crate) fn asked(&self) -> Vec<TokenId> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    /// Delays the answer to the next command with such a write.
    pub(crate) fn hold(&self, chosen: Chosen) -> Arc<Gate> {
        let gate = Arc::<Gate>::default();
        *self.next.lock().unwrap() = Some((chosen, Arc::clone(&gate)));
        gate
    }

    /// Delays the next command with such a write itself, so that others are faster. `done` signals that it has arrived.
    pub(crate) fn hold_before(&self, chosen: Chosen) -> Arc<Gate> {
        let gate = Arc::<Gate>::default();
        *self.before.lock().unwrap() = Some((chosen, Arc::clone(&gate)));
        gate
    }

    /// Another node is faster each time.
    pub(crate) fn crowd(&self, faster: Faster) {
        *self.crowd.lock().unwrap() = Some(faster);
    }
}

macro_rules! handed_on {
    ($($name:ident($($arg:ident: $type:ty),*) -> $out:ty;)*) => {$(
        fn $name(&self $(, $arg: $type)*) -> StoreFuture<'_, $out> {
            self.inner.$name($($arg),*)
        }
    )*};
}

impl StoreReads for HeldStore {
    handed_on! {
        token_by_alias(service: ServiceId, alias: [u8; 32]) -> Option<Token>;
        grant(id: GrantId) -> Option<Grant>;
        single_use(kind: SingleUseKind, key: SingleUseKey) -> Option<SingleUse>;
        client_by_id(service: ServiceId, client_id: &str) -> Option<Client>;
        client(key: ClientKey) -> Option<Client>;
        user_by_name(service: ServiceId, username: &str) -> Option<User>;
        clashing_users() -> Vec<User>;
        user_by_sub(service: ServiceId, sub: &str) -> Option<User>;
        user_by_phone(service: ServiceId, phone: &PhoneNumber) -> Option<User>;
        user(key: UserKey) -> Option<User>;
        device(id: DeviceId) -> Option<Device>;
        device_by_name(service: ServiceId, name: &str) -> Option<Device>;
        document(service: ServiceId, kind: DocumentKind, owner: &str, name: &str) -> Option<Document>;
        document_by_id(id: DocumentId) -> Option<Document>;
        service(id: ServiceId) -> Option<Service>;
        services() -> Vec<Service>;
        keys(service: ServiceId) -> Vec<KeyRecord>;
        clients(service: ServiceId, page: Page) -> Listing<Client>;
        users(service: ServiceId, page: Page) -> Listing<User>;
        devices(service: ServiceId, page: Page) -> Listing<Device>;
        documents(service: ServiceId, kind: DocumentKind, owner: Option<&str>, page: Page) -> Listing<Document>;
        documents_of_all(kind: DocumentKind, owner: Option<&str>, after: u64, limit: u32) -> Vec<Document>;
        tokens(filter: &TokenFilter, page: Page) -> Listing<Token>;
        tokens_after(filter: &TokenFilter, after: u64, limit: u32) -> Vec<Token>;
        uses(tokens: &[TokenId]) -> Vec<TokenUse>;
        events(service: Option<ServiceId>, limit: u32) -> Vec<Event>;
        meta(name: &str) -> Option<Vec<u8>>;
        ping() -> ();
    }

    fn token(&self, id: TokenId) -> StoreFuture<'_, Option<Token>> {
        self.asked.lock().unwrap().push(id);
        self.inner.token(id)
    }

    fn is_shared(&self) -> bool {
        self.is_shared
    }
}

impl Store for HeldStore {
    fn apply(&self, command: Command) -> StoreFuture<'static, Outcome> {
        let faster = self.crowd.lock().unwrap().and_then(|faster| faster(&command));
        let crowded = faster.map(|write| self.inner.apply(Command::of(vec![write])));
        let held = self.before.lock().unwrap().take_if(|(chosen, _)| command.writes.iter().any(*chosen));
        if let Some((_, gate)) = held {
            let inner = self.inner.reopened();
            return async move {
                gate.done.notify_one();
                gate.open.notified().await;
                inner.apply(command).await
            }
            .boxed();
        }
        let mut next = self.next.lock().unwrap();
        let chosen = next.take_if(|(chosen, _)| command.writes.iter().any(*chosen));
        drop(crowded);
        let work = self.inner.apply(command);
        async move {
            let outcome = work.await;
            if let Some((_, gate)) = chosen {
                gate.done.notify_one();
                gate.open.notified().await;
            }
            outcome
        }
        .boxed()
    }

    handed_on! {
        reserve_ids(count: u32) -> u64;
        foreign_events() -> Vec<Event>;
        sweep(now: Timestamp, limit: u32) -> u64;
        meta_init(name: &str, value: &[u8]) -> Vec<u8>;
        meta_set(name: &str, value: &[u8]) -> ();
        close() -> ();
    }
}
