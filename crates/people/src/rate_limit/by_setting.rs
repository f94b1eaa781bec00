//! Limiters whose allowance the operator sets: it may change while the server runs.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::{Allowance, RateLimiter, WhenFull};

/// How many keys each limiter remembers.
const REMEMBERED: usize = 10_000;

/// Of how many different settings the limiters are kept: those that are in use, before and after a change.
const SETTINGS: usize = 16;

/// One limiter for each setting: an allowance is fixed when its limiter is made. For work that is limited
/// ([`WhenFull::Forgive`]).
#[derive(Debug, Default)]
pub struct RateLimiters(Mutex<Vec<(Setting, Arc<RateLimiter>)>>);

/// How many at once, and after how long one more.
type Setting = (u64, Duration);

impl RateLimiters {
    /// The limiter of this many at once, one at least, and one more after each interval, a millisecond at least.
    #[must_use]
    pub fn of(&self, at_once: u32, interval: Duration) -> Arc<RateLimiter> {
        let setting = (u64::from(at_once.max(1)), interval.max(Duration::from_millis(1)));
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = all.iter().find(|(of, _)| *of == setting) {
            return Arc::clone(known);
        }
        let allowance = Allowance { burst: setting.0, refill: setting.1 };
        let new = Arc::new(RateLimiter::new(allowance, REMEMBERED, WhenFull::Forgive));
        if all.len() >= SETTINGS {
            all.remove(0);
        }
        all.push((setting, Arc::clone(&new)));
        new
    }
}
