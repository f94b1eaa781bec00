//! A budget that comes back with time: so much at once, then one each so often.

use std::time::Duration;

use crate::clock::Timestamp;

/// How much there is at once, and in which time one of it comes back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowance {
    pub(crate) burst: u64,
    pub(crate) refill: Duration,
}

/// What somebody has spent of an allowance.
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

    /// Takes so much. False: there is less left, and none was taken.
    pub(crate) fn take(&mut self, amount: u64, now: Timestamp) -> bool {
        self.heal(now);
        let after = self.spent.saturating_add(amount);
        let left = after <= self.allowance.burst;
        if left {
            self.spent = after;
        }
        left
    }

    /// Whether all of it has come back.
    pub(crate) fn is_whole(&mut self, now: Timestamp) -> bool {
        self.heal(now);
        self.spent == 0
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
