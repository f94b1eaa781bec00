//! The guarded way out: the one implementation of [`jeton_model::Outbound`], so the one place that asks other machines.
//!
//! A request goes through five stations, all within one budget of time:
//!
//! 1. [`target`]: the URL is read; scheme, user information, host and port are judged.
//! 2. [`gate`]: a place is taken; strangers' addresses and the operator's have places of their own.
//! 3. [`lookup`]: the name is resolved, once.
//! 4. [`policy`]: every address of the answer is judged. One that is not for strangers refuses the whole request.
//! 5. [`exchange`]: one of the judged addresses is connected to, and no other; TLS proves the name; one request is sent and
//!    its answer is read up to the limit.
//!
//! Nothing is followed (redirects), remembered (cookies, connections), unpacked (compression) or taken from the environment
//! (proxies). `docs/security.md` says which addresses are refused.

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
