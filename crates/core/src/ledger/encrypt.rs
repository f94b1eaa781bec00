//! Answers encrypted for a client, as it registered (OIDC Registration section 2, RFC 7591).

use jeton_jose::Secret;
use jeton_jose::jwe::{ContentEncryption, EncryptionKey, Header, KeyAlgorithm, encrypt_compact};
use serde_json::Value;

use super::Ledger;
use crate::model::Client;
use crate::refusal::Refusal;

/// What a client registered for one kind of answer: `{kind}_encrypted_response_alg` and `…_enc`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Encryption {
    alg: KeyAlgorithm,
    enc: ContentEncryption,
}

impl Encryption {
    /// The registered one; none: the answer is not encrypted.
    ///
    /// # Errors
    /// [`Refusal::ClientKeyUnusable`] for names that are not served: better no answer than a readable one.
    pub(crate) fn of(client: &Client, alg: &str, enc: &str) -> Result<Option<Self>, Refusal> {
        let Some(alg) = client.metadata.get(alg) else { return Ok(None) };
        let unusable = || Refusal::ClientKeyUnusable;
        let alg = alg.as_str().and_then(|alg| alg.parse::<KeyAlgorithm>().ok()).filter(|alg| !alg.is_symmetric());
        let enc = match client.metadata.get(enc).map(Value::as_str) {
            None => ContentEncryption::A128CBCHS256,
            Some(name) => name.and_then(|name| name.parse().ok()).ok_or_else(unusable)?,
        };
        Ok(Some(Self { alg: alg.ok_or_else(unusable)?, enc }))
    }
}

impl Ledger {
    /// Encrypts for the first key of the client that is fit for the algorithm.
    ///
    /// # Errors
    /// [`Refusal::ClientKeyUnusable`] when it has none, or its keys cannot be had now.
    pub(crate) async fn encrypt_for(
        &self,
        client: &Client,
        Encryption { alg, enc }: Encryption,
        content: &Secret,
        nested: bool,
    ) -> Result<Secret, Refusal> {
        let unusable = || Refusal::ClientKeyUnusable;
        let keys = self.keys_of(client, None, None).await.map_err(|_| unusable())?;
        let key = keys.jwks().find_map(|jwk| EncryptionKey::from_jwk(jwk, alg).ok()).ok_or_else(unusable)?;
        let header = if nested { Header::for_key(&key).cty("JWT") } else { Header::for_key(&key) };
        let text = encrypt_compact(header, content.expose().as_bytes(), &key, enc);
        Ok(Secret::new(text.map_err(|error| Refusal::Fault(Box::new(error)))?))
    }
}
