//! Encryption of answers for a client, as registered (OIDC Registration section 2, RFC 7591).

use jeton_jose::jwe::{ContentEncryption, EncryptionKey, KeyAlgorithm};

use crate::OAuth;
use crate::refusals::CLIENT_KEY_UNUSABLE;
use jeton_ledger::ledger::{IdTokenReader, Plan, Recipient};
use jeton_model::Refusal;
use jeton_model::records::Client;

/// What is encrypted.
pub(crate) enum Encrypted {
    /// ID tokens, and logout tokens (Back-Channel Logout section 2.4).
    IdToken,
    /// User info.
    Userinfo,
    /// Introspection responses (RFC 9701 section 6).
    Introspection,
}

/// The recipient of the client's ID tokens. Its key is looked up by [`OAuth::look_up_reader`].
pub(crate) fn reader_of_id_tokens(client: &Client) -> IdTokenReader {
    match client.metadata.id_token_encrypted_response_alg {
        Some(_) => IdTokenReader::NotLookedUp,
        None => IdTokenReader::Anyone,
    }
}

impl OAuth {
    /// The recipient of one kind of answer: the first key of the client that fits the registered algorithm. None: the
    /// answers are
    /// not encrypted.
    ///
    /// # Errors
    /// [`CLIENT_KEY_UNUSABLE`] when the client has no such key, when its keys cannot be fetched now, or for unsupported
    /// algorithms: no answer is better than a readable one.
    pub(crate) async fn recipient(&self, client: &Client, of: Encrypted) -> Result<Option<Recipient>, Refusal> {
        let registered = &client.metadata;
        let (alg, enc) = match of {
            Encrypted::IdToken => {
                (&registered.id_token_encrypted_response_alg, &registered.id_token_encrypted_response_enc)
            }
            Encrypted::Userinfo => {
                (&registered.userinfo_encrypted_response_alg, &registered.userinfo_encrypted_response_enc)
            }
            Encrypted::Introspection => {
                (&registered.introspection_encrypted_response_alg, &registered.introspection_encrypted_response_enc)
            }
        };
        let Some(alg) = alg else { return Ok(None) };
        let unusable = || CLIENT_KEY_UNUSABLE;
        let alg = alg.parse::<KeyAlgorithm>().ok().filter(|alg| !alg.is_symmetric()).ok_or_else(unusable)?;
        let enc = match enc {
            None => ContentEncryption::A128CBCHS256,
            Some(name) => name.parse().ok().ok_or_else(unusable)?,
        };
        let keys = self.keys_of(client, None, None).await.map_err(|_| unusable())?;
        let key = keys.jwks().find_map(|jwk| EncryptionKey::from_jwk(jwk, alg).ok()).ok_or_else(unusable)?;
        Ok(Some(Recipient::new(key, enc)))
    }

    /// Looks up the key that a plan's ID token is encrypted for, if its client is registered for encryption.
    ///
    /// # Errors
    /// [`CLIENT_KEY_UNUSABLE`].
    pub(crate) async fn look_up_reader(&self, plan: &mut Plan) -> Result<(), Refusal> {
        let (Some(id_token), Some(client)) = (&mut plan.id_token, &plan.client) else { return Ok(()) };
        if matches!(id_token.reader, IdTokenReader::NotLookedUp) {
            let recipient = self.recipient(client, Encrypted::IdToken).await?.ok_or(CLIENT_KEY_UNUSABLE)?;
            id_token.reader = IdTokenReader::Only(Box::new(recipient));
        }
        Ok(())
    }
}
