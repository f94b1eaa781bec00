//! How fast one address may try to register.
//!
//! Thirty tries at once, then one each two seconds, good ones and bad ones alike: a try may cost a write or a look at
//! another server. Kept in memory: a restart forgives.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::budget::{Allowance, Budget};
use crate::clock::Timestamp;

/// In tries.
const ALLOWANCE: Allowance = Allowance { burst: 30, refill: Duration::from_secs(2) };
/// When so many addresses are remembered, those with a full budget are forgotten; beyond it nobody new may try.
const TIDY: usize = 10_000;

#[derive(Default)]
pub(super) struct Pace(Mutex<HashMap<Arc<str>, Budget>>);

impl Pace {
    /// Takes one try out of an address's budget. False: none is left.
    pub(super) fn take(&self, address: &Arc<str>, now: Timestamp) -> bool {
        let Ok(mut all) = self.0.lock() else { return false };
        if all.len() >= TIDY {
            all.retain(|_, budget| !budget.is_whole(now));
        }
        if all.len() >= TIDY && !all.contains_key(address) {
            return false;
        }
        all.entry(Arc::clone(address)).or_insert(Budget::whole(ALLOWANCE, now)).take(1, now)
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
