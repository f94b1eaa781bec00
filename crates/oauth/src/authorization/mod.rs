//! The authorization endpoint's decisions, RFC 6749 section 4.1 and OIDC Core section 3.1.2.
//!
//! 1. [`read`] turns parameters (the request's own, or those of a pushed request or a request object) into an
//!    [`AuthorizationRequest`]; its errors say whether they may be sent to the client.
//! 2. [`next`] decides the next step: sign in, ask for consent, or answer.
//! 3. Pages carry the request as a sealed [`Ticket`] that only the browser it was shown to can send back. A trusted caller that
//!    signs people in itself ([`SignsIn::Elsewhere`]) gets a ticket of its own instead, and decides what comes next.
//! 4. [`answer`] writes the code or mints the tokens, and uses up the ticket in the same commit; the [`Authorizer`] says who
//!    authorized.

pub mod acr;
mod answer;
mod authorizer;
mod challenge;
mod claim;
mod code;
mod dpop_jkt;
mod hint;
mod next;
mod prompt;
mod push;
mod pushed;
mod read;
pub mod refusals;
mod request;
mod request_object;
mod response;
pub mod sign_out;
mod signs_in;
mod source;
mod ticket;

pub use answer::{AuthorizationAnswer, answer, signed_in_with, use_up};
pub use authorizer::Authorizer;
pub(crate) use authorizer::stored_subject;
pub use challenge::Challenge;
pub(crate) use claim::claim;
pub(crate) use code::{CODE, CodePayload, code_key};
pub use next::{Next, next, remember_consent};
pub use prompt::Prompt;
pub use push::{PushedRequest, push};
pub use pushed::{PUSHED_REQUEST, PushedReference};
pub use read::read;
pub use request::{AuthorizationError, AuthorizationRequest, Elsewhere, ReturnTo};
pub use response::{ResponseMode, ResponseType};
pub use signs_in::SignsIn;
pub(crate) use ticket::CALLERS_LIFETIME;
pub use ticket::{Returned, Stage, Stale, Ticket, browser_hash};

use jeton_model::records::DeclaredSingleUse;

/// The single-use kinds of the authorization endpoint.
pub(crate) const SINGLE_USE_KINDS: &[DeclaredSingleUse] = &[CODE, claim::INTERACTION, PUSHED_REQUEST];
