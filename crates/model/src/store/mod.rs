//! The port to a database.
//!
//! A write is a [`Command`] with its precondition, never an open transaction: a store gathers the commands that arrive
//! while its last commit runs, applies them in one transaction, and answers each only when its effect is durable.

mod command;
mod page;
pub mod patience;

use std::fmt;

use futures::future::BoxFuture;

pub use crate::terms::{ByExpiry, StateName, TokenFilter, earlier};
pub use command::{Command, GrantChange, Lost, NewText, Outcome, Precondition, Record, TokenChange, Write};
pub use page::{Listing, Order, Page};

use crate::clock::Timestamp;
use crate::ids::{ClientKey, DeviceId, DocumentId, GrantId, ServiceId, TokenId, UserKey};
use crate::records::{
    Client, Device, Document, DocumentKind, Event, Grant, KeyRecord, PhoneNumber, Service, SingleUse, SingleUseKey,
    SingleUseKind, Token, TokenUse, User,
};

/// What every method of a store returns.
pub type StoreFuture<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

/// How many events one call of [`Store::foreign_events`] may leave others behind.
pub const FEED_PAGE: usize = 1024;

/// How long events are kept: an audit trail of a year, and a margin.
pub const EVENT_RETENTION: std::time::Duration = std::time::Duration::from_secs(400 * 86_400);

/// Reads of a database that holds the ledger. Nothing here writes.
pub trait StoreReads: Send + Sync + 'static {
    /// One token.
    fn token(&self, id: TokenId) -> StoreFuture<'_, Option<Token>>;
    /// The token whose text (or caller-chosen value) has this SHA-256; only rows written with an alias are found.
    fn token_by_alias(&self, service: ServiceId, alias: [u8; 32]) -> StoreFuture<'_, Option<Token>>;
    /// One grant.
    fn grant(&self, id: GrantId) -> StoreFuture<'_, Option<Grant>>;
    /// One single-use entry, used or not, expired or not.
    fn single_use(&self, kind: SingleUseKind, key: SingleUseKey) -> StoreFuture<'_, Option<SingleUse>>;
    /// A client by its wire name.
    fn client_by_id(&self, service: ServiceId, client_id: &str) -> StoreFuture<'_, Option<Client>>;
    /// A client by its number.
    fn client(&self, key: ClientKey) -> StoreFuture<'_, Option<Client>>;
    /// A user by the name that they sign in with: the one of exactly this name, else the one whose name has the same key
    /// ([`User::name_key`]); none when several have.
    fn user_by_name(&self, service: ServiceId, username: &str) -> StoreFuture<'_, Option<User>>;
    /// The users whose names have the key of another one's: an earlier version accepted them, and they are found by their
    /// exact names only.
    fn clashing_users(&self) -> StoreFuture<'_, Vec<User>>;
    /// A user by `sub`.
    fn user_by_sub(&self, service: ServiceId, sub: &str) -> StoreFuture<'_, Option<User>>;
    /// The user whose verified telephone number ([`User::phone`]) this is.
    fn user_by_phone(&self, service: ServiceId, phone: &PhoneNumber) -> StoreFuture<'_, Option<User>>;
    /// A user by number.
    fn user(&self, key: UserKey) -> StoreFuture<'_, Option<User>>;
    /// A device by number.
    fn device(&self, id: DeviceId) -> StoreFuture<'_, Option<Device>>;
    /// A device by its own name.
    fn device_by_name(&self, service: ServiceId, name: &str) -> StoreFuture<'_, Option<Device>>;
    /// A document.
    fn document(
        &self,
        service: ServiceId,
        kind: DocumentKind,
        owner: &str,
        name: &str,
    ) -> StoreFuture<'_, Option<Document>>;
    /// A document by its number.
    fn document_by_id(&self, id: DocumentId) -> StoreFuture<'_, Option<Document>>;
    /// A service by its number.
    fn service(&self, id: ServiceId) -> StoreFuture<'_, Option<Service>>;
    /// All services.
    fn services(&self) -> StoreFuture<'_, Vec<Service>>;
    /// All keys of a service, retired ones included until they are swept.
    fn keys(&self, service: ServiceId) -> StoreFuture<'_, Vec<KeyRecord>>;
    /// A page of a service's clients, by number.
    fn clients(&self, service: ServiceId, page: Page) -> StoreFuture<'_, Listing<Client>>;
    /// A page of a service's users, by number.
    fn users(&self, service: ServiceId, page: Page) -> StoreFuture<'_, Listing<User>>;
    /// A page of a service's devices, by number.
    fn devices(&self, service: ServiceId, page: Page) -> StoreFuture<'_, Listing<Device>>;
    /// A page of the documents of one kind; all owners when `owner` is none.
    fn documents(
        &self,
        service: ServiceId,
        kind: DocumentKind,
        owner: Option<&str>,
        page: Page,
    ) -> StoreFuture<'_, Listing<Document>>;
    /// The next documents of one kind in all services, by number after `after`, at most `limit`; all owners when `owner` is
    /// none. For code that looks at what there is, however many services there are.
    fn documents_of_all(
        &self,
        kind: DocumentKind,
        owner: Option<&str>,
        after: u64,
        limit: u32,
    ) -> StoreFuture<'_, Vec<Document>>;
    /// A page of tokens, in the page's order, with the exact total. Includes everything acknowledged before the call.
    fn tokens(&self, filter: &TokenFilter, page: Page) -> StoreFuture<'_, Listing<Token>>;
    /// The next tokens by number after `after`, at most `limit`, without a total: for code that iterates over all of
    /// them. Includes everything acknowledged before the call.
    fn tokens_after(&self, filter: &TokenFilter, after: u64, limit: u32) -> StoreFuture<'_, Vec<Token>>;
    /// The recorded uses of these tokens; those never used are left out.
    fn uses(&self, tokens: &[TokenId]) -> StoreFuture<'_, Vec<TokenUse>>;
    /// The latest events of a service, newest first, at most `limit`.
    fn events(&self, service: Option<ServiceId>, limit: u32) -> StoreFuture<'_, Vec<Event>>;
    /// Whether other processes may write to the same database.
    fn is_shared(&self) -> bool;
    /// A small value of the installation itself (the wrapped seal key, …).
    fn meta(&self, name: &str) -> StoreFuture<'_, Option<Vec<u8>>>;
    /// Whether the store answers now.
    fn ping(&self) -> StoreFuture<'_, ()>;
}

/// A database that holds the ledger. One conformance suite (`jeton-testkit`) tests what each method must do.
///
/// Code with a `Store` could write without updating the ledger's cache: so only the ledger has one, and gives out the
/// [reads](StoreReads).
pub trait Store: StoreReads {
    /// Applies a command; ready when its outcome is durable. Commands of one caller may be reordered against others'
    /// but each is atomic.
    fn apply(&self, command: Command) -> StoreFuture<'static, Outcome>;

    /// Reserves `count` ids that no other process has or will have; returns the first. Durable before it returns.
    fn reserve_ids(&self, count: u32) -> StoreFuture<'_, u64>;

    /// Events of *other* nodes since the last call, in no particular order, each at least once; [`FEED_PAGE`] or more
    /// when others may be waiting still. Waits a short while for the first one when there is none. A store that only
    /// this process can open never answers.
    fn foreign_events(&self) -> StoreFuture<'_, Vec<Event>>;

    /// Removes at most `limit` rows that ended before `now`: expired tokens, grants and entries, and events older than
    /// [`EVENT_RETENTION`]. Returns how many.
    fn sweep(&self, now: Timestamp, limit: u32) -> StoreFuture<'_, u64>;

    /// Writes a value of the installation if there is none yet; returns what is there afterwards.
    fn meta_init(&self, name: &str, value: &[u8]) -> StoreFuture<'_, Vec<u8>>;
    /// Overwrites a value of the installation.
    fn meta_set(&self, name: &str, value: &[u8]) -> StoreFuture<'_, ()>;

    /// Writes what is pending and lets go of the database.
    fn close(&self) -> StoreFuture<'_, ()>;
}

/// The store failed; nothing was changed unless the variant says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It is closing, or too much is waiting already.
    #[error("the store takes no more work now")]
    Busy,
    /// It does not answer, or an operation failed. Whether a write took effect is unknown.
    #[error("the store failed: {0}")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A row cannot be read.
    #[error("the store holds a {what} that cannot be read")]
    Corrupt {
        /// Which noun.
        what: &'static str,
    },
}

impl StoreError {
    /// Wraps an engine's error.
    pub fn failed(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Failed(Box::new(error))
    }

    /// A failure with a description.
    pub fn message(text: impl fmt::Display) -> Self {
        Self::Failed(text.to_string().into())
    }
}
