//! What an inspection says: valid, and what is known then; or not, and why.

use std::sync::Arc;

use jeton_model::clock::Timestamp;
use jeton_model::records::{Client, Grant, Subject, Token, TokenState, User};

/// What is known of a valid token.
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
    /// `sub`: the user, a name others vouch for, or the client that acts for itself.
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
    /// Not valid, and why; the row when the text was really ours.
    Inactive(Inactive, Option<Arc<Token>>),
}

impl Verdict {
    /// The row, when the text was really ours.
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
    /// Never issued here, or its row is gone.
    Unknown,
    /// Its time has passed.
    Expired,
    /// Its time has not come.
    NotYet,
    /// Revoked.
    Revoked,
    /// Suspended together with others: revoked soon, unless somebody undoes it.
    Suspended,
    /// A refresh token that was exchanged.
    Rotated,
    /// Its family was revoked or has ended.
    GrantEnded,
    /// Its client is gone, disabled or reset, or its owner is gone or disabled.
    ClientGone,
    /// Its user is gone, disabled or signed out everywhere.
    UserGone,
    /// Its service is disabled.
    ServiceDisabled,
}

impl Inactive {
    /// What the row alone says.
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
