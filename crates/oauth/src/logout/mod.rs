//! What follows the end of a browser session: the clients that took part in it are notified (OpenID Connect Back-Channel
//! Logout 1.0).
//!
//! 1. When a client with a `backchannel_logout_uri` gets an answer about a person, a document records that it took part
//!    ([`participation`](jeton_people::participation)).
//! 2. The command that ends the session turns these documents into notices, so they survive a crash.
//! 3. A background task sends them, with one queue per client (`queues.rs`), and retries within bounds,
//!    at least once each (`deliver.rs`). It also
//!    finds sessions that ended in another way: their person disabled, deleted or signed out everywhere.
//!
//! Expiry of a session is not a sign-out, and no client is notified.

mod deliver;
mod front_channel;
mod queues;
mod session_state;

pub(crate) use deliver::SINGLE_USE_KINDS;
pub use front_channel::front_channel;
pub use queues::ClientGroup;
pub use queues::Queues;
pub use session_state::{browser_state, session_state};
