//! Rate limits of registrations and changes.
//!
//! An address has thirty attempts at once, then one every two seconds, failed ones included: an attempt may cost a write or a
//! request to another server. A record may be changed twenty times at once, then once every five minutes: each change is a
//! stored event. Kept in memory: a restart resets the limits.

use std::time::Duration;

use crate::registration::refusals::REGISTRATION_LIMIT;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::ClientKey;
use jeton_people::rate_limit::{Allowance, LimitKey, Limited, RateLimiter, WhenFull};

/// Attempts, per address or person.
const ALLOWANCE: Allowance = Allowance { burst: 30, refill: Duration::from_secs(2) };
/// Changes, per client.
const CHANGES: Allowance = Allowance { burst: 20, refill: Duration::from_secs(300) };

/// Displaced clients per address while the quota is full: one day, in seconds.
const DISPLACED: Allowance = Allowance { burst: 86_400, refill: Duration::from_secs(1) };

/// How many of each are remembered.
const REMEMBERED: usize = 10_000;

pub(super) struct RateLimits {
    tries: RateLimiter,
    changes: RateLimiter,
    displaced: RateLimiter,
}

impl Default for RateLimits {
    fn default() -> Self {
        let limiter = |allowance| RateLimiter::new(allowance, REMEMBERED, WhenFull::Forgive);
        Self { tries: limiter(ALLOWANCE), changes: limiter(CHANGES), displaced: limiter(DISPLACED) }
    }
}

impl RateLimits {
    /// Takes one attempt from the budget of an address or a person.
    ///
    /// # Errors
    /// [`REGISTRATION_LIMIT`] when none is left.
    pub(super) fn take(&self, whose: &str, now: Timestamp) -> Result<(), Refusal> {
        self.tries.take(LimitKey::of(&[whose.as_bytes()]), 1, now).map_err(|limited| refused(limited, now))
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
    pub(super) fn take_change(&self, client: ClientKey, now: Timestamp) -> Result<(), Refusal> {
        self.changes.take(LimitKey::of(&[&client.get().to_be_bytes()]), 1, now).map_err(|limited| refused(limited, now))
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
    fn an_address_has_thirty_tries_and_gets_one_back_each_two_seconds() {
        let (rate_limits, start) = (RateLimits::default(), Timestamp::from_seconds(1000));
        let (one, other) = ("192.0.2.1", "192.0.2.2");
        for _ in 0..ALLOWANCE.burst {
            assert!(rate_limits.take(one, start).is_ok());
        }
        assert!(
            rate_limits
                .take(one, start)
                .is_err_and(|refusal| refusal.is(&REGISTRATION_LIMIT) && refusal.retry_after() == Some(2))
        );
        assert!(rate_limits.take(other, start).is_ok());
        assert!(rate_limits.take(one, start + ALLOWANCE.refill).is_ok());
        assert!(rate_limits.take(one, start + ALLOWANCE.refill).is_err());
    }
}
