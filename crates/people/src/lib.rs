//! People: how they authenticate, their sessions, and the limits for unauthenticated callers.

use std::sync::Arc;

use jeton_jose::digest::MacKey;
use jeton_jose::seal::{SealError, SealKey};

use crate::confirmation::{Confirmation, Sender};
use crate::unauthenticated::UnauthenticatedWrites;
use jeton_ledger::Ledger;
use jeton_model::records::DeclaredSingleUse;
use jeton_model::refusal::Kind;

pub mod confirmation;
mod guesses;
mod hashing;
mod known;
pub mod participation;
mod password;
pub mod rate_limit;
pub mod refusals;
mod secret_guesses;
mod session;
mod sign_in;
pub mod unauthenticated;
mod way_back;

pub use guesses::SignInFrom;
pub use known::{KNOWN_FOR, remember_browser};
pub use password::hash_password;
pub use session::{Session, end_session, find_session, replace_session, start_session};
pub use sign_in::sign_in;
pub use unauthenticated::UnauthenticatedLimits;
pub use way_back::WayBack;

pub use guesses::{AT_ONCE, Guesses};
pub(crate) use hashing::Hashing;
pub use password::is_password;
pub use secret_guesses::{SecretGuess, SecretGuesses};
pub use sign_in::{SignInMethods, SignedIn, sign_in_by};

/// The single-use kinds of people.
pub const SINGLE_USE_KINDS: &[&[DeclaredSingleUse]] = &[&[confirmation::CONFIRMATION_CODE]];

/// The refusals that are declared here, by their files.
pub const REFUSALS: &[&[&Kind]] = &[refusals::KINDS, confirmation::refusals::KINDS];

/// The people of a ledger: passwords, confirmation codes, sessions, and the limits on guesses and on writes by
/// unauthenticated callers. It owns these limits, the queue for hashing passwords, and the lock for writing people.
/// Created by the wiring, one for a ledger.
pub struct People {
    /// The ledger.
    pub ledger: Arc<Ledger>,
    /// Password hashing takes a core each: as many at once as there are cores.
    pub(crate) hashing: Arc<Hashing>,
    pub(crate) guesses: Guesses,
    /// Wrong secrets of clients and programs.
    pub secret_guesses: SecretGuesses,
    /// Recognises browsers in which a person signed in.
    pub(crate) known_browsers: MacKey,
    /// Records of people are read, changed and written one after another, so that no change takes back another.
    pub writes: tokio::sync::Mutex<()>,
    pub(crate) confirmation: Confirmation,
    pub(crate) unauthenticated: UnauthenticatedWrites,
}

/// The settings about people, from the configuration.
#[derive(Clone, Debug)]
pub struct PeopleOptions {
    /// How many passwords are hashed at once.
    pub hashing: usize,
    /// How many confirmation codes are sent, and to which numbers.
    pub confirmation: confirmation::Limits,
    /// The limits on writes by unauthenticated callers; by default they may cause none.
    pub unauthenticated: UnauthenticatedLimits,
}

impl Default for PeopleOptions {
    fn default() -> Self {
        Self { hashing: 2, confirmation: Default::default(), unauthenticated: UnauthenticatedLimits::default() }
    }
}

impl People {
    /// The people of a ledger; codes are sent through `sender`.
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
            unauthenticated: UnauthenticatedWrites::new(options.unauthenticated),
        })
    }
}
