//! The guarded HTTP client: the only implementation of [`jeton_model::Outbound`], and so the only code that sends
//! requests to other servers.
//!
//! A request passes five steps, all within one time limit:
//!
//! 1. [`target`]: the URL is parsed; scheme, user information, host and port are checked.
//! 2. [`gate`]: a slot is taken; clients' URLs and the operator's have separate slots.
//! 3. [`lookup`]: the name is resolved, once.
//! 4. [`policy`]: every address of the answer is checked. One forbidden address refuses the whole request.
//! 5. [`exchange`]: one of the judged addresses is connected to, and no other; TLS proves the name; one request is sent and
//!    its answer is read up to the limit.
//!
//! Redirects are not followed, cookies and connections are not kept, compressed answers are refused, and proxies from
//! the environment are ignored. `docs/security.md` lists the refused addresses.

mod address;
mod connect;
mod exchange;
mod failure;
mod gate;
mod guarded;
mod lookup;
mod open_error;
mod policy;
mod reply;
mod roots;
mod target;
mod tls;

pub use address::is_public;
pub use connect::{Connect, Stream, TcpConnect};
pub use guarded::{Guarded, Options};
pub use lookup::{Lookup, SystemLookup};
pub use open_error::OpenError;
