//! In-memory limits of the device flow: how often device codes are polled, and how often user codes are guessed wrongly.
//!
//! They are not in the ledger: slowing down polls only protects this process, and a write per poll would cost more than the
//! poll. Each node counts the requests that reach it, and a restart clears the counts; neither ever slows down a device
//! that keeps to the interval.

use std::sync::Mutex;
use std::time::Duration;

use crate::device::refusals::USER_CODE_BUDGET;
use jeton_ledger::request_source::{RequestSource, party};
use jeton_model::Refusal;
use jeton_model::clock::{Clock, Timestamp};
use jeton_model::ids::UserKey;
use jeton_model::records::SingleUseKey;
use jeton_people::AT_ONCE;
use jeton_people::rate_limit::{Allowance, Bounded, LimitKey, Limited, RateLimiter, Reservation, WhenFull};

/// How long a device waits between two polls (RFC 8628 section 3.2 `interval`), unless the service says otherwise.
pub(super) const INTERVAL: Duration = Duration::from_secs(5);
/// How much a poll that comes too early adds to it (RFC 8628 section 3.5).
const SLOWER: Duration = Duration::from_secs(5);
/// How much too early a poll may come: network delays vary.
const SLACK: Duration = Duration::from_millis(500);
/// How many device codes are remembered.
const MOST: usize = 100_000;
/// Wrong user codes per address: more than per person, since a class shares an address and one pupil must not use it up.
const OF_ADDRESS: Allowance = Allowance { burst: 60, refill: Duration::from_secs(1) };
/// How many people and addresses are remembered for wrong codes.
const GUESSERS: usize = 20_000;

pub(crate) struct DeviceMemory {
    polls: Mutex<Bounded<SingleUseKey, Polled>>,
    by_person: RateLimiter,
    by_address: RateLimiter,
}

impl Default for DeviceMemory {
    fn default() -> Self {
        Self {
            polls: Mutex::new(Bounded::new(MOST)),
            by_person: RateLimiter::new(AT_ONCE, GUESSERS, WhenFull::Inherit),
            by_address: RateLimiter::new(OF_ADDRESS, GUESSERS, WhenFull::Inherit),
        }
    }
}

/// A lookup of a user code. If dropped, it counts as wrong.
pub(super) struct CodeGuess<'a>([Reservation<'a>; 2]);

impl CodeGuess<'_> {
    /// The code was right, or was not looked up.
    pub(super) fn free(self) {
        self.0.into_iter().for_each(Reservation::free);
    }
}

#[derive(Default)]
struct Polled {
    /// What early polls have added to the interval.
    slowed: Duration,
    next: Timestamp,
}

/// Whether a poll came in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Poll {
    InTime,
    TooEarly,
}

impl DeviceMemory {
    /// Records a poll of a device code that expires at `ends`, whose device was told to wait for `interval` between two polls.
    pub(crate) fn poll(&self, (code, ends): (SingleUseKey, Timestamp), interval: Duration, now: Timestamp) -> Poll {
        let Ok(mut polls) = self.polls.lock() else { return Poll::InTime };
        polls.forget_ended(now, |_| false);
        if polls.is_full() && polls.get_mut(code).is_none() {
            return Poll::InTime;
        }
        let polled = polls.keep(code, ends);
        let verdict = if now + SLACK < polled.next { Poll::TooEarly } else { Poll::InTime };
        if verdict == Poll::TooEarly {
            polled.slowed += SLOWER;
        }
        polled.next = now + interval + polled.slowed;
        verdict
    }

    /// The device code was redeemed: there will be no more polls.
    pub(crate) fn forget(&self, code: SingleUseKey) {
        if let Ok(mut polls) = self.polls.lock() {
            polls.forget(code);
        }
    }

    /// Takes one guess of a user code from the budgets of a person and of an address.
    ///
    /// # Errors
    /// [`USER_CODE_BUDGET`] when either has none left.
    pub(super) async fn guess(
        &self,
        person: UserKey,
        origin: &RequestSource,
        clock: &dyn Clock,
    ) -> Result<CodeGuess<'_>, Refusal> {
        let refused = |limited: Limited| USER_CODE_BUDGET.wait(limited.wait(clock.now()));
        let by_person = LimitKey::of(&[b"person", &person.get().to_be_bytes()]);
        let by_person = self.by_person.reserve(by_person, clock).await.map_err(refused)?;
        let by_address = LimitKey::of(&[b"address", party(origin.addr).as_bytes()]);
        match self.by_address.reserve(by_address, clock).await {
            Ok(by_address) => Ok(CodeGuess([by_person, by_address])),
            Err(limited) => {
                by_person.free();
                Err(refused(limited))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_early_poll_adds_five_seconds() {
        let (memory, code) = (DeviceMemory::default(), SingleUseKey([1; 32]));
        let (start, ends) = (Timestamp::from_seconds(1000), Timestamp::from_seconds(1600));
        let poll = |second: u64| memory.poll((code, ends), INTERVAL, start + Duration::from_secs(second));
        assert_eq!(poll(0), Poll::InTime);
        assert_eq!(poll(5), Poll::InTime);
        assert_eq!(poll(9), Poll::TooEarly, "now ten seconds");
        assert_eq!(poll(18), Poll::TooEarly, "now fifteen");
        assert_eq!(poll(33), Poll::InTime);
        assert_eq!(poll(47), Poll::TooEarly, "it stays at fifteen");
    }

    #[test]
    fn another_code_is_not_slowed_down() {
        let memory = DeviceMemory::default();
        let (now, ends) = (Timestamp::from_seconds(1000), Timestamp::from_seconds(1600));
        assert_eq!(memory.poll((SingleUseKey([1; 32]), ends), INTERVAL, now), Poll::InTime);
        assert_eq!(memory.poll((SingleUseKey([2; 32]), ends), INTERVAL, now), Poll::InTime);
        assert_eq!(memory.poll((SingleUseKey([1; 32]), ends), INTERVAL, now), Poll::TooEarly);
    }
}
