//! People: how they prove who they are, their sessions, and what strangers may try and leave behind.

use std::sync::Arc;

use jeton_jose::digest::MacKey;
use jeton_jose::seal::{SealError, SealKey};

use crate::confirmation::{Confirmation, Sender};
use crate::strangers::Strangers;
use jeton_ledger::Ledger;
use jeton_model::records::DeclaredOnce;

pub mod budget;
pub mod confirmation;
mod guesses;
mod hashing;
mod known;
pub mod participation;
mod password;
mod secret_guesses;
mod session;
mod sign_in;
pub mod strangers;
pub mod tries;
mod way_back;

pub use guesses::SignInFrom;
pub use known::{KNOWN_FOR, remember_browser};
pub use password::hash_password;
pub use session::{Session, end_session, find_session, replace_session, start_session};
pub use sign_in::sign_in;
pub use strangers::StrangerLimits;
pub use way_back::WayBack;

pub use guesses::{AT_ONCE, Guesses};
pub(crate) use hashing::Hashing;
pub use password::is_password;
pub use secret_guesses::{SecretGuess, SecretGuesses};
pub use sign_in::{SignedIn, Ways, sign_in_by};

/// The single-use kinds of people.
pub const ONCE_KINDS: &[&[DeclaredOnce]] = &[&[confirmation::CONFIRMATION_CODE]];

/// People at a ledger: passwords, confirmation codes, sessions, and the bounds on guesses and on what strangers write. It owns these
/// bounds, the place where passwords are hashed, and the turn to write people. Made where the product is wired, one for a ledger.
pub struct People {
    /// The ledger.
    pub ledger: Arc<Ledger>,
    /// Password hashing takes a core each: as many at once as there are cores.
    pub(crate) hashing: Arc<Hashing>,
    pub(crate) guesses: Guesses,
    /// Wrong secrets of clients and programs.
    pub secret_guesses: SecretGuesses,
    /// Marks the browsers in which somebody signed in.
    pub(crate) known_browsers: MacKey,
    /// Records of people are read, changed and written one after another, so that no change takes back another.
    pub writes: tokio::sync::Mutex<()>,
    pub(crate) confirmation: Confirmation,
    pub(crate) strangers: Strangers,
}

/// What an operator can set about people. The configuration gives it.
#[derive(Clone, Debug)]
pub struct PeopleOptions {
    /// How many passwords are hashed at once.
    pub hashing: usize,
    /// How many confirmation codes are sent, and to whom.
    pub confirmation: confirmation::Limits,
    /// How much strangers may have written; unless given, nothing.
    pub strangers: StrangerLimits,
}

impl Default for PeopleOptions {
    fn default() -> Self {
        Self { hashing: 2, confirmation: Default::default(), strangers: StrangerLimits::default() }
    }
}

impl People {
    /// People at a ledger, who get their codes through `sender`.
    ///
    /// # Errors
    /// When no keys can be derived from `seal`.
    pub fn new(
        ledger: Arc<Ledger>,
        sender: Arc<dyn Sender>,
        seal: &SealKey,
        options: PeopleOptions,
    ) -> Result<Self, SealError> {
        Ok(Self {
            ledger,
            hashing: Hashing::new(options.hashing),
            guesses: Guesses::default(),
            secret_guesses: SecretGuesses::default(),
            known_browsers: seal.derive_mac("jeton known browsers")?,
            writes: tokio::sync::Mutex::default(),
            confirmation: Confirmation::new(sender, options.confirmation, seal)?,
            strangers: Strangers::new(options.strangers),
        })
    }
}
