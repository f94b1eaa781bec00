//! How a client's secret is stored: a verifier, and the encrypted secret where something must be computed from it.

use jeton_jose::Secret;

use crate::Administration;
use jeton_model::records::{AuthMethod, Client, SealedSecret, SecretVerifier};
use jeton_model::refusal::{Refusal, invalid};

impl Administration {
    /// The secret itself; none when only its verifier or nothing is stored.
    pub fn secret_itself(&self, client: &Client) -> Option<Secret> {
        let sealed = client.sealed_secret.as_ref()?;
        let bytes = self.ledger.secrets().client_secrets().open(&name(client), &sealed.0).ok()?;
        std::str::from_utf8(&bytes).ok().map(Secret::new)
    }

    /// Sets what a record to be written in place of `old` stores of the secret: the given one, else the previous one.
    pub(super) fn keep_secret(
        &self,
        client: &mut Client,
        old: Option<&Client>,
        given: Option<&Secret>,
    ) -> Result<(), Refusal> {
        let needed = client.needs_secret_itself();
        let Some(secret) = given else {
            client.secret = client.secret.or(old.and_then(|old| old.secret));
            let kept = client.sealed_secret.take().or_else(|| old.and_then(|old| old.sealed_secret.clone()));
            client.sealed_secret = kept.filter(|_| needed || client.backend.is_some());
            if needed && client.secret.is_some() && client.sealed_secret.is_none() {
                return Err(invalid("client_secret", "give it again: the new settings need the secret itself"));
            }
            return Ok(());
        };
        client.secret = Some(SecretVerifier::of(self.ledger.secrets().pepper(), &client.client_id, secret.expose()));
        client.sealed_secret = None;
        // The authorization server of a managed service may read the secrets of its clients.
        if !needed && client.backend.is_none() {
            return Ok(());
        }
        if client.token_endpoint_auth_method == AuthMethod::ClientSecretJwt && secret.expose().len() < least(client) {
            return Err(invalid("client_secret", "is too short: HS256 needs 32 bytes, HS384 48, HS512 64"));
        }
        // Encrypting the same secret again would look like a change.
        let same = |old: &&Client| self.secret_itself(old).is_some_and(|known| known.matches(secret.expose()));
        client.sealed_secret = match old.filter(same) {
            Some(old) => old.sealed_secret.clone(),
            None => Some(SealedSecret(
                self.ledger.secrets().client_secrets().seal(&name(client), secret.expose().as_bytes())?,
            )),
        };
        Ok(())
    }
}

/// Binds an encrypted secret to its client.
fn name(client: &Client) -> [u8; 8] {
    client.key.get().to_be_bytes()
}

/// RFC 7518 section 3.2: the key must be at least as long as the digest.
fn least(client: &Client) -> usize {
    match client.metadata.token_endpoint_auth_signing_alg.as_deref() {
        Some("HS384") => 48,
        Some("HS512") => 64,
        _ => 32,
    }
}
