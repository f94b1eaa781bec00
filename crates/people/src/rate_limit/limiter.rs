//! The limiter.
//!
//! An allowance is stored as one time, at which all of it is available again (the generic cell rate algorithm): taking moves it
//! forward, giving back moves it back. So the key with the earliest time is the least used one.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jeton_model::clock::Timestamp;
use tokio::sync::Notify;

use super::{Allowance, Bounded, LimitKey, Limited};

/// What happens to a new key when the limiter is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenFull {
    /// The less used half of the keys is removed, and the new one has the whole allowance: an attacker with many addresses keeps
    /// nobody else out. For work that is limited.
    Forgive,
    /// It replaces the least used key and starts with what was used of that one (the idea of Space-Saving counters): a key that
    /// was replaced returns with no more than it had. For guesses.
    Inherit,
}

/// One allowance for each of many keys, in memory.
#[derive(Debug)]
pub struct RateLimiter {
    burst: u64,
    refill: Duration,
    /// How long an empty allowance takes to become full.
    depth: Duration,
    when_full: WhenFull,
    /// How many are not full, so that a check need not lock while nobody takes anything.
    count: AtomicUsize,
    all: Mutex<All>,
}

pub(super) type All = Bounded<LimitKey, Pending>;

/// What was taken from a key's allowance and may be given back.
#[derive(Debug, Default)]
pub(super) struct Pending {
    pub(super) reserved: u32,
    /// Notified when one of them is decided, once another waits.
    pub(super) decided: Option<Arc<Notify>>,
}

/// Those who wait look again.
impl Drop for Pending {
    fn drop(&mut self) {
        if let Some(decided) = &self.decided {
            decided.notify_waiters();
        }
    }
}

impl RateLimiter {
    /// `most`: how many keys are remembered, at about a hundred bytes each.
    #[must_use]
    pub fn new(allowance: Allowance, most: usize, when_full: WhenFull) -> Self {
        let burst = allowance.burst.max(1);
        let refill = Duration::from_millis(u64::try_from(allowance.refill.as_millis()).unwrap_or(u64::MAX).max(1));
        let depth = times(refill, burst);
        let all = Mutex::new(Bounded::new(most));
        Self { burst, refill, depth, when_full, count: AtomicUsize::new(0), all }
    }

    /// Whether anything is used; may be true for a while after all is available again.
    #[must_use]
    pub fn is_any(&self) -> bool {
        self.count.load(Ordering::Acquire) != 0
    }

    /// Whether anything of a key's allowance is used.
    #[must_use]
    pub fn is_touched(&self, key: LimitKey, now: Timestamp) -> bool {
        self.is_any() && self.lock().get_mut(key).is_some_and(|(whole, _)| whole > now)
    }

    /// Whether one is left; nothing is taken.
    ///
    /// # Errors
    /// [`Limited`] when none is.
    pub fn check(&self, key: LimitKey, now: Timestamp) -> Result<(), Limited> {
        if !self.is_any() {
            return Ok(());
        }
        let mut all = self.lock();
        self.tidy(&mut all, now);
        let whole = all.get_mut(key).map_or(now, |(whole, _)| whole);
        self.after(whole, 1, now).map(drop)
    }

    /// Takes this amount for good; an amount above the burst takes the whole burst.
    ///
    /// # Errors
    /// [`Limited`] when less is left. Nothing was taken then.
    pub fn take(&self, key: LimitKey, amount: u64, now: Timestamp) -> Result<(), Limited> {
        self.take_in(&mut self.lock(), key, amount, now)
    }

    pub(super) fn take_in(&self, all: &mut All, key: LimitKey, amount: u64, now: Timestamp) -> Result<(), Limited> {
        self.tidy(all, now);
        let known = all.get_mut(key).map(|(whole, _)| whole);
        let whole = match known {
            Some(whole) => whole,
            None if all.is_full() => self.when_full.newcomer(all).unwrap_or(now),
            None => now,
        };
        let after = self.after(whole, amount, now)?;
        all.keep(key, after);
        self.count.store(all.len(), Ordering::Release);
        Ok(())
    }

    /// Gives one back.
    pub(super) fn give_back(&self, all: &mut All, key: LimitKey) {
        if let Some((whole, _)) = all.get_mut(key) {
            all.keep(key, whole - self.refill);
        }
    }

    /// When all is available again after this amount is taken. If the clock was set back, nobody waits longer than for an empty
    /// allowance.
    fn after(&self, whole: Timestamp, amount: u64, now: Timestamp) -> Result<Timestamp, Limited> {
        let after = whole.clamp(now, now + self.depth) + times(self.refill, amount.min(self.burst));
        if after <= now + self.depth { Ok(after) } else { Err(Limited { until: after - self.depth }) }
    }

    /// Removes a few full ones. One to which something may be given back stays.
    fn tidy(&self, all: &mut All, now: Timestamp) {
        all.forget_ended(now, |pending| pending.reserved > 0);
        self.count.store(all.len(), Ordering::Release);
    }

    /// The counts stay right when a thread panicked while it held the lock.
    pub(super) fn lock(&self) -> MutexGuard<'_, All> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl WhenFull {
    /// The time a new key starts with; none: with the whole allowance.
    fn newcomer(self, all: &mut All) -> Option<Timestamp> {
        match self {
            Self::Inherit => all.first_end(),
            Self::Forgive => {
                for _ in 0..all.len().div_ceil(2) {
                    all.forget_first();
                }
                None
            }
        }
    }
}

fn times(one: Duration, many: u64) -> Duration {
    one.saturating_mul(u32::try_from(many).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOWANCE: Allowance = Allowance { burst: 10, refill: Duration::from_secs(2) };

    fn named(name: &str) -> LimitKey {
        LimitKey::of(&[name.as_bytes()])
    }

    fn limiter(most: usize, when_full: WhenFull) -> (RateLimiter, Timestamp) {
        (RateLimiter::new(ALLOWANCE, most, when_full), Timestamp::from_seconds(1000))
    }

    #[test]
    fn it_says_in_how_long_there_is_enough() {
        let (limiter, start) = limiter(100, WhenFull::Forgive);
        let take = |name, amount, now| limiter.take(named(name), amount, now).map_err(|limited| limited.until);
        assert_eq!(take("one", 9, start), Ok(()));
        assert_eq!(take("one", 3, start), Err(start + Duration::from_secs(4)));
        assert_eq!(take("two", 3, start), Ok(()), "each has one of its own");
        assert_eq!(take("one", 3, start + Duration::from_secs(4)), Ok(()));
        assert_eq!(take("three", 99, start), Ok(()), "more than there ever is takes all there is");
        assert_eq!(take("three", 1, start), Err(start + ALLOWANCE.refill));
    }

    #[test]
    fn ten_wrong_tries_close_an_allowance_and_time_opens_it() {
        let (limiter, start) = limiter(100, WhenFull::Inherit);
        for _ in 0..10 {
            assert_eq!(limiter.take(named("eve"), 1, start), Ok(()));
        }
        let limited = limiter.take(named("eve"), 1, start).unwrap_err();
        assert_eq!((limited.until, limited.wait(start)), (start + ALLOWANCE.refill, 2));
        assert_eq!(limiter.check(named("eve"), start), Err(limited));
        assert_eq!(limiter.take(named("bob"), 1, start), Ok(()));
        let later = limited.until;
        assert_eq!(limiter.take(named("eve"), 1, later), Ok(()));
        assert!(limiter.take(named("eve"), 1, later).is_err());
    }

    #[test]
    fn many_addresses_keep_nobody_out_and_take_no_memory() {
        let (limiter, now) = limiter(1000, WhenFull::Forgive);
        assert_eq!(limiter.take(named("wary"), 10, now), Ok(()));
        for address in 0..30_000 {
            assert_eq!(limiter.take(named(&address.to_string()), 1, now), Ok(()), "{address}");
        }
        assert!(limiter.lock().len() <= 1000);
        assert!(limiter.take(named("wary"), 1, now).is_err(), "who spent much is not forgotten");
    }

    /// An attacker who creates many keys resets nobody's: a replaced key starts again with what the others have used.
    #[test]
    fn a_flood_of_names_gives_no_guess_back_and_memory_is_bounded() {
        let (limiter, now) = limiter(50, WhenFull::Inherit);
        for _ in 0..10 {
            let _ = limiter.take(named("victim"), 1, now);
        }
        for round in 0..8 {
            for n in 0..50 {
                let _ = limiter.take(named(&format!("flood {round} {n}")), 1, now);
            }
        }
        assert!(limiter.take(named("victim"), 1, now).is_err(), "the victim's allowance was reset");
        for n in 0..10_000 {
            let _ = limiter.take(named(&format!("more {n}")), 1, now);
        }
        assert!(limiter.take(named("victim"), 1, now).is_err());
        assert!(limiter.lock().len() <= 50);
        // And when they are whole again, they are forgotten.
        let later = now + Duration::from_secs(61);
        for _ in 0..20 {
            limiter.take(named("bob"), 1, later).ok();
        }
        assert!(limiter.lock().len() <= 2);
    }
}
