//! The budgets of wrong secrets: of clients, and of programs that share one secret.
//!
//! An address has ten wrong secrets for each client, then one each six seconds; a right one from elsewhere is never stopped by
//! that, and right ones cost nothing. A secret that was wrong before counts against a budget of its own: programs that go on
//! with an old secret guess nothing, so they do not stop the right one that others at their address send.
//!
//! A generated secret needs none of this; one that somebody chose may be weak.

use std::net::IpAddr;

use super::{Method, Presented, proves};
use crate::Ledger;
use crate::budgets::{Budgets, Spender};
use crate::clock::Timestamp;
use crate::model::{AuthMethod, Client};
use crate::origin::party;
use crate::people::AT_ONCE;
use crate::refusal::Refusal;

/// How many budgets of each are remembered.
const MOST: usize = 50_000;

pub(crate) struct SecretGuesses {
    of_place: Budgets,
    of_secret: Budgets,
}

impl Default for SecretGuesses {
    fn default() -> Self {
        Self { of_place: Budgets::new(AT_ONCE, MOST), of_secret: Budgets::new(AT_ONCE, MOST) }
    }
}

/// One secret, sent for one client from one address.
#[derive(Clone, Copy)]
pub(crate) struct SecretGuess {
    place: Spender,
    /// None where each try looks different: an assertion.
    secret: Option<Spender>,
}

impl SecretGuess {
    /// `whose`: the secret's owner. `secret`: a keyed digest of what was sent.
    pub(crate) fn new(whose: &[u8], address: Option<IpAddr>, secret: Option<[u8; 32]>) -> Self {
        let party = party(address);
        let of = |secret: &[u8]| Spender::of(&[whose, party.as_bytes(), secret]);
        Self { place: of(b""), secret: secret.map(|secret| of(&secret)) }
    }
}

impl SecretGuesses {
    /// Whether anybody's guesses are remembered.
    pub(crate) fn are_any(&self) -> bool {
        self.of_place.is_any() || self.of_secret.is_any()
    }

    /// Whether a secret is looked at. The comparison that follows must not wait for anything, so that tries made at once
    /// are no more than there are processors.
    ///
    /// # Errors
    /// [`Refusal::SecretsSlowed`] after too many wrong ones.
    pub(crate) fn check(&self, guess: SecretGuess, now: Timestamp) -> Result<(), Refusal> {
        let left = match guess.secret.filter(|secret| self.of_secret.is_touched(*secret, now)) {
            Some(secret) => self.of_secret.check(secret, now),
            None => self.of_place.check(guess.place, now),
        };
        left.map_err(|slowed| Refusal::SecretsSlowed(slowed.wait(now)))
    }

    /// It was wrong.
    pub(crate) fn wrong(&self, guess: SecretGuess, now: Timestamp) {
        let is_old = guess.secret.is_some_and(|secret| self.of_secret.is_touched(secret, now));
        // Both were asked before; what others took in between changes nothing here.
        if let Some(secret) = guess.secret {
            let _ = self.of_secret.take(secret, now);
        }
        if !is_old {
            let _ = self.of_place.take(guess.place, now);
        }
    }
}

/// What a client's method compares with something that could be guessed; none: it compares nothing such, or nothing was sent.
pub(super) fn of_client(
    ledger: &Ledger,
    client: &Client,
    method: &dyn Method,
    presented: &Presented,
) -> Option<SecretGuess> {
    let digest =
        |secret: &str| ledger.pepper().mac(&[client.client_id.as_str().as_bytes(), b"\0guess\0", secret.as_bytes()]);
    let secret = match method.method() {
        AuthMethod::ClientSecretBasic => {
            let basic = presented.basic.as_ref().filter(|basic| basic.has_secret())?;
            Some(digest(basic.secret()))
        }
        AuthMethod::ClientSecretPost => {
            let secret = presented.client_secret.as_ref().filter(|_| presented.client_id.is_some())?;
            Some(digest(secret.expose()))
        }
        AuthMethod::ClientSecretJwt => {
            presented.assertion.as_ref()?;
            None
        }
        // A signature with a private key, a certificate: nobody guesses these.
        _ => return None,
    };
    Some(SecretGuess::new(&name(client), presented.origin.addr, secret))
}

/// Whether a refusal says that what was sent was made with another secret than the client's.
pub(super) fn is_wrong_secret(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::SecretBasicInvalid
            | Refusal::SecretPostInvalid
            | Refusal::JweUndecryptable
            | Refusal::JwsPayloadInvalid
    )
}

/// Whether a secret is the client's, where something else than its method asks.
///
/// # Errors
/// [`Refusal::SecretsSlowed`] after too many wrong ones.
pub(crate) fn proves_within_budget(ledger: &Ledger, client: &Client, secret: &str) -> Result<bool, Refusal> {
    let guess = SecretGuess::new(&name(client), None, None);
    let (guesses, now) = (ledger.secret_guesses(), ledger.now());
    guesses.check(guess, now)?;
    let right = proves(ledger, client, secret);
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
