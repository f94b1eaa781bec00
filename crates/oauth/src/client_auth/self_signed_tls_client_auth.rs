//! `self_signed_tls_client_auth`, RFC 8705 section 2.2: a certificate of the client's own making, registered among its keys.

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
    // No key has an empty name: the second time, a set at a URL is asked for anew if its server had time to change it.
    for kid in [None, Some("")] {
        let Ok(keys) = attempt.keys(kid).await else { return false };
        let certificate = Certificate::read(&sent.der).filter(|c| c.is_valid_at(attempt.oauth.ledger.now()));
        if certificate.is_some_and(|certificate| is_among(&sent.der, &certificate, &keys)) {
            return true;
        }
    }
    false
}

/// A key that comes with a certificate stands for this one alone, one without for any certificate of it.
fn is_among(der: &[u8], certificate: &Certificate<'_>, keys: &KeySet) -> bool {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    keys.jwks().any(|jwk| match jwk.x5c.first() {
        Some(text) => STANDARD.decode(text).is_ok_and(|registered| registered == der),
        None => certificate.has_key(jwk),
    })
}
