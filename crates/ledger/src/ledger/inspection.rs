//! The result of an inspection: valid, with what is known about the token; or not valid, with the reason.

use std::sync::Arc;

use jeton_model::clock::Timestamp;
use jeton_model::records::{Client, Grant, Subject, Token, TokenState, User};

/// What is known about a valid token.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// The row.
    pub token: Arc<Token>,
    /// Its family.
    pub grant: Option<Arc<Grant>>,
    /// Its client.
    pub client: Option<Arc<Client>>,
    /// Its user.
    pub user: Option<Arc<User>>,
}

impl Inspection {
    /// `sub`: the user, a subject that another issuer vouches for, or the client that acts for itself.
    #[must_use]
    pub fn sub(&self) -> Option<&str> {
        match (&self.user, &self.token.subject) {
            (Some(user), _) => Some(&user.sub),
            (None, Some(Subject::External(name))) => Some(name),
            _ => self.client.as_ref().map(|c| c.client_id.as_str()),
        }
    }
}

/// The verdict on a presented text.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// Valid now.
    Active(Inspection),
    /// Not valid, and why; with the row when the text proved to be ours.
    Inactive(Inactive, Option<Arc<Token>>),
}

impl Verdict {
    /// The row, when the text proved to be ours.
    #[must_use]
    pub fn row(&self) -> Option<&Arc<Token>> {
        match self {
            Self::Active(live) => Some(&live.token),
            Self::Inactive(_, row) => row.as_ref(),
        }
    }
}

/// Why a token is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inactive {
    /// Never issued here, or the row was removed.
    Unknown,
    /// Expired.
    Expired,
    /// `not_before` has not passed.
    NotYet,
    /// Revoked.
    Revoked,
    /// Suspended together with others; revoked later unless the suspension is undone.
    Suspended,
    /// A refresh token that was rotated.
    Rotated,
    /// Its family was revoked or has ended.
    GrantEnded,
    /// Its client is deleted, disabled or reset, or the client's owner is deleted or disabled.
    ClientGone,
    /// Its user is deleted, disabled or signed out everywhere.
    UserGone,
    /// Its service is disabled.
    ServiceDisabled,
}

impl Inactive {
    /// The reason that the row alone gives.
    pub(super) fn by_itself(token: &Token, now: Timestamp) -> Option<Self> {
        match token.state {
            TokenState::Revoked { .. } => return Some(Self::Revoked),
            TokenState::Rotated { .. } => return Some(Self::Rotated),
            TokenState::Active => {}
        }
        if token.expires.is_some_and(|at| at <= now) {
            return Some(Self::Expired);
        }
        token.not_before.is_some_and(|at| now < at).then_some(Self::NotYet)
    }
}
