//! The rate limit of one caller (`docs/contracts/prodmanager.md` section 6).
//!
//! A window begins with a caller's first request and lasts one period; it allows a number of requests. Kept in memory: a restart
//! resets it, and each node counts separately.

use std::net::IpAddr;
use std::sync::Mutex;
use std::time::Duration;

use jeton_jose::digest::sha256;

use jeton_model::clock::Timestamp;
use jeton_people::rate_limit::Bounded;

/// How many callers are counted separately. Beyond that, those whose window has ended are removed; while there are still too
/// many, all new callers share one budget.
const CALLERS: usize = 50_000;

/// Requests of one caller in one period.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// Without a token: by one address.
    pub anonymous: u32,
    /// With a valid token.
    pub logged: u32,
    /// The period.
    pub period: Duration,
}

/// The rate limit of a caller after this request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimitStatus {
    /// The caller: SHA-256 of the token's `jti` or of the address.
    pub client: [u8; 32],
    /// Requests allowed in a period.
    pub limit: u32,
    /// Requests used, this one included; never more than `limit`.
    pub used: u32,
    /// When the period ends.
    pub reset: Timestamp,
    /// How long until then, in whole seconds, at least one.
    pub wait: u64,
    /// Whether this request exceeds the limit.
    pub exceeded: bool,
}

impl RateLimitStatus {
    /// Requests that are left.
    #[must_use]
    pub fn remaining(&self) -> u32 {
        self.limit - self.used
    }
}

pub(super) struct RateLimit {
    rate: Rate,
    /// How many requests in a caller's window; when it ends, the caller is removed.
    callers: Mutex<Bounded<[u8; 32], u32>>,
}

impl RateLimit {
    pub(super) fn new(rate: Rate) -> Self {
        // One more: the budget that new callers share.
        Self { rate, callers: Mutex::new(Bounded::new(CALLERS + 1)) }
    }

    /// A request with a valid token.
    pub(super) fn logged(&self, jti: &str, now: Timestamp) -> RateLimitStatus {
        self.take(sha256(jti.as_bytes()), self.rate.logged, now)
    }

    /// A request without a token. Requests on the local socket have no address: they share one budget.
    pub(super) fn anonymous(&self, addr: Option<IpAddr>, now: Timestamp) -> RateLimitStatus {
        let addr = addr.map(|addr| addr.to_canonical().to_string()).unwrap_or_default();
        self.take(sha256(addr.as_bytes()), self.rate.anonymous, now)
    }

    fn take(&self, client: [u8; 32], limit: u32, now: Timestamp) -> RateLimitStatus {
        // The counts are still correct after a thread panicked.
        let mut callers = self.callers.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut key = client;
        callers.forget_ended(now, |_| false);
        if callers.len() >= CALLERS && callers.get_mut(key).is_none() {
            key = [0; 32];
        }
        if callers.get_mut(key).is_some_and(|(ends, _)| ends <= now) {
            callers.forget(key);
        }
        let ends = callers.get_mut(key).map_or(now + self.rate.period, |(ends, _)| ends);
        let used = callers.keep(key, ends);
        let exceeded = *used >= limit;
        *used = used.saturating_add(u32::from(!exceeded));
        let wait = ends.since(now).as_millis().div_ceil(1000);
        RateLimitStatus {
            client,
            limit,
            used: (*used).min(limit),
            reset: ends,
            wait: u64::try_from(wait).unwrap_or(u64::MAX).max(1),
            exceeded,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate_limit(limit: u32) -> (RateLimit, Timestamp) {
        let rate = Rate { anonymous: limit, logged: limit * 10, period: Duration::from_secs(3600) };
        (RateLimit::new(rate), Timestamp::from_seconds(1_000_000))
    }

    #[test]
    fn the_last_of_the_budget_passes_and_the_next_is_refused_until_the_period_ends() {
        let (rate_limit, start) = rate_limit(2);
        let one: Option<IpAddr> = "192.0.2.1".parse().ok();
        assert_eq!(rate_limit.anonymous(one, start).remaining(), 1);
        let last = rate_limit.anonymous(one, start + Duration::from_secs(1));
        assert!((last.remaining(), last.used, last.exceeded) == (0, 2, false));
        let over = rate_limit.anonymous(one, start + Duration::from_secs(3599));
        assert!((over.remaining(), over.used, over.exceeded, over.wait) == (0, 2, true, 1));
        assert_eq!(over.reset, start + Duration::from_secs(3600));
        assert!(!rate_limit.anonymous("192.0.2.2".parse().ok(), start).exceeded, "another address");
        assert!(!rate_limit.logged("jti", start).exceeded, "a token");
        assert!(!rate_limit.anonymous(one, start + Duration::from_secs(3600)).exceeded, "a new period");
    }

    #[test]
    fn callers_beyond_the_bound_share_one_budget_and_those_known_keep_theirs() {
        let (rate_limit, start) = rate_limit(2);
        for number in 0..CALLERS {
            rate_limit.logged(&number.to_string(), start);
        }
        let limit = rate_limit.rate.logged;
        let newcomers = (0..limit).filter(|n| !rate_limit.logged(&format!("new {n}"), start).exceeded).count();
        assert_eq!(newcomers, limit as usize);
        assert!(rate_limit.logged("one more", start).exceeded);
        assert!(!rate_limit.logged("7", start).exceeded);
        assert_eq!(rate_limit.callers.lock().map(|all| all.len()).unwrap_or_default(), CALLERS + 1);
        assert!(
            !rate_limit.logged("one more", start + Duration::from_secs(3600)).exceeded,
            "the old ones are forgotten"
        );
    }
}
