//! How fast one address may try to register.
//!
//! Thirty tries at once, then one each two seconds, good ones and bad ones alike: a try may cost a write or a look at
//! another server. Kept in memory: a restart forgives.

use std::sync::Arc;
use std::time::Duration;

use crate::budget::{Allowance, Budgets};
use crate::clock::Timestamp;

/// In tries.
const ALLOWANCE: Allowance = Allowance { burst: 30, refill: Duration::from_secs(2) };

pub(super) struct Pace(Budgets<Arc<str>>);

impl Default for Pace {
    fn default() -> Self {
        Self(Budgets::new(ALLOWANCE))
    }
}

impl Pace {
    /// Takes one try out of an address's budget. False: none is left.
    pub(super) fn take(&self, address: &Arc<str>, now: Timestamp) -> bool {
        self.0.take(Arc::clone(address), 1, now).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_thirty_tries_and_gets_one_back_each_two_seconds() {
        let (pace, start) = (Pace::default(), Timestamp::from_seconds(1000));
        let (one, other): (Arc<str>, Arc<str>) = ("192.0.2.1".into(), "192.0.2.2".into());
        for _ in 0..ALLOWANCE.burst {
            assert!(pace.take(&one, start));
        }
        assert!(!pace.take(&one, start));
        assert!(pace.take(&other, start));
        assert!(pace.take(&one, start + ALLOWANCE.refill));
        assert!(!pace.take(&one, start + ALLOWANCE.refill));
    }
}
