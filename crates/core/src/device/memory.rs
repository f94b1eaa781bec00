//! What a process remembers of device codes: how often they are polled, and how often user codes are guessed.
//!
//! It is not in the ledger: slowing down is a courtesy to this process, and a write for each poll would cost more than the
//! poll. With several nodes each counts what reaches it, and a restart forgives; a device that obeys is never slowed down
//! by either.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::ids::{ServiceId, TokenId};
use crate::model::OnceKey;
use crate::origin::Origin;
use crate::people::{Guesses, Person};
use crate::refusal::Refusal;

/// How long a device waits between two polls (RFC 8628 section 3.2 `interval`).
pub(super) const INTERVAL: Duration = Duration::from_secs(5);
/// What too early a poll adds to it (RFC 8628 section 3.5).
const SLOWER: Duration = Duration::from_secs(5);
/// How much too early is still in time: two answers do not take equally long to arrive.
const SLACK: Duration = Duration::from_millis(500);
/// How many device codes are remembered.
const MOST: usize = 100_000;

#[derive(Default)]
pub(crate) struct DeviceMemory {
    polls: Mutex<HashMap<OnceKey, Polled>>,
    guesses: Guesses,
}

struct Polled {
    interval: Duration,
    next: Timestamp,
    ends: Timestamp,
}

/// Whether a poll came in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Poll {
    InTime,
    TooEarly,
}

impl DeviceMemory {
    /// Notes a poll of a device code that ends at `ends`.
    pub(crate) fn poll(&self, code: OnceKey, now: Timestamp, ends: Timestamp) -> Poll {
        let Ok(mut polls) = self.polls.lock() else { return Poll::InTime };
        if polls.len() >= MOST {
            polls.retain(|_, polled| now < polled.ends);
        }
        if polls.len() >= MOST && !polls.contains_key(&code) {
            return Poll::InTime;
        }
        let polled = polls.entry(code).or_insert(Polled { interval: INTERVAL, next: now, ends });
        let verdict = if now + SLACK < polled.next { Poll::TooEarly } else { Poll::InTime };
        if verdict == Poll::TooEarly {
            polled.interval += SLOWER;
        }
        polled.next = now + polled.interval;
        verdict
    }

    /// The device code was redeemed: nobody polls it any more.
    pub(crate) fn forget(&self, code: OnceKey) {
        if let Ok(mut polls) = self.polls.lock() {
            polls.remove(&code);
        }
    }

    /// Takes one guess of a user code out of the budgets of a session and of an address.
    ///
    /// # Errors
    /// [`Refusal::UserCodeBudget`] when either has none left.
    pub(super) fn guess(
        &self,
        service: ServiceId,
        session: TokenId,
        origin: &Origin,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let take = |whose: String| self.guesses.take(&[Person::Unknown(service, whose)], now);
        let by_session = take(format!("session {session}"));
        // Whose address nobody knows shares one budget with the others of that kind.
        let address = origin.addr.map_or_else(|| "unknown".to_owned(), |addr| addr.to_string());
        let by_address = take(format!("address {address}"));
        if by_session && by_address { Ok(()) } else { Err(Refusal::UserCodeBudget) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_early_poll_adds_five_seconds() {
        let (memory, code) = (DeviceMemory::default(), OnceKey([1; 32]));
        let (start, ends) = (Timestamp::from_seconds(1000), Timestamp::from_seconds(1600));
        let poll = |second: u64| memory.poll(code, start + Duration::from_secs(second), ends);
        assert_eq!(poll(0), Poll::InTime);
        assert_eq!(poll(5), Poll::InTime);
        assert_eq!(poll(9), Poll::TooEarly, "now ten seconds");
        assert_eq!(poll(18), Poll::TooEarly, "now fifteen");
        assert_eq!(poll(33), Poll::InTime);
        assert_eq!(poll(47), Poll::TooEarly, "it stays at fifteen");
    }

    #[test]
    fn unknown_addresses_share_one_budget_of_guesses() {
        let (memory, now) = (DeviceMemory::default(), Timestamp::from_seconds(1000));
        let (service, known) = (ServiceId::new(1), Some([192, 0, 2, 1].into()));
        // Each from another session: only the address is counted.
        let guess = |session, addr| {
            let origin = Origin { addr, ..Origin::default() };
            memory.guess(service, TokenId::new(session), &origin, now).is_ok()
        };
        let unknown = (0..1000).take_while(|session| guess(*session, None)).count();
        let others = (1000..2000).take_while(|session| guess(*session, known)).count();
        assert!(unknown > 0 && unknown < 1000, "they are counted: {unknown}");
        assert_eq!(others, unknown, "and nobody else with them");
    }

    #[test]
    fn another_code_is_not_slowed_down() {
        let memory = DeviceMemory::default();
        let (now, ends) = (Timestamp::from_seconds(1000), Timestamp::from_seconds(1600));
        assert_eq!(memory.poll(OnceKey([1; 32]), now, ends), Poll::InTime);
        assert_eq!(memory.poll(OnceKey([2; 32]), now, ends), Poll::InTime);
        assert_eq!(memory.poll(OnceKey([1; 32]), now, ends), Poll::TooEarly);
    }
}
