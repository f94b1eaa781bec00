//! The accounts of robots' owners (`docs/contracts/vector.md` section 8): people of the ledger, and their account sessions.

mod household;
mod limits;
mod sessions;
mod sign_in;
mod sign_up;

use std::sync::Arc;

use jeton_jose::Secret;
use jeton_model::clock::Timestamp;
use jeton_model::records::User;

pub(crate) use limits::AccountLimits;
pub use sessions::Validated;
pub use sign_up::NewAccount;
pub(crate) use sign_up::SignUps;

/// An account, and its session where one was made or asked about.
#[derive(Debug)]
pub struct Account {
    /// The session.
    pub session: Option<SessionText>,
    /// The account's id.
    pub user_id: String,
    /// What the session may do.
    pub scope: &'static str,
    /// Whose account it is.
    pub user: Arc<User>,
}

/// An account session with its text.
#[derive(Debug)]
pub struct SessionText {
    /// What apps and robots send.
    pub text: Secret,
    /// When it was made.
    pub created: Timestamp,
    /// When it ends; none: never.
    pub expires: Option<Timestamp>,
}

impl Account {
    fn of(user: Arc<User>, session: Option<SessionText>) -> Self {
        Self { session, user_id: user.sub.clone(), scope: "user", user }
    }
}
