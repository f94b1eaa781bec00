//! The rate limit for reports of leaked tokens from one address: a thousand at once, then ten a second. In memory only: a restart
//! resets it.

use std::net::IpAddr;
use std::time::Duration;

use jeton_ledger::request_source::party;
use jeton_model::clock::Timestamp;
use jeton_people::rate_limit::{Allowance, LimitKey, RateLimiter, WhenFull};

/// Counted in texts.
const ALLOWANCE: Allowance = Allowance { burst: 1000, refill: Duration::from_millis(100) };

/// How many addresses are counted separately.
const REMEMBERED: usize = 10_000;

/// The rate limiter.
pub(crate) struct LeakReports(RateLimiter);

impl Default for LeakReports {
    fn default() -> Self {
        Self(RateLimiter::new(ALLOWANCE, REMEMBERED, WhenFull::Forgive))
    }
}

impl LeakReports {
    /// Takes this many texts from an address's budget. False when they are too many; then none is taken.
    pub(crate) fn take(&self, address: Option<IpAddr>, texts: usize, now: Timestamp) -> bool {
        self.0.take(LimitKey::of(&[party(address).as_bytes()]), texts as u64, now).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reports_a_thousand_texts_and_then_ten_a_second() {
        let (reports, start) = (LeakReports::default(), Timestamp::from_seconds(1000));
        let (one, other): (IpAddr, IpAddr) = ([192, 0, 2, 1].into(), [192, 0, 2, 2].into());
        for _ in 0..10 {
            assert!(reports.take(Some(one), 100, start));
        }
        assert!(!reports.take(Some(one), 1, start));
        assert!(reports.take(Some(other), 100, start) && reports.take(None, 100, start));
        let later = start + Duration::from_secs(1);
        assert!(!reports.take(Some(one), 11, later) && reports.take(Some(one), 10, later));
    }

    #[test]
    fn the_addresses_of_one_ipv6_network_are_one() {
        let (reports, now) = (LeakReports::default(), Timestamp::from_seconds(1000));
        let take = |address: &str, texts| reports.take(Some(address.parse().unwrap()), texts, now);
        assert!(take("2001:db8::1", 1000) && !take("2001:db8::2", 1) && take("2001:db8:0:1::1", 1));
    }
}
