//! The authorization endpoint's decisions, RFC 6749 section 4.1 and OIDC Core section 3.1.2.
//!
//! 1. [`read`] turns parameters into an [`AuthorizationRequest`], or says whether the error may be sent back.
//! 2. [`next`] says what must happen: sign in, ask, or answer.
//! 3. Pages carry the request as a sealed [`Ticket`] that only the browser it was shown to can send back.
//! 4. [`grant_code`] writes the code, using the ticket up in the same moment.

mod code;
mod hint;
mod next;
pub mod redirect;
mod request;
pub mod sign_out;
mod ticket;

pub use code::{grant_code, use_up};
pub use next::{Next, next, remember_consent};
pub use request::{AuthorizationError, AuthorizationRequest, Prompt, ReturnTo, read};
pub use ticket::{Stage, Ticket, browser_hash};
