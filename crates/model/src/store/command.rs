//! Writes as commands.

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::ids::{ClientKey, DocumentId, GrantId, KeyId, TokenId, UserKey};
use crate::records::{
    Binding, Client, Device, Document, Event, Grant, GrantDetails, KeyRecord, Reason, Service, SingleUse, SingleUseKey,
    SingleUseKind, Token, TokenDetails, TokenState, TokenUse, User, Verifier,
};
use crate::scope::Scope;

/// Writes that happen together or not at all, if the precondition holds at that moment.
#[derive(Clone, Debug, Default)]
pub struct Command {
    /// The condition; some conditions also use something up.
    pub when: Option<Precondition>,
    /// What is written then, in this order.
    pub writes: Vec<Write>,
}

impl Command {
    /// A command that needs nothing.
    #[must_use]
    pub fn of(writes: Vec<Write>) -> Self {
        Self { when: None, writes }
    }
}

/// The condition under which a command is applied.
#[derive(Clone, Debug)]
pub enum Precondition {
    /// The entry exists, is unused and not expired at `now`; it is used up.
    Consume {
        /// Its kind.
        kind: SingleUseKind,
        /// Which one.
        key: SingleUseKey,
        /// The moment of use.
        now: Timestamp,
    },
    /// No unexpired entry of this kind and key exists; this one is written, already used.
    Claim(Box<SingleUse>),
    /// The token is active; it becomes rotated to its successor.
    Rotate {
        /// The refresh token presented.
        token: TokenId,
        /// Its successor.
        to: TokenId,
        /// When.
        at: Timestamp,
    },
    /// The token is active, and stays so.
    Active(TokenId),
    /// Each of these records equals the one that was read. A command that replaces or removes records states this, so that it
    /// does not undo a change made in between.
    Unchanged(Vec<Record>),
}

impl Precondition {
    /// One record equals the one that was read.
    #[must_use]
    pub fn unchanged(record: impl Into<Record>) -> Self {
        Self::Unchanged(vec![record.into()])
    }
}

/// A record that is replaced as a whole, as it was read.
#[derive(Clone, Debug, PartialEq)]
pub enum Record {
    /// A service, by its number.
    Service(Box<Service>),
    /// A client, by its number.
    Client(Box<Client>),
    /// A user, by number.
    User(Box<User>),
    /// A document, by service, kind, owner and name.
    Document(Box<Document>),
    /// A device, by its number.
    Device(Box<Device>),
}

impl From<Service> for Record {
    fn from(service: Service) -> Self {
        Self::Service(Box::new(service))
    }
}

impl From<Client> for Record {
    fn from(client: Client) -> Self {
        Self::Client(Box::new(client))
    }
}

impl From<User> for Record {
    fn from(user: User) -> Self {
        Self::User(Box::new(user))
    }
}

impl From<Document> for Record {
    fn from(document: Document) -> Self {
        Self::Document(Box::new(document))
    }
}

impl From<Device> for Record {
    fn from(device: Device) -> Self {
        Self::Device(Box::new(device))
    }
}

/// One write.
#[derive(Clone, Debug)]
pub enum Write {
    /// A new token. `alias`: SHA-256 under which it must be found too. Its grant, if it has one, is written before or in
    /// the same command, and ends no earlier.
    Token {
        /// The row.
        token: Arc<Token>,
        /// An extra way to find it.
        alias: Option<[u8; 32]>,
    },
    /// A new grant.
    Grant(Arc<Grant>),
    /// A new single-use entry; replaces an expired one.
    SingleUse(Box<SingleUse>),
    /// Removes a single-use entry before its time; counts as a change if it was there.
    DropSingleUse {
        /// Its kind.
        kind: SingleUseKind,
        /// Which one.
        key: SingleUseKey,
    },
    /// What happened.
    Event(Box<Event>),
    /// Ends a token that is not yet ended; counts as a change only then.
    RevokeToken {
        /// Which.
        id: TokenId,
        /// When.
        at: Timestamp,
        /// Why.
        why: Reason,
    },
    /// Ends a family that is not yet ended; counts as a change only then.
    RevokeGrant {
        /// Which.
        id: GrantId,
        /// When.
        at: Timestamp,
        /// Why.
        why: Reason,
    },
    /// Changes a token that is active; counts as a change only then.
    AmendToken {
        /// Which.
        id: TokenId,
        /// To what.
        change: Box<TokenChange>,
    },
    /// Changes a family that is active; counts as a change only then. No token of it may outlive it.
    AmendGrant {
        /// Which.
        id: GrantId,
        /// To what.
        change: Box<GrantChange>,
    },
    /// Adds to what is known of a token's use: the count grows by this one's, the scopes join, the latest source stays.
    Used(Box<TokenUse>),
    /// Creates or replaces a client by number; its wire name must be free or its own.
    Client(Box<Client>),
    /// Removes a client.
    DeleteClient(ClientKey),
    /// Creates or replaces a user by number; name, `sub` and verified telephone number must be free or their own.
    User(Box<User>),
    /// Removes a user.
    DeleteUser(UserKey),
    /// Creates or replaces a service by number; its issuer must be free or its own.
    Service(Box<Service>),
    /// Creates or replaces a key by number; service, algorithm and generation must be free or its own.
    Key(Box<KeyRecord>),
    /// Removes a key.
    DeleteKey(KeyId),
    /// Creates or replaces a document by service, kind, owner and name.
    Document(Box<Document>),
    /// Removes a document.
    DeleteDocument(DocumentId),
    /// Creates or replaces a device by number; its name must be free or its own.
    Device(Box<Device>),
}

/// What a token is changed to; none leaves a member as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TokenChange {
    /// New scope.
    pub scope: Option<Scope>,
    /// New expiry; `Some(None)`: never.
    pub expires: Option<Option<Timestamp>>,
    /// The key that it is bound to from now on.
    pub binding: Option<Binding>,
    /// New details.
    pub details: Option<Arc<TokenDetails>>,
    /// A new text.
    pub text: Option<NewText>,
}

/// A new text of a token, in the form of a reference token ([`TokenFormat::Opaque`](crate::records::TokenFormat::Opaque)). With it
/// the token loses its old text and its old alias.
#[derive(Clone, Debug, PartialEq)]
pub struct NewText {
    /// SHA-256 of the text.
    pub verifier: Verifier,
    /// SHA-256 under which it must be found too.
    pub alias: Option<[u8; 32]>,
}

/// What a family is changed to; none leaves a member as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GrantChange {
    /// New scope.
    pub scope: Option<Scope>,
    /// New expiry; `Some(None)`: never.
    pub expires: Option<Option<Timestamp>>,
    /// The key that it is bound to from now on.
    pub binding: Option<Binding>,
    /// New details.
    pub details: Option<Arc<GrantDetails>>,
}

/// What became of a command.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Done and durable.
    Done {
        /// How many rows `RevokeToken`, `RevokeGrant`, `AmendToken`, `AmendGrant` and the deletes really changed.
        changed: u64,
    },
    /// The precondition did not hold; nothing was written.
    Lost(Lost),
}

/// Why a precondition did not hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Lost {
    /// There is no such entry or token.
    Missing,
    /// The entry was used before; this is it.
    Used(Box<SingleUse>),
    /// The entry expired unused.
    Expired,
    /// The token is in this state instead.
    NotActive(TokenState),
    /// An entry of this key, or a record of this unique name, exists.
    Exists,
    /// The record differs from the one that was read, or does not exist any more.
    Changed,
}
