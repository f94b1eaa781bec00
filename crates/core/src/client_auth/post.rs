//! `client_secret_post`, RFC 6749 section 2.3.1.

use super::{Method, Presented, proves};
use crate::Ledger;
use crate::model::{AuthMethod, Client};
use crate::refusal::Refusal;

pub(super) struct ClientSecretPost;

impl Method for ClientSecretPost {
    fn method(&self) -> AuthMethod {
        AuthMethod::ClientSecretPost
    }

    fn verify(&self, ledger: &Ledger, client: &Client, presented: &Presented) -> Result<(), Refusal> {
        let secret = presented.client_secret.as_ref().filter(|_| presented.client_id.is_some());
        if secret.is_some_and(|s| proves(ledger, client, s.expose())) {
            Ok(())
        } else {
            Err(Refusal::SecretPostInvalid)
        }
    }
}
