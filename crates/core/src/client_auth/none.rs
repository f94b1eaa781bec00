//! `none`: a public client names itself and proves nothing (RFC 6749 section 2.1).

use super::{BasicCredentials, Method, Presented};
use crate::Ledger;
use crate::model::{AuthMethod, Client};
use crate::refusal::Refusal;

pub(super) struct Public;

impl Method for Public {
    fn method(&self) -> AuthMethod {
        AuthMethod::None
    }

    fn verify(&self, _: &Ledger, _: &Client, presented: &Presented) -> Result<(), Refusal> {
        // Whoever sends a secret for a client that has none means another client.
        let secret =
            presented.client_secret.is_some() || presented.basic.as_ref().is_some_and(BasicCredentials::has_secret);
        if secret { Err(Refusal::ClientUnknown) } else { Ok(()) }
    }
}
