//! The limits on wrong secrets: of clients, and of programs that share one secret.
//!
//! An address has ten wrong secrets per client, then one each six seconds. Correct secrets are not counted, and
//! requests from other addresses are not affected. A secret that was wrong before has its own budget: programs with an
//! outdated secret are not guessing, so they do not block others at their address that have the current one.
//!
//! A generated secret needs no such limit; one that a person chose may be weak.

use std::net::IpAddr;

use super::AT_ONCE;
use crate::rate_limit::{LimitKey, RateLimiter, WhenFull};
use crate::refusals::SECRETS_SLOWED;
use jeton_ledger::request_source::party;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;

/// How many budgets of each are remembered.
const MOST: usize = 50_000;

/// The budgets of wrong secrets, in memory: a restart resets them. [`People`](crate::People) owns them.
pub struct SecretGuesses {
    of_place: RateLimiter,
    of_secret: RateLimiter,
}

impl Default for SecretGuesses {
    fn default() -> Self {
        Self {
            of_place: RateLimiter::new(AT_ONCE, MOST, WhenFull::Inherit),
            of_secret: RateLimiter::new(AT_ONCE, MOST, WhenFull::Inherit),
        }
    }
}

/// One secret, sent for one client from one address.
#[derive(Clone, Copy)]
pub struct SecretGuess {
    place: LimitKey,
    /// None where each try looks different: an assertion.
    secret: Option<LimitKey>,
}

impl SecretGuess {
    /// `whose`: the secret's owner. `secret`: a keyed digest of what was sent.
    pub fn new(whose: &[u8], address: Option<IpAddr>, secret: Option<[u8; 32]>) -> Self {
        let party = party(address);
        let of = |secret: &[u8]| LimitKey::of(&[whose, party.as_bytes(), secret]);
        Self { place: of(b""), secret: secret.map(|secret| of(&secret)) }
    }
}

impl SecretGuesses {
    /// Whether anybody's guesses are remembered.
    pub fn are_any(&self) -> bool {
        self.of_place.is_any() || self.of_secret.is_any()
    }

    /// Whether a secret is checked. The comparison that follows must not wait for anything, so that there are no more
    /// parallel attempts than processors.
    ///
    /// # Errors
    /// [`SECRETS_SLOWED`] after too many wrong ones.
    pub fn check(&self, guess: SecretGuess, now: Timestamp) -> Result<(), Refusal> {
        let left = match guess.secret.filter(|secret| self.of_secret.is_touched(*secret, now)) {
            Some(secret) => self.of_secret.check(secret, now),
            None => self.of_place.check(guess.place, now),
        };
        left.map_err(|limited| SECRETS_SLOWED.wait(limited.wait(now)))
    }

    /// It was wrong.
    pub fn wrong(&self, guess: SecretGuess, now: Timestamp) {
        let is_old = guess.secret.is_some_and(|secret| self.of_secret.is_touched(secret, now));
        // Both were asked before; what others took in between changes nothing here.
        if let Some(secret) = guess.secret {
            let _ = self.of_secret.take(secret, 1, now);
        }
        if !is_old {
            let _ = self.of_place.take(guess.place, 1, now);
        }
    }
}
