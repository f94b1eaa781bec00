//! `client_secret_post`, RFC 6749 section 2.3.1.

use futures::future::BoxFuture;

use super::{Attempt, Method, Proof};
use crate::client_auth::refusals::SECRET_POST_INVALID;
use jeton_model::Refusal;
use jeton_model::records::AuthMethod;

pub(super) struct ClientSecretPost;

impl Method for ClientSecretPost {
    fn method(&self) -> AuthMethod {
        AuthMethod::ClientSecretPost
    }

    fn verify<'a>(&'a self, attempt: &'a Attempt<'a>) -> BoxFuture<'a, Result<Proof, Refusal>> {
        Box::pin(async move {
            let Attempt { oauth, client, presented, .. } = *attempt;
            let secret = presented.client_secret.as_ref().filter(|_| presented.client_id.is_some());
            match secret.is_some_and(|s| client.is_proven_by(s.expose(), oauth.ledger.secrets().pepper())) {
                true => Ok(Proof::Lasting),
                false => Err(SECRET_POST_INVALID),
            }
        })
    }
}
