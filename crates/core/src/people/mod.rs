//! People: passwords, guesses, sessions.

mod guesses;
mod hashing;
mod known;
mod password;
mod session;
mod sign_in;
mod way_back;

pub use guesses::SignInFrom;
pub use known::{KNOWN_FOR, remember_browser};
pub use password::hash_password;
pub use session::{Session, end_session, find_session, replace_session, start_session};
pub use sign_in::sign_in;
pub use way_back::WayBack;

pub(crate) use guesses::{AT_ONCE, Guesses};
pub(crate) use hashing::Hashing;
pub(crate) use password::is_password;
pub(crate) use sign_in::{SignedIn, Ways, sign_in_by};
