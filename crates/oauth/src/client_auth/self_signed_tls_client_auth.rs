//! `self_signed_tls_client_auth`, RFC 8705 section 2.2: a self-signed certificate, registered among the client's keys.

use futures::future::BoxFuture;

use super::{Attempt, Method, Proof};
use crate::client_auth::refusals::TLS_INVALID;
use crate::trusted_keys::KeySet;
use jeton_administration::certificate::Certificate;
use jeton_model::Refusal;
use jeton_model::records::AuthMethod;

pub(super) struct SelfSignedTlsClientAuth;

impl Method for SelfSignedTlsClientAuth {
    fn method(&self) -> AuthMethod {
        AuthMethod::SelfSignedTlsClientAuth
    }

    fn verify<'a>(&'a self, attempt: &'a Attempt<'a>) -> BoxFuture<'a, Result<Proof, Refusal>> {
        Box::pin(async move { if is_registered(attempt).await { Ok(Proof::Lasting) } else { Err(TLS_INVALID) } })
    }
}

async fn is_registered(attempt: &Attempt<'_>) -> bool {
    let Some(sent) = attempt.certificate_alone() else { return false };
    // No key has an empty name, so the second lookup refetches a set at a URL, unless it was fetched too recently.
    for kid in [None, Some("")] {
        let Ok(keys) = attempt.keys(kid).await else { return false };
        let certificate = Certificate::read(&sent.der).filter(|c| c.is_valid_at(attempt.oauth.ledger.now()));
        if certificate.is_some_and(|certificate| is_among(&sent.der, &certificate, &keys)) {
            return true;
        }
    }
    false
}

/// A key with a certificate matches only that certificate; a key without one matches any certificate with this key.
fn is_among(der: &[u8], certificate: &Certificate<'_>, keys: &KeySet) -> bool {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    keys.jwks().any(|jwk| match jwk.x5c.first() {
        Some(text) => STANDARD.decode(text).is_ok_and(|registered| registered == der),
        None => certificate.has_key(jwk),
    })
}
