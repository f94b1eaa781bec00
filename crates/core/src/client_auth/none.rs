//! `none`: a public client names itself and proves nothing (RFC 6749 section 2.1).

use futures::future::BoxFuture;

use super::{Attempt, BasicCredentials, Method, Proof};
use crate::model::AuthMethod;
use crate::refusal::Refusal;

pub(super) struct Public;

impl Method for Public {
    fn method(&self) -> AuthMethod {
        AuthMethod::None
    }

    fn verify<'a>(&'a self, attempt: &'a Attempt<'a>) -> BoxFuture<'a, Result<Proof, Refusal>> {
        Box::pin(std::future::ready(check(attempt)))
    }
}

fn check(attempt: &Attempt<'_>) -> Result<Proof, Refusal> {
    let presented = attempt.presented;
    // Whoever sends a proof for a client that has none means another client.
    let proof = presented.client_secret.is_some()
        || presented.assertion.is_some()
        || presented.basic.as_ref().is_some_and(BasicCredentials::has_secret);
    if proof { Err(Refusal::ClientUnknown) } else { Ok(Proof::Lasting) }
}
