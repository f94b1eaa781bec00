//! What the client of a connection must do: read the answers that it requested, and send the bodies that it announced.
//!
//! A connection has one account for all its streams. While a body is in transfer, the waiting time grows. When it is
//! complete, the time is forgotten; if it is abandoned before (a stream that is reset), its time is carried over. So
//! neither a reset nor anything else on the connection hides that its client is slow.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// A normal transfer rate in bytes per second: that of a slow mobile link.
const PACE: u64 = 4096;

/// A complete body reduces the carried-over time by this much. A client that abandons a body now and then recovers this
/// way; a client that makes one body after the other wait does not.
const PAID_BACK: Duration = Duration::from_millis(100);

/// Whose body is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyOf {
    /// An answer's, which the client is to take.
    Answer,
    /// A request's, which the client is to send.
    Request,
}

/// The account of one connection.
#[derive(Debug, Default)]
pub(super) struct Account(Mutex<Transfers>);

#[derive(Debug, Default)]
struct Transfers {
    next: u64,
    open: Vec<Transfer>,
    /// The time that bodies have cost which were given up. Time in which several waited counts once.
    carried: Duration,
}

#[derive(Debug)]
struct Transfer {
    number: u64,
    of: BodyOf,
    since: Instant,
    /// How many bytes of it have been handed over.
    bytes: u64,
    /// How much of its time is already carried, since another one was given up that waited at the same time.
    charged: Duration,
}

impl Account {
    /// A body is on its way. Gives its number.
    pub(super) fn begin(&self, of: BodyOf, now: Instant) -> u64 {
        let mut transfers = self.lock();
        let number = transfers.next;
        transfers.next = number.wrapping_add(1);
        transfers.open.push(Transfer { number, of, since: now, bytes: 0, charged: Duration::ZERO });
        number
    }

    /// So many more bytes of a body have been handed over.
    pub(super) fn moved(&self, number: u64, bytes: usize) {
        if let Some(transfer) = self.lock().open.iter_mut().find(|transfer| transfer.number == number) {
            transfer.bytes = transfer.bytes.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
        }
    }

    /// A body has been handed over whole, or will never be.
    pub(super) fn end(&self, number: u64, whole: bool, now: Instant) {
        let mut transfers = self.lock();
        let Some(at) = transfers.open.iter().position(|transfer| transfer.number == number) else {
            return;
        };
        let transfer = transfers.open.swap_remove(at);
        if !whole {
            transfers.carry(transfer.unpaid(now), now);
        } else if transfer.bytes > 0 {
            transfers.carried = transfers.carried.saturating_sub(PAID_BACK);
        }
    }

    /// Whether an answer has been waiting for this long, or the client has used this much time for all of them
    /// together.
    pub(super) fn is_late(&self, now: Instant, limit: Duration) -> bool {
        let transfers = self.lock();
        let answers = transfers.open.iter().filter(|transfer| transfer.of == BodyOf::Answer);
        let (age, unpaid) = answers.fold((Duration::ZERO, Duration::ZERO), |(age, unpaid), transfer| {
            (age.max(transfer.age(now)), unpaid.max(transfer.unpaid(now)))
        });
        age >= limit || transfers.carried.saturating_add(unpaid) >= limit
    }

    /// How long the client has kept the server waiting. `None`: it does not now; every body in transfer moves at a
    /// normal rate.
    pub(super) fn kept_waiting(&self, now: Instant) -> Option<Duration> {
        let transfers = self.lock();
        let longest = transfers.open.iter().map(|transfer| transfer.unpaid(now)).max()?;
        (!longest.is_zero()).then(|| transfers.carried.saturating_add(longest))
    }

    /// A panic elsewhere leaves nothing half-done here.
    fn lock(&self) -> MutexGuard<'_, Transfers> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transfers {
    fn carry(&mut self, cost: Duration, now: Instant) {
        self.carried = self.carried.saturating_add(cost);
        for transfer in &mut self.open {
            transfer.charged = transfer.charged.saturating_add(cost.min(transfer.age(now)));
        }
    }
}

impl Transfer {
    fn age(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.since)
    }

    /// Its age, minus the time that its bytes need at the normal rate, and minus what is carried over already.
    fn unpaid(&self, now: Instant) -> Duration {
        let needed = Duration::from_millis(self.bytes.saturating_mul(1000) / PACE);
        self.age(now).saturating_sub(needed).saturating_sub(self.charged)
    }
}

#[cfg(test)]
mod tests {
    use super::{Account, BodyOf, Duration, Instant};

    const LIMIT: Duration = Duration::from_secs(60);

    fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn bodies_given_up_share_one_allowance_of_time() {
        let (account, mut now) = (Account::default(), Instant::now());
        let mut cycles = 0;
        while !account.is_late(now, LIMIT) {
            let number = account.begin(BodyOf::Answer, now);
            now += millis(800);
            account.end(number, false, now);
            cycles += 1;
        }
        assert_eq!(cycles, 75);
        // A request body that is not sent costs as much as an answer that is not read.
        let account = Account::default();
        let number = account.begin(BodyOf::Request, now);
        assert!(!account.is_late(now + LIMIT * 2, LIMIT), "a request has a time of its own");
        account.end(number, false, now + LIMIT);
        assert!(account.is_late(now + LIMIT, LIMIT));
    }

    #[test]
    fn time_in_which_several_wait_counts_once() {
        let (account, now) = (Account::default(), Instant::now());
        let stuck = account.begin(BodyOf::Answer, now);
        let numbers: Vec<_> = (0..99).map(|_| account.begin(BodyOf::Answer, now + millis(1000))).collect();
        let later = now + millis(3000);
        for number in numbers {
            account.end(number, false, later);
        }
        assert_eq!(account.kept_waiting(later), Some(millis(3000)));
        account.end(stuck, true, later);
        let fresh = account.begin(BodyOf::Answer, later);
        assert_eq!(account.kept_waiting(later), None);
        assert_eq!(account.kept_waiting(later + millis(1)), Some(millis(2001)));
        account.end(fresh, true, later + millis(1));
        assert_eq!(account.kept_waiting(later + millis(1)), None, "nothing is on its way");
    }

    #[test]
    fn only_a_body_handed_over_whole_pays_back() {
        let (account, now) = (Account::default(), Instant::now());
        let given_up = account.begin(BodyOf::Answer, now);
        account.end(given_up, false, now + millis(1000));
        let now = now + millis(1000);
        for (bytes, whole, left) in [(0, true, 1000), (10, false, 1000), (10, true, 900), (10, true, 800)] {
            let number = account.begin(BodyOf::Answer, now);
            account.moved(number, bytes);
            account.end(number, whole, now);
            let probe = account.begin(BodyOf::Answer, now);
            assert_eq!(account.kept_waiting(now + millis(1)), Some(millis(left + 1)));
            account.end(probe, false, now);
        }
    }

    #[test]
    fn others_that_are_taken_pay_nothing_of_one_that_is_not() {
        let (account, now) = (Account::default(), Instant::now());
        account.begin(BodyOf::Answer, now);
        for second in 0..59 {
            let number = account.begin(BodyOf::Answer, now + millis(1000 * second));
            account.moved(number, 1000);
            account.end(number, true, now + millis(1000 * second + 700));
        }
        assert_eq!(account.kept_waiting(now + millis(59_000)), Some(millis(59_000)));
        assert!(account.is_late(now + LIMIT, LIMIT));
    }

    #[test]
    fn a_body_at_a_normal_pace_keeps_nobody_waiting() {
        let (account, mut now) = (Account::default(), Instant::now());
        let number = account.begin(BodyOf::Answer, now);
        for _ in 0..50 {
            now += millis(1000);
            account.moved(number, 4096);
            assert_eq!(account.kept_waiting(now), None);
        }
        account.moved(number, 1 << 40);
        assert!(account.is_late(now + millis(10_000), LIMIT), "bytes taken buy no time for the whole of an answer");
    }
}
