//! `client_secret_jwt`, OIDC Core section 9: an assertion whose MAC is keyed by the client's secret; or, instead
//! of SimpleIdServer's encrypted form, such an assertion inside a JWE whose key is derived from the secret (OIDC Core
//! section 10.2).

use futures::future::BoxFuture;
use jeton_jose::jwe::{self, DecryptionKey};
use jeton_jose::{Algorithm, Secret, VerifyingKey};

use super::assertion::Form;
use super::{Attempt, Method, Proof};
use crate::assertion::{Assertion, AssertionError};
use crate::client_auth::refusals::{
    ASSERTION_NOT_JWE, ASSERTION_NOT_JWS, JWE_UNDECRYPTABLE, JWS_PAYLOAD_INVALID, SHARED_SECRET_MISSING,
};
use crate::trusted_keys::KeySet;
use jeton_model::Refusal;
use jeton_model::records::AuthMethod;

pub(super) struct ClientSecretJwt;

impl Method for ClientSecretJwt {
    fn method(&self) -> AuthMethod {
        AuthMethod::ClientSecretJwt
    }

    fn verify<'a>(&'a self, attempt: &'a Attempt<'a>) -> BoxFuture<'a, Result<Proof, Refusal>> {
        Box::pin(std::future::ready(check(attempt)))
    }
}

/// Refuses in this order: `shared_secret_missing`, `assertion_not_jwe`, `jwe_undecryptable`, `assertion_not_jws`,
/// `jws_payload_invalid`, then the refusals of [`Attempt::check_claims`].
fn check(attempt: &Attempt<'_>) -> Result<Proof, Refusal> {
    let Some(secret) = attempt.oauth.administration.secret_itself(attempt.client) else {
        return Err(SHARED_SECRET_MISSING.with(attempt.client.client_id.to_string()));
    };
    let decrypted;
    let assertion = match attempt.presented.assertion.as_ref().map(super::ClientAssertion::form) {
        Some(Form::Signed(assertion)) => &**assertion,
        Some(Form::Encrypted(text)) => {
            decrypted = Assertion::parse(decrypt(text, &secret)?).map_err(refusal_of)?;
            &decrypted
        }
        Some(Form::Broken(error)) => return Err(refusal_of(*error)),
        Some(Form::Shapeless) | None => return Err(ASSERTION_NOT_JWE),
    };
    check_mac(attempt, assertion, &secret)?;
    attempt.check_claims(assertion)
}

/// `jwe_undecryptable`, whatever the error.
fn decrypt(text: &Secret, secret: &Secret) -> Result<Secret, Refusal> {
    let jwe = jwe::parse_compact(text.expose()).map_err(|_| JWE_UNDECRYPTABLE)?;
    let (alg, enc) = (jwe.header().alg(), jwe.header().enc());
    // Fails for public-key algorithms: only the shared secret can decrypt here.
    let key = jwe::symmetric_key_from_secret(secret, alg, enc).map_err(|_| JWE_UNDECRYPTABLE)?;
    let key = DecryptionKey::from_private_bytes(alg, None, &key).map_err(|_| JWE_UNDECRYPTABLE)?;
    let content = jwe::decrypt(&jwe, &key).map_err(|_| JWE_UNDECRYPTABLE)?;
    // Content that is not text is not a JWS either; the next step refuses it.
    Ok(Secret::new(String::from_utf8_lossy(&content)))
}

/// Not a valid compact JWS: `jws_payload_invalid` for its content, `assertion_not_jws` for its header.
fn refusal_of(error: AssertionError) -> Refusal {
    match error {
        AssertionError::Payload | AssertionError::Signature => JWS_PAYLOAD_INVALID,
        _ => ASSERTION_NOT_JWS,
    }
}

/// `jws_payload_invalid` when the MAC is wrong.
fn check_mac(attempt: &Attempt<'_>, assertion: &Assertion, secret: &Secret) -> Result<(), Refusal> {
    let alg = assertion.header().alg();
    let registered = attempt.registered_alg();
    let allowed = |alg: Algorithm| alg.is_symmetric() && registered.is_none_or(|name| name == alg.as_str());
    if !allowed(alg) {
        return Err(JWS_PAYLOAD_INVALID);
    }
    let key = VerifyingKey::from_secret(alg, secret.expose().as_bytes()).map_err(|_| JWS_PAYLOAD_INVALID)?;
    assertion.verify(&KeySet::of(key), allowed).map_err(|_| JWS_PAYLOAD_INVALID)
}
