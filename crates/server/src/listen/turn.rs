//! The order in which connections are closed for others.

use std::cmp::Reverse;
use std::time::Duration;

/// A connection whose client keeps the server waiting may be closed for another one after this time.
pub(super) const PATIENCE: Duration = Duration::from_secs(1);

/// After this time if another connection has waited for a slot for [`PATIENCE`] without success.
pub(super) const LEAST_PATIENCE: Duration = Duration::from_millis(250);

/// After this time it is closed before idle ones: closing an idle one harms nobody, so those are closed before a client
/// that lost some packets, but not before one that does not move at all.
const LONG: Duration = Duration::from_secs(2);

/// The order of closing: the smallest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Turn {
    /// Strangers before proxies and this machine.
    trusted: bool,
    stage: Stage,
    /// Whole seconds: what differs by less is equal.
    seconds: Reverse<u64>,
    /// The connections of its address.
    of_address: Reverse<usize>,
    waited: Reverse<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    OwesForLong,
    Idle,
    Owes,
}

impl Turn {
    /// One whose client has kept the server waiting for this long.
    pub(super) fn of_debtor(trusted: bool, waited: Duration, of_address: usize) -> Self {
        let stage = if waited >= LONG { Stage::OwesForLong } else { Stage::Owes };
        Self::new(trusted, stage, waited, of_address)
    }

    /// One on which nothing has run for so long.
    pub(super) fn of_idle(trusted: bool, idle: Duration, of_address: usize) -> Self {
        Self::new(trusted, Stage::Idle, idle, of_address)
    }

    fn new(trusted: bool, stage: Stage, waited: Duration, of_address: usize) -> Self {
        let seconds = Reverse(waited.as_secs());
        Self { trusted, stage, seconds, of_address: Reverse(of_address), waited: Reverse(waited) }
    }

    /// Whether something runs on it that is cut off.
    pub(super) fn cuts(self) -> bool {
        self.stage != Stage::Idle
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, Turn};

    #[test]
    fn who_owes_us_longest_goes_first_and_of_equals_the_address_with_most_places() {
        let debtor = |trusted, millis, of_address| Turn::of_debtor(trusted, Duration::from_millis(millis), of_address);
        let idle = |trusted, millis, of_address| Turn::of_idle(trusted, Duration::from_millis(millis), of_address);
        let in_order = [
            debtor(false, 9000, 1),
            debtor(false, 3100, 50),
            debtor(false, 3900, 2),
            debtor(false, 3100, 2),
            idle(false, 70_000, 1),
            idle(false, 100, 9),
            idle(false, 900, 1),
            debtor(false, 1900, 1),
            debtor(false, 260, 9),
            debtor(true, 9000, 0),
            idle(true, 70_000, 0),
        ];
        assert!(in_order.is_sorted(), "{in_order:?}");
    }
}
