//! How often something was done and how long that took in all, for the metrics.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A number and a sum of times. Adding is two atomic additions.
#[derive(Debug, Default)]
pub(crate) struct TimeSpent {
    times: AtomicU64,
    nanos: AtomicU64,
}

impl TimeSpent {
    /// It was done once more, and took this long.
    pub(crate) fn add(&self, took: Duration) {
        self.times.fetch_add(1, Ordering::Relaxed);
        self.nanos.fetch_add(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// How often since the start, and how long that took in all.
    pub(crate) fn read(&self) -> Spent {
        let took = Duration::from_nanos(self.nanos.load(Ordering::Relaxed));
        Spent { times: self.times.load(Ordering::Relaxed), took }
    }
}

/// How often something was done since the start, and how long that took in all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// How often.
    pub times: u64,
    /// How long in all.
    pub took: Duration,
}

/// What the slow parts of requests took since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SlowParts {
    /// Expensive signatures (RSA), from the first instruction to the last.
    pub signatures: Spent,
    /// Waits for a place to sign.
    pub signing_waits: Spent,
    /// Commits, as the requests waited for them.
    pub commits: Spent,
}
