//! The rate limiter: a number at once and then one per interval, for each of many keys, in memory.
//!
//! Its users need four things together. What was taken can be given back, because a correct password costs nothing. The number of
//! keys is bounded, and a flood of keys neither uses up memory nor resets the limit of somebody who guesses. A refused caller
//! is told when to try again. The time is a parameter. No published limiter has all four
//! (`docs/decisions/0020-one-rate-limiter.md`).
//!
//! A restart resets all limits, and each node counts for itself. Limits that must hold across nodes and restarts are in the store.

use std::time::Duration;

use jeton_jose::digest::sha256;
use jeton_model::clock::Timestamp;

mod bounded;
mod by_setting;
mod limiter;
#[cfg(test)]
mod properties;
mod reservation;

pub use bounded::Bounded;
pub use by_setting::RateLimiters;
pub use limiter::{RateLimiter, WhenFull};
pub use reservation::Reservation;

/// How many are allowed at once, and the interval in which one more becomes available.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    /// How much at once.
    pub burst: u64,
    /// The interval in which one becomes available again, in whole milliseconds, one at least.
    pub refill: Duration,
}

/// Identifies whose allowance it is: a digest, so that a key is short whatever was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LimitKey([u8; 16]);

impl LimitKey {
    /// The key of these parts, in this order.
    #[must_use]
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut text = Vec::with_capacity(parts.iter().map(|part| part.len() + 8).sum());
        for part in parts {
            text.extend_from_slice(&(part.len() as u64).to_be_bytes());
            text.extend_from_slice(part);
        }
        let mut short = [0; 16];
        short.iter_mut().zip(sha256(&text)).for_each(|(to, from)| *to = from);
        Self(short)
    }
}

/// Not enough is left of an allowance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limited {
    /// When enough is available, if nothing else is taken until then.
    pub(crate) until: Timestamp,
}

impl Limited {
    /// The time until then in whole seconds, one at least.
    #[must_use]
    pub fn wait(self, now: Timestamp) -> u64 {
        u64::try_from(self.until.since(now).as_millis().div_ceil(1000)).unwrap_or(u64::MAX).max(1)
    }
}
