//! `none`: a public client names itself and proves nothing (RFC 6749 section 2.1).

use futures::future::BoxFuture;

use super::{Attempt, BasicCredentials, Method};
use crate::model::AuthMethod;
use crate::refusal::Refusal;

pub(super) struct Public;

impl Method for Public {
    fn method(&self) -> AuthMethod {
        AuthMethod::None
    }

    fn verify<'a>(&'a self, attempt: &'a Attempt<'a>) -> BoxFuture<'a, Result<(), Refusal>> {
        Box::pin(std::future::ready(check(attempt)))
    }
}

fn check(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let presented = attempt.presented;
    // Whoever sends a secret for a client that has none means another client.
    let secret =
        presented.client_secret.is_some() || presented.basic.as_ref().is_some_and(BasicCredentials::has_secret);
    if secret { Err(Refusal::ClientUnknown) } else { Ok(()) }
}
