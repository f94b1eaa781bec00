//! A clock that does not move until a test moves it.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jeton_core::{Clock, Timestamp};

use crate::sample;

/// Shows what it was set to. Starts at [`sample::T0`], the moment that every sample is built around.
#[derive(Debug)]
pub struct FakeClock(AtomicI64);

impl FakeClock {
    /// A clock that shows `now`.
    #[must_use]
    pub const fn at(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.millis()))
    }

    /// Moves it to `now`, forwards or back.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.millis(), Ordering::SeqCst);
    }

    /// Moves it forward and returns what it shows then.
    pub fn advance(&self, by: Duration) -> Timestamp {
        let by = i64::try_from(by.as_millis()).unwrap();
        Timestamp::from_millis(self.0.fetch_add(by, Ordering::SeqCst) + by)
    }
}

impl Default for FakeClock {
    fn default() -> Self {
        Self::at(sample::T0)
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stands_still_until_it_is_moved() {
        let clock = FakeClock::default();
        assert_eq!((clock.now(), clock.now()), (sample::T0, sample::T0));
        let later = clock.advance(Duration::from_secs(5));
        assert_eq!((later, clock.now()), (sample::T0 + Duration::from_secs(5), later));
        clock.set(sample::T0);
        assert_eq!(clock.now(), sample::T0);
    }
}
