//! A store that fails on command: unreachable, or at one point of one write.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::future::{FutureExt, ready};
use jeton_core::ids::{ClientKey, DeviceId, DocumentId, GrantId, ServiceId, TokenId, UserKey};
use jeton_core::model::{
    Client, Device, Document, DocumentKind, Event, Grant, KeyRecord, PhoneNumber, Service, SingleUse, SingleUseKey,
    SingleUseKind, Token, TokenUse, User,
};
use jeton_core::store::{
    Command, Listing, Lost, Outcome, Page, Precondition, StoreError, StoreFuture, StoreReads, TokenFilter,
};
use jeton_core::{Store, Timestamp};

/// Where a write fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Before the write: the store is busy, and reports that nothing was written.
    Before,
    /// In the middle: nothing is written, and the outcome is reported as unknown.
    During,
    /// After the commit: everything is written, and the answer is lost.
    After,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Before, Self::During, Self::After];
}

/// Another store, with faults in front of it.
pub struct FaultyStore {
    inner: Arc<dyn Store>,
    away: AtomicBool,
    corrupt: AtomicBool,
    overtaken: AtomicBool,
    plan: Mutex<Plan>,
}

#[derive(Default)]
struct Plan {
    /// How many writes still go well, and what happens to the one after them.
    write: Option<(usize, Fault)>,
    /// How many reads still go well before one fails.
    read: Option<usize>,
    /// How many faults happened.
    happened: usize,
    /// How many reads were asked for.
    reads: usize,
}

impl FaultyStore {
    /// In front of another store; without faults until told.
    #[must_use]
    pub fn over(inner: Arc<dyn Store>) -> Arc<Self> {
        let [away, corrupt, overtaken] = [const { AtomicBool::new(false) }; 3];
        Arc::new(Self { inner, away, corrupt, overtaken, plan: Mutex::default() })
    }

    /// From now on nothing is answered, or everything again.
    pub fn set_away(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
    }

    /// From now on no row can be read or written, or every row again.
    pub fn set_corrupt(&self, corrupt: bool) {
        self.corrupt.store(corrupt, Ordering::SeqCst);
    }

    /// From now on each record that is about to be replaced has been changed by others since it was read, or none has.
    pub fn set_overtaken(&self, overtaken: bool) {
        self.overtaken.store(overtaken, Ordering::SeqCst);
    }

    /// After this many successful writes, one fails.
    pub fn fail_write(&self, after: usize, fault: Fault) {
        self.plan().write = Some((after, fault));
    }

    /// After this many successful reads, one fails.
    pub fn fail_read(&self, after: usize) {
        self.plan().read = Some(after);
    }

    /// Forgets what was to fail and did not. Whether anything failed since the last call.
    pub fn heal(&self) -> bool {
        let mut plan = self.plan();
        (plan.write, plan.read) = (None, None);
        std::mem::take(&mut plan.happened) > 0
    }

    /// How many reads were asked for since the last call.
    pub fn reads(&self) -> usize {
        std::mem::take(&mut self.plan().reads)
    }

    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fault_of_write(&self) -> Option<Fault> {
        let mut plan = self.plan();
        match &mut plan.write {
            Some((0, fault)) => {
                let fault = *fault;
                plan.write = None;
                plan.happened += 1;
                Some(fault)
            }
            Some((after, _)) => {
                *after -= 1;
                None
            }
            None => None,
        }
    }

    fn read_fails(&self) -> bool {
        let mut plan = self.plan();
        plan.reads += 1;
        match &mut plan.read {
            Some(0) => {
                plan.read = None;
                plan.happened += 1;
                true
            }
            Some(after) => {
                *after -= 1;
                false
            }
            None => self.away.load(Ordering::SeqCst),
        }
    }
}

fn failed() -> StoreError {
    StoreError::message("the test says so")
}

fn corrupt() -> StoreError {
    StoreError::Corrupt { what: "row" }
}

macro_rules! handed_on {
    ($($name:ident($($arg:ident: $type:ty),*) -> $out:ty;)*) => {$(
        fn $name(&self $(, $arg: $type)*) -> StoreFuture<'_, $out> {
            if self.read_fails() {
                return ready(Err(failed())).boxed();
            }
            if self.corrupt.load(Ordering::SeqCst) {
                return ready(Err(corrupt())).boxed();
            }
            self.inner.$name($($arg),*)
        }
    )*};
}

impl StoreReads for FaultyStore {
    handed_on! {
        token(id: TokenId) -> Option<Token>;
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

    fn is_shared(&self) -> bool {
        self.inner.is_shared()
    }
}

impl Store for FaultyStore {
    fn apply(&self, command: Command) -> StoreFuture<'static, Outcome> {
        if self.away.load(Ordering::SeqCst) {
            return ready(Err(failed())).boxed();
        }
        if self.corrupt.load(Ordering::SeqCst) {
            return ready(Err(corrupt())).boxed();
        }
        if self.overtaken.load(Ordering::SeqCst) && matches!(command.when, Some(Precondition::Unchanged(_))) {
            return ready(Ok(Outcome::Lost(Lost::Changed))).boxed();
        }
        match self.fault_of_write() {
            None => self.inner.apply(command),
            Some(Fault::Before) => ready(Err(StoreError::Busy)).boxed(),
            Some(Fault::During) => ready(Err(failed())).boxed(),
            Some(Fault::After) => self.inner.apply(command).map(|_| Err(failed())).boxed(),
        }
    }

    handed_on! {
        reserve_ids(count: u32) -> u64;
        foreign_events() -> Vec<Event>;
        sweep(now: Timestamp, limit: u32) -> u64;
        meta_init(name: &str, value: &[u8]) -> Vec<u8>;
        meta_set(name: &str, value: &[u8]) -> ();
    }

    fn close(&self) -> StoreFuture<'_, ()> {
        self.inner.close()
    }
}
