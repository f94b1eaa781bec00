//! `private_key_jwt`, OIDC Core section 9 and RFC 7523: an assertion signed with a key that the client has registered, by value
//! or by URL.

use futures::future::BoxFuture;
use jeton_jose::Algorithm;

use super::assertion::Form;
use super::{Attempt, Method, Proof};
use crate::assertion::{Assertion, AssertionError};
use crate::client_auth::refusals::{
    ASSERTION_NOT_JWS, ASSERTION_SIGNATURE, CLIENT_KEYS_UNAVAILABLE, JWS_PAYLOAD_INVALID,
};
use jeton_model::Refusal;
use jeton_model::records::AuthMethod;

pub(super) struct PrivateKeyJwt;

impl Method for PrivateKeyJwt {
    fn method(&self) -> AuthMethod {
        AuthMethod::PrivateKeyJwt
    }

    fn verify<'a>(&'a self, attempt: &'a Attempt<'a>) -> BoxFuture<'a, Result<Proof, Refusal>> {
        Box::pin(async move {
            let assertion = signed(attempt)?;
            check_signature(attempt, assertion).await?;
            attempt.check_claims(assertion)
        })
    }
}

/// `assertion_not_jws` or `jws_payload_invalid`.
fn signed<'a>(attempt: &Attempt<'a>) -> Result<&'a Assertion, Refusal> {
    match attempt.presented.assertion.as_ref().map(super::ClientAssertion::form) {
        Some(Form::Signed(assertion)) => Ok(assertion),
        Some(Form::Broken(AssertionError::Payload)) => Err(JWS_PAYLOAD_INVALID),
        Some(Form::Broken(AssertionError::Signature)) => Err(ASSERTION_SIGNATURE),
        _ => Err(ASSERTION_NOT_JWS),
    }
}

async fn check_signature(attempt: &Attempt<'_>, assertion: &Assertion) -> Result<(), Refusal> {
    let registered = attempt.registered_alg();
    let allowed = |alg: Algorithm| !alg.is_symmetric() && registered.is_none_or(|name| name == alg.as_str());
    // No key is fetched for an algorithm that would be refused anyway.
    if !allowed(assertion.header().alg()) {
        return Err(ASSERTION_SIGNATURE);
    }
    let keys = attempt.keys(assertion.header().kid()).await;
    let keys = keys.map_err(|_| CLIENT_KEYS_UNAVAILABLE)?;
    assertion.verify(&keys, allowed).map_err(|_| ASSERTION_SIGNATURE)
}
