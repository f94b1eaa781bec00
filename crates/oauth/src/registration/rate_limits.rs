//! How fast clients may be registered and changed by who registers them.
//!
//! An address has thirty tries at once, then one each two seconds, good ones and bad ones alike: a try may cost a write or a look
//! at another server. A record may be changed twenty times at once, then once in five minutes: each change is an event that is
//! kept. Kept in memory: a restart forgives.

use std::time::Duration;

use crate::registration::refusals::REGISTRATION_LIMIT;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::ClientKey;
use jeton_people::rate_limit::{Allowance, LimitKey, Limited, RateLimiter, WhenFull};

/// In tries, of an address or a person.
const ALLOWANCE: Allowance = Allowance { burst: 30, refill: Duration::from_secs(2) };
/// In changes, of a client.
const CHANGES: Allowance = Allowance { burst: 20, refill: Duration::from_secs(300) };

/// Of an address, while there are as many clients as there may be: a day, in seconds.
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
    /// Takes one try out of the budget of an address or a person.
    ///
    /// # Errors
    /// [`REGISTRATION_LIMIT`] when none is left.
    pub(super) fn take(&self, whose: &str, now: Timestamp) -> Result<(), Refusal> {
        self.tries.take(LimitKey::of(&[whose.as_bytes()]), 1, now).map_err(|limited| refused(limited, now))
    }

    /// Takes one of so many clients a day that may give way to those of an address or a person.
    ///
    /// # Errors
    /// [`REGISTRATION_LIMIT`] when none is left.
    pub(super) fn take_displaced(&self, whose: &str, a_day: u32, now: Timestamp) -> Result<(), Refusal> {
        let each = DISPLACED.burst / u64::from(a_day.max(1));
        self.displaced
            .take(LimitKey::of(&[whose.as_bytes()]), each.max(1), now)
            .map_err(|limited| refused(limited, now))
    }

    /// Takes one change out of a client's budget, which only who holds its registration token can spend.
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

/// The refusal that says to wait so long.
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
