//! What follows the end of a browser session: the clients that took part in it are told (OpenID Connect Back-Channel
//! Logout 1.0).
//!
//! 1. When a client with a `backchannel_logout_uri` gets an answer about a person, a document says that it took part
//!    ([`participation`](jeton_people::participation)).
//! 2. The command that ends the session turns these documents into notices: what was promised survives a crash.
//! 3. A task beside the requests sends them, each client's in a queue of its own (`queues.rs`), again and again within bounds,
//!    at least once each (`deliver.rs`). It also
//!    finds sessions that ended by another way: their person disabled, deleted or signed out everywhere.
//!
//! A session that merely runs out is no sign-out, and nobody is told.

mod deliver;
mod queues;
mod session_state;

pub(crate) use deliver::SINGLE_USE_KINDS;
pub use queues::Lane;
pub use queues::Queues;
pub use session_state::{browser_state, session_state};
