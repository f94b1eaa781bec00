//! What happened: the audit trail, and the feed other nodes follow.

use serde::{Deserialize, Serialize};

use super::Actor;
use crate::clock::Timestamp;
use crate::ids::{ClientKey, GrantId, ServiceId, TokenId, UserKey};

/// One thing that happened. Issuance leaves none: the token's row is its record. Every other change of the ledger
/// carries one in the same commit, so a node that follows the events knows what to forget.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// In which service; none: in the whole process.
    pub service: Option<ServiceId>,
    /// What.
    pub kind: EventKind,
    /// Who caused it.
    pub actor: Actor,
    /// The token concerned.
    pub token: Option<TokenId>,
    /// The family concerned.
    pub grant: Option<GrantId>,
    /// The client concerned.
    pub client: Option<ClientKey>,
    /// The user concerned.
    pub user: Option<UserKey>,
    /// Further details, never a secret.
    pub detail: Option<String>,
}

impl Event {
    /// An event with nothing but its kind; the caller fills in what it concerns.
    #[must_use]
    pub fn new(kind: EventKind, at: Timestamp, service: Option<ServiceId>, actor: Actor) -> Self {
        Self { at, service, kind, actor, token: None, grant: None, client: None, user: None, detail: None }
    }

    /// Names many tokens and families at once, in the detail: one event for a batch.
    #[must_use]
    pub fn concerning(mut self, why: &str, tokens: &[TokenId], grants: &[GrantId]) -> Self {
        let batch = Batch { why: why.to_owned(), tokens: tokens.to_vec(), grants: grants.to_vec() };
        self.detail = serde_json::to_string(&batch).ok();
        self
    }

    /// The tokens and families that [`Self::concerning`] named; none on any other event.
    #[must_use]
    pub fn batch(&self) -> (Vec<TokenId>, Vec<GrantId>) {
        let batch = self.detail.as_deref().filter(|_| self.kind == EventKind::TokensRevoked);
        let batch = batch.and_then(|text| serde_json::from_str::<Batch>(text).ok()).unwrap_or_default();
        (batch.tokens, batch.grants)
    }
}

#[derive(Default, Serialize, Deserialize)]
struct Batch {
    why: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tokens: Vec<TokenId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    grants: Vec<GrantId>,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(i16)]
pub enum EventKind {
    /// A number that a newer version wrote.
    Unknown = 0,
    /// One token was revoked.
    TokenRevoked = 1,
    /// A family was revoked.
    GrantRevoked = 2,
    /// A token was changed.
    TokenAmended = 3,
    /// A rotated refresh token was presented after the grace period.
    RefreshReused = 4,
    /// A used authorization code was presented again.
    CodeReused = 5,
    /// A refresh token was presented by another client.
    RefreshForeign = 6,
    /// A client was created or changed.
    ClientPut = 7,
    /// A client was deleted.
    ClientDeleted = 8,
    /// A user was created or changed.
    UserPut = 9,
    /// A user was deleted.
    UserDeleted = 10,
    /// A service was created or changed.
    ServicePut = 11,
    /// A key was made, rotated or retired.
    KeyChanged = 12,
    /// A document was written or removed.
    DocumentChanged = 13,
    /// A refresh token was rotated: other nodes must forget what they know of it.
    TokenRotated = 14,
    /// Many tokens were revoked in one command; [`Event::batch`] reads their numbers from the detail.
    TokensRevoked = 15,
    /// Tokens that match a filter were suspended, to be revoked when the time to undo it is over.
    TokensSuspended = 16,
    /// A suspension was undone.
    TokensResumed = 17,
    /// Somebody was shown the texts of tokens.
    ValuesRead = 18,
    /// A token's text was found where it should not be, and presented to be ended.
    TokenLeaked = 19,
    /// A token made elsewhere was taken over by its text or the hash of it.
    TokenImported = 20,
    /// An application used a path of the token administration where the role of its token's person is enough.
    BarePathUsed = 21,
    /// A family was changed by an administrator.
    GrantAmended = 22,
    /// A device got another owner, or was disabled, enabled or forgotten; the detail names it.
    DeviceChanged = 23,
}

impl EventKind {
    const ALL: [Self; 24] = [
        Self::Unknown,
        Self::TokenRevoked,
        Self::GrantRevoked,
        Self::TokenAmended,
        Self::RefreshReused,
        Self::CodeReused,
        Self::RefreshForeign,
        Self::ClientPut,
        Self::ClientDeleted,
        Self::UserPut,
        Self::UserDeleted,
        Self::ServicePut,
        Self::KeyChanged,
        Self::DocumentChanged,
        Self::TokenRotated,
        Self::TokensRevoked,
        Self::TokensSuspended,
        Self::TokensResumed,
        Self::ValuesRead,
        Self::TokenLeaked,
        Self::TokenImported,
        Self::BarePathUsed,
        Self::GrantAmended,
        Self::DeviceChanged,
    ];

    /// The number in a database.
    #[must_use]
    pub const fn sql(self) -> i16 {
        self as i16
    }

    /// From a database's number.
    #[must_use]
    pub fn from_sql(n: i16) -> Self {
        usize::try_from(n).ok().and_then(|n| Self::ALL.get(n).copied()).unwrap_or(Self::Unknown)
    }
}
