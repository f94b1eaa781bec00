//! A rate limit: a number at once, and then one per interval. And a rate limit for each of many: addresses, people,
//! clients.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jeton_model::clock::Timestamp;

/// How many are allowed at once, and the interval in which one more becomes available.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    /// How much at once.
    pub burst: u64,
    /// The interval in which one becomes available again.
    pub refill: Duration,
}

/// What was used of an allowance.
pub(crate) struct Budget {
    allowance: Allowance,
    spent: u64,
    since: Timestamp,
}

impl Budget {
    /// One of which nothing is spent.
    pub(crate) const fn whole(allowance: Allowance, now: Timestamp) -> Self {
        Self { allowance, spent: 0, since: now }
    }

    /// Takes this amount. False: less is left, and nothing was taken.
    pub(crate) fn take(&mut self, amount: u64, now: Timestamp) -> bool {
        self.heal(now);
        let after = self.spent.saturating_add(amount);
        let left = after <= self.allowance.burst;
        if left {
            self.spent = after;
        }
        left
    }

    /// Whether all of it is available again.
    pub(crate) fn is_whole(&mut self, now: Timestamp) -> bool {
        self.heal(now);
        self.spent == 0
    }

    /// How long until this amount is available.
    fn until(&self, amount: u64) -> Duration {
        let missing = self.spent.saturating_add(amount).saturating_sub(self.allowance.burst);
        self.allowance.refill.saturating_mul(u32::try_from(missing).unwrap_or(u32::MAX))
    }

    fn heal(&mut self, now: Timestamp) {
        let refill = self.allowance.refill.as_millis().max(1);
        let healed = u64::try_from(now.since(self.since).as_millis() / refill).unwrap_or(u64::MAX);
        if healed > 0 {
            self.spent = self.spent.saturating_sub(healed);
            self.since = now;
        }
    }
}

/// How many budgets are remembered.
const REMEMBERED: usize = 10_000;

/// A rate limit for each of many keys, in memory: a restart resets it.
///
/// It holds a bounded number of keys. When there are too many, those with the least use are removed, so that an
/// attacker with many addresses keeps nobody else out.
pub struct Budgets<K> {
    allowance: Allowance,
    all: Mutex<HashMap<K, Budget>>,
}

impl<K: Eq + Hash> Budgets<K> {
    /// Everybody has this.
    pub fn new(allowance: Allowance) -> Self {
        Self { allowance, all: Mutex::default() }
    }

    /// Takes this amount of a key's budget.
    ///
    /// # Errors
    /// The time until enough is available. Nothing was taken then.
    pub fn take(&self, whose: K, amount: u64, now: Timestamp) -> Result<(), Duration> {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= REMEMBERED && !all.contains_key(&whose) {
            forget_some(&mut all, now);
        }
        let amount = amount.min(self.allowance.burst);
        let budget = all.entry(whose).or_insert(Budget::whole(self.allowance, now));
        if budget.take(amount, now) { Ok(()) } else { Err(budget.until(amount)) }
    }
}

/// Forgets the whole ones, and if that is not enough, the half that spent least.
fn forget_some<K: Eq + Hash>(all: &mut HashMap<K, Budget>, now: Timestamp) {
    all.retain(|_, budget| !budget.is_whole(now));
    if all.len() > REMEMBERED / 2 {
        let mut spent: Vec<u64> = all.values().map(|budget| budget.spent).collect();
        let middle = spent.len() / 2;
        let (_, middle, _) = spent.select_nth_unstable(middle);
        let middle = *middle;
        all.retain(|_, budget| budget.spent > middle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOWANCE: Allowance = Allowance { burst: 10, refill: Duration::from_secs(2) };

    #[test]
    fn it_says_in_how_long_there_is_enough() {
        let (budgets, start) = (Budgets::new(ALLOWANCE), Timestamp::from_seconds(1000));
        assert_eq!(budgets.take("one", 9, start), Ok(()));
        assert_eq!(budgets.take("one", 3, start), Err(Duration::from_secs(4)));
        assert_eq!(budgets.take("two", 3, start), Ok(()), "each has one of its own");
        assert_eq!(budgets.take("one", 3, start + Duration::from_secs(4)), Ok(()));
        assert_eq!(budgets.take("three", 99, start), Ok(()), "more than there ever is takes all there is");
        assert_eq!(budgets.take("three", 1, start), Err(Duration::from_secs(2)));
    }

    #[test]
    fn many_addresses_keep_nobody_out_and_take_no_memory() {
        let (budgets, now) = (Budgets::new(ALLOWANCE), Timestamp::from_seconds(1000));
        let wary = usize::MAX;
        assert_eq!(budgets.take(wary, 10, now), Ok(()));
        for address in 0..3 * REMEMBERED {
            assert_eq!(budgets.take(address, 1, now), Ok(()), "{address}");
        }
        assert!(budgets.all.lock().unwrap().len() <= REMEMBERED);
        assert!(budgets.take(wary, 1, now).is_err(), "who spent much is not forgotten");
    }
}
