//! Rate limits of registrations and changes.
//!
//! Failed attempts count: an attempt may cost a write or a request to another server. Changes of a record are limited by record:
//! each change is a stored event. How many is the operator's decision (`registration.attempts`, `registration.changes`). Kept in
//! memory: a restart resets the limits.

use std::time::Duration;

use crate::registration::refusals::REGISTRATION_LIMIT;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::ClientKey;
use jeton_model::records::RegistrationPolicy;
use jeton_people::rate_limit::{Allowance, LimitKey, Limited, RateLimiter, RateLimiters, WhenFull};

/// Displaced clients per address while the quota is full: one day, in seconds.
const DISPLACED: Allowance = Allowance { burst: 86_400, refill: Duration::from_secs(1) };

/// How many of those who displace are remembered.
const REMEMBERED: usize = 10_000;

pub(super) struct RateLimits {
    tries: RateLimiters,
    changes: RateLimiters,
    displaced: RateLimiter,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            tries: RateLimiters::default(),
            changes: RateLimiters::default(),
            displaced: RateLimiter::new(DISPLACED, REMEMBERED, WhenFull::Forgive),
        }
    }
}

impl RateLimits {
    /// Takes one attempt from the budget of an address or a person.
    ///
    /// # Errors
    /// [`REGISTRATION_LIMIT`] when none is left.
    pub(super) fn take(&self, policy: &RegistrationPolicy, whose: &str, now: Timestamp) -> Result<(), Refusal> {
        let tries = self.tries.of(policy.attempts, policy.attempt_interval);
        tries.take(LimitKey::of(&[whose.as_bytes()]), 1, now).map_err(|limited| refused(limited, now))
    }

    /// Takes one displaced client from the daily budget of an address or a person.
    ///
    /// # Errors
    /// [`REGISTRATION_LIMIT`] when none is left.
    pub(super) fn take_displaced(&self, whose: &str, a_day: u32, now: Timestamp) -> Result<(), Refusal> {
        let each = DISPLACED.burst / u64::from(a_day.max(1));
        self.displaced
            .take(LimitKey::of(&[whose.as_bytes()]), each.max(1), now)
            .map_err(|limited| refused(limited, now))
    }

    /// Takes one change from a client's budget, which only the holder of its registration access token can spend.
    ///
    /// # Errors
    /// [`REGISTRATION_LIMIT`] when none is left.
    pub(super) fn take_change(
        &self,
        policy: &RegistrationPolicy,
        client: ClientKey,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let changes = self.changes.of(policy.changes, policy.change_interval);
        changes.take(LimitKey::of(&[&client.get().to_be_bytes()]), 1, now).map_err(|limited| refused(limited, now))
    }
}

fn refused(limited: Limited, now: Timestamp) -> Refusal {
    REGISTRATION_LIMIT.wait(limited.wait(now))
}

/// The refusal with this waiting time.
pub(super) fn limit(wait: Duration) -> Refusal {
    REGISTRATION_LIMIT.wait(u64::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u64::MAX).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_its_attempts_and_gets_one_back_after_each_interval() {
        let (rate_limits, policy, start) =
            (RateLimits::default(), RegistrationPolicy::default(), Timestamp::from_seconds(1000));
        let (one, other) = ("192.0.2.1", "192.0.2.2");
        for _ in 0..policy.attempts {
            assert!(rate_limits.take(&policy, one, start).is_ok());
        }
        assert!(
            rate_limits
                .take(&policy, one, start)
                .is_err_and(|refusal| refusal.is(&REGISTRATION_LIMIT) && refusal.retry_after() == Some(2))
        );
        assert!(rate_limits.take(&policy, other, start).is_ok());
        assert!(rate_limits.take(&policy, one, start + policy.attempt_interval).is_ok());
        assert!(rate_limits.take(&policy, one, start + policy.attempt_interval).is_err());
    }
}
