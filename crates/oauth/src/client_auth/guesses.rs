//! Which credentials of a client can be guessed, and the budget that limits the guesses.

use super::{BasicCredentials, Method, Presented};
use crate::OAuth;
use crate::client_auth::refusals::{JWE_UNDECRYPTABLE, JWS_PAYLOAD_INVALID, SECRET_BASIC_INVALID, SECRET_POST_INVALID};
use jeton_model::Refusal;
use jeton_model::records::{AuthMethod, Client};
use jeton_people::SecretGuess;

/// The guessable credential that the client's method compares; none: the method has no such credential, or none was sent.
pub(super) fn of_client(
    oauth: &OAuth,
    client: &Client,
    method: &dyn Method,
    presented: &Presented,
) -> Option<SecretGuess> {
    let digest = |secret: &str| {
        oauth.ledger.secrets().pepper().mac(&[client.client_id.as_str().as_bytes(), b"\0guess\0", secret.as_bytes()])
    };
    let secret = match method.method() {
        AuthMethod::ClientSecretBasic => {
            let secret = presented.basic.as_ref().and_then(BasicCredentials::secret)?;
            Some(digest(secret.expose()))
        }
        AuthMethod::ClientSecretPost => {
            let secret = presented.client_secret.as_ref().filter(|_| presented.client_id.is_some())?;
            Some(digest(secret.expose()))
        }
        AuthMethod::ClientSecretJwt => {
            presented.assertion.as_ref()?;
            None
        }
        // Neither a signature with a private key nor a certificate can be guessed.
        _ => return None,
    };
    Some(SecretGuess::new(&name(client), presented.origin.addr, secret))
}

/// Whether a refusal means that the credential was made with a secret other than the client's.
pub(super) fn is_wrong_secret(refusal: &Refusal) -> bool {
    refusal.is_one_of(&[SECRET_BASIC_INVALID, SECRET_POST_INVALID, JWE_UNDECRYPTABLE, JWS_PAYLOAD_INVALID])
}

/// Checks a client's secret outside client authentication.
///
/// # Errors
/// `SECRETS_SLOWED` after too many wrong ones.
pub(crate) fn proves_within_budget(oauth: &OAuth, client: &Client, secret: &str) -> Result<bool, Refusal> {
    let guess = SecretGuess::new(&name(client), None, None);
    let (guesses, now) = (&oauth.people.secret_guesses, oauth.ledger.now());
    guesses.check(guess, now)?;
    let right = client.is_proven_by(secret, oauth.ledger.secrets().pepper());
    if !right {
        guesses.wrong(guess, now);
    }
    Ok(right)
}

fn name(client: &Client) -> [u8; 14] {
    let mut name = *b"client\0\0\0\0\0\0\0\0";
    name.iter_mut().skip(6).zip(client.key.get().to_be_bytes()).for_each(|(to, from)| *to = from);
    name
}
