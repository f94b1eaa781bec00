//! Anything that works once.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::ids::{GrantId, ServiceId};

/// The SHA-256 of what is presented: a code's text, an assertion's issuer and `jti`, …
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OnceKey(pub [u8; 32]);

impl std::fmt::Debug for OnceKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OnceKey(…)")
    }
}

/// An entry that can be used up exactly once, across restarts and nodes.
#[derive(Clone, Debug, PartialEq)]
pub struct Once {
    /// What it is.
    pub kind: OnceKind,
    /// Which one.
    pub key: OnceKey,
    /// The issuer.
    pub service: ServiceId,
    /// The family it led to or will lead to; ended when the entry is presented twice.
    pub grant: Option<GrantId>,
    /// From here on it is worth nothing and may be swept.
    pub expires: Timestamp,
    /// When it was used up.
    pub used: Option<Timestamp>,
    /// What its maker wants to find again.
    pub payload: Vec<u8>,
}

/// The kinds of single-use things.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(i16)]
pub enum OnceKind {
    /// RFC 6749 authorization code.
    Code = 1,
    /// A page shown to a person and not yet answered.
    Interaction = 2,
    /// The sealed answer to a refresh, repeated within the grace.
    RefreshReply = 3,
    /// `jti` of a client assertion (RFC 7523).
    AssertionId = 4,
    /// `jti` of a DPoP proof (RFC 9449).
    DpopId = 5,
    /// UMA permission ticket.
    Ticket = 6,
    /// Confirmation code sent to a person.
    ConfirmationCode = 7,
    /// RFC 8628 device code.
    DeviceCode = 8,
    /// RFC 8628 user code.
    UserCode = 9,
    /// RFC 9126 pushed authorization request.
    PushedRequest = 10,
    /// Authlete's ticket between its calls.
    AuthleteTicket = 11,
    /// What a person said about a device code.
    DeviceAnswer = 12,
    /// The place of an API token, which one successor takes.
    Succession = 21,
    /// One try to tell a client that a session ended.
    LogoutTry = 20,
    /// A use whose answer never reached its client.
    Unanswered = 41,
    /// The right to decide what becomes of a suspension, or to work on it.
    SuspensionTurn = 31,
}

impl OnceKind {
    /// Every kind.
    pub const ALL: [Self; 16] = [
        Self::Code,
        Self::Interaction,
        Self::RefreshReply,
        Self::AssertionId,
        Self::DpopId,
        Self::Ticket,
        Self::ConfirmationCode,
        Self::DeviceCode,
        Self::UserCode,
        Self::PushedRequest,
        Self::AuthleteTicket,
        Self::DeviceAnswer,
        Self::LogoutTry,
        Self::SuspensionTurn,
        Self::Succession,
        Self::Unanswered,
    ];

    /// The number in a database.
    #[must_use]
    pub const fn sql(self) -> i16 {
        self as i16
    }

    /// From a database's number.
    #[must_use]
    pub fn from_sql(n: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.sql() == n)
    }
}
