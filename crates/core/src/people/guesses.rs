//! The budget of wrong passwords per name.
//!
//! Ten wrong ones at once, then one each six seconds; counted per service and name, for known and unknown names alike, so
//! that the answer tells nothing. Kept in memory: a restart forgives, a second node doubles the budget.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::ids::ServiceId;

const BURST: u32 = 10;
const REFILL: Duration = Duration::from_secs(6);
/// When so many names are remembered, the ones with a full budget are forgotten.
const TIDY: usize = 10_000;

#[derive(Default)]
pub(crate) struct Guesses(Mutex<HashMap<(ServiceId, String), Budget>>);

struct Budget {
    wrong: u32,
    since: Timestamp,
}

impl Guesses {
    /// Takes one try out of the budget, before the password is looked at: tries made at once count too. False: none left.
    pub(crate) fn take(&self, service: ServiceId, name: &str, now: Timestamp) -> bool {
        let Ok(mut all) = self.0.lock() else { return false };
        if all.len() >= TIDY {
            all.retain(|_, budget| budget.at(now) > 0);
        }
        let budget = all.entry((service, name.to_owned())).or_insert(Budget { wrong: 0, since: now });
        let left = budget.at(now) < BURST;
        budget.wrong += u32::from(left);
        left
    }

    /// The try was right: the budget is whole again.
    pub(crate) fn right(&self, service: ServiceId, name: &str) {
        if let Ok(mut all) = self.0.lock() {
            all.remove(&(service, name.to_owned()));
        }
    }
}

impl Budget {
    /// The wrong tries that still count.
    fn at(&mut self, now: Timestamp) -> u32 {
        let healed = u32::try_from(now.since(self.since).as_millis() / REFILL.as_millis()).unwrap_or(u32::MAX);
        if healed > 0 {
            self.wrong = self.wrong.saturating_sub(healed);
            self.since = now;
        }
        self.wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_wrong_tries_close_a_name_and_time_opens_it() {
        let (guesses, service) = (Guesses::default(), ServiceId::new(1));
        let start = Timestamp::from_seconds(1000);
        for _ in 0..BURST {
            assert!(guesses.take(service, "eve", start));
        }
        assert!(!guesses.take(service, "eve", start));
        assert!(guesses.take(service, "bob", start));
        assert!(guesses.take(service, "eve", start + REFILL));
    }
}
