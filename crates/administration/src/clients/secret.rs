//! How a client's secret is stored: a verifier, and the encrypted secret where something must be computed from it.

use jeton_jose::{Algorithm, Secret};

use super::userinfo_signing_alg;
use crate::Administration;
use jeton_model::records::{AuthMethod, Client, SecretVerifier};
use jeton_model::refusal::{Refusal, invalid};

impl Administration {
    /// The secret itself; none when only its verifier or nothing is stored.
    pub fn secret_itself(&self, client: &Client) -> Option<Secret> {
        self.ledger.secrets().of_client(client)
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
            // A record that was written before this was needed stays as it is.
            let was = old.is_some_and(|old| old.needs_secret_itself() && old.sealed_secret.is_none());
            if needed && !was && client.secret.is_some() && client.sealed_secret.is_none() {
                return Err(invalid("client_secret", "give it again: the new settings need the secret itself"));
            }
            return self.check_length(client, old);
        };
        client.secret = Some(SecretVerifier::of(self.ledger.secrets().pepper(), &client.client_id, secret.expose()));
        client.sealed_secret = None;
        // The authorization server of a managed service may read the secrets of its clients.
        if !needed && client.backend.is_none() {
            return Ok(());
        }
        // Encrypting the same secret again would look like a change.
        let same = |old: &&Client| self.secret_itself(old).is_some_and(|known| known.matches(secret.expose()));
        client.sealed_secret = match old.filter(same) {
            Some(old) => old.sealed_secret.clone(),
            None => Some(self.ledger.secrets().seal_of_client(client, secret)?),
        };
        self.check_length(client, old)
    }

    /// Whether the secret is long enough for the MACs that are keyed by it. A stored record that it is too short for stays as it
    /// is.
    fn check_length(&self, client: &Client, old: Option<&Client>) -> Result<(), Refusal> {
        let Some(least) = least(client) else { return Ok(()) };
        if old.is_some_and(|old| self::least(old) >= Some(least) && old.sealed_secret == client.sealed_secret) {
            return Ok(());
        }
        match self.secret_itself(client) {
            Some(secret) if secret.expose().len() < least => {
                Err(invalid("client_secret", "is too short: HS256 needs 32 bytes, HS384 48, HS512 64"))
            }
            Some(_) => Ok(()),
            None if answer_algs(client).next().is_some() => {
                Err(invalid("client_secret", "is missing: HS256, HS384 and HS512 are keyed by it"))
            }
            None => Ok(()),
        }
    }
}

/// How many bytes a client's secret must have; none: no MAC is keyed by it. RFC 7518 section 3.2: at least as many as the digest.
fn least(client: &Client) -> Option<usize> {
    let asserted = match client.token_endpoint_auth_method {
        AuthMethod::ClientSecretJwt => {
            let named = client.metadata.token_endpoint_auth_signing_alg.as_deref();
            Some(named.and_then(|name| name.parse().ok()).unwrap_or(Algorithm::HS256))
        }
        _ => None,
    };
    asserted.into_iter().chain(answer_algs(client)).map(bytes).max()
}

/// The algorithms of MACs that the server makes for the client.
fn answer_algs(client: &Client) -> impl Iterator<Item = Algorithm> {
    let all = [client.id_token_signed_response_alg, userinfo_signing_alg(client)];
    all.into_iter().flatten().filter(|alg| alg.is_symmetric())
}

fn bytes(alg: Algorithm) -> usize {
    match alg {
        Algorithm::HS384 => 48,
        Algorithm::HS512 => 64,
        _ => 32,
    }
}
