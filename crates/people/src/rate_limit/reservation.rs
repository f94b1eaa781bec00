//! Taking before it is known whether it counts: an attempt at a password takes one before the password is checked, so that parallel
//! attempts count too, and gives it back if the password was right.

use std::sync::Arc;

use jeton_model::clock::{Clock, Timestamp};
use tokio::sync::Notify;

use super::{LimitKey, Limited, RateLimiter};

/// How many attempts of one key wait for earlier ones.
const MOST_WAITING: usize = 256;

/// The result of asking for one.
enum Asked {
    Taken,
    Wait(Arc<Notify>),
    Limited(Limited),
}

impl RateLimiter {
    /// Takes one that may be given back. If none is left but one may be given back, it waits for that.
    ///
    /// # Errors
    /// [`Limited`] when none is left.
    pub async fn reserve(&self, key: LimitKey, clock: &dyn Clock) -> Result<Reservation<'_>, Limited> {
        loop {
            let decided = match self.ask(key, clock.now()) {
                Asked::Taken => return Ok(Reservation { limiter: self, key, free: false }),
                Asked::Limited(limited) => return Err(limited),
                Asked::Wait(decided) => decided,
            };
            // Registered before looking again, so that no decision in between is missed.
            let heard = decided.notified();
            match self.ask(key, clock.now()) {
                Asked::Taken => return Ok(Reservation { limiter: self, key, free: false }),
                Asked::Limited(limited) => return Err(limited),
                Asked::Wait(_) => heard.await,
            }
        }
    }

    fn ask(&self, key: LimitKey, now: Timestamp) -> Asked {
        let mut all = self.lock();
        let taken = self.take_in(&mut all, key, 1, now);
        let pending = all.get_mut(key).map(|(_, pending)| pending);
        match (taken, pending) {
            (Ok(()), pending) => {
                if let Some(pending) = pending {
                    pending.reserved += 1;
                }
                Asked::Taken
            }
            (Err(limited), Some(pending)) if pending.reserved > 0 => {
                let decided = Arc::clone(pending.decided.get_or_insert_default());
                // Each waiting attempt holds one, and so does this entry.
                if Arc::strong_count(&decided) > MOST_WAITING { Asked::Limited(limited) } else { Asked::Wait(decided) }
            }
            (Err(limited), _) => Asked::Limited(limited),
        }
    }
}

/// One that was taken and may be given back. If dropped, it stays taken.
#[must_use = "if dropped, it stays taken"]
#[derive(Debug)]
pub struct Reservation<'a> {
    limiter: &'a RateLimiter,
    key: LimitKey,
    free: bool,
}

impl Reservation<'_> {
    /// Gives it back: the attempt was right, or was not checked.
    pub fn free(mut self) {
        self.free = true;
    }
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        let mut all = self.limiter.lock();
        let Some((_, pending)) = all.get_mut(self.key) else { return };
        pending.reserved = pending.reserved.saturating_sub(1);
        if let Some(decided) = &pending.decided {
            decided.notify_waiters();
        }
        if self.free {
            self.limiter.give_back(&mut all, self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::{Allowance, WhenFull};
    use super::*;

    const TEN: Allowance = Allowance { burst: 10, refill: Duration::from_secs(6) };

    struct Still;

    impl Clock for Still {
        fn now(&self) -> Timestamp {
            Timestamp::from_seconds(1000)
        }
    }

    fn named(name: &str) -> LimitKey {
        LimitKey::of(&[name.as_bytes()])
    }

    #[tokio::test]
    async fn right_tries_cost_nothing_and_wait_for_one_another() {
        let limiter = RateLimiter::new(TEN, 100, WhenFull::Inherit);
        // Thirty at once, with ten to have.
        let all = futures::future::join_all((0..30).map(|_| async {
            let tried = limiter.reserve(named("class"), &Still).await;
            tokio::task::yield_now().await;
            tried.map(Reservation::free)
        }));
        assert!(all.await.iter().all(Result::is_ok));
        assert!(!limiter.is_touched(named("class"), Still.now()));
    }

    #[tokio::test]
    async fn wrong_tries_made_at_once_are_ten() {
        let limiter = RateLimiter::new(TEN, 100, WhenFull::Inherit);
        let all = futures::future::join_all((0..200).map(|_| async {
            let tried = limiter.reserve(named("eve"), &Still).await;
            tokio::task::yield_now().await;
            tried.map(drop)
        }));
        assert_eq!(all.await.iter().filter(|tried| tried.is_ok()).count(), 10);
    }
}
