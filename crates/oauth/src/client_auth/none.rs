//! `none`: a public client sends its id without credentials (RFC 6749 section 2.1).

use futures::future::BoxFuture;

use super::{Attempt, Method, Proof};
use jeton_ledger::refusals::CLIENT_UNKNOWN;
use jeton_model::Refusal;
use jeton_model::records::AuthMethod;

pub(super) struct Public;

impl Method for Public {
    fn method(&self) -> AuthMethod {
        AuthMethod::None
    }

    fn verify<'a>(&'a self, attempt: &'a Attempt<'a>) -> BoxFuture<'a, Result<Proof, Refusal>> {
        // A public client has no credentials, so a request that sends some means another client.
        let proven = if attempt.presented.has_proof() { Err(CLIENT_UNKNOWN) } else { Ok(Proof::Lasting) };
        Box::pin(std::future::ready(proven))
    }
}
