//! The budget of wrong passwords and codes per person.
//!
//! Ten wrong ones at once, then one each six seconds, over all flows and whatever name the person is called by; a name that
//! is nobody's has a budget of its own, so that the answer tells nothing. Kept in memory: a restart forgives, a second node
//! doubles the budget. What must hold beyond that, the five tries of a confirmation code, is in the store.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::budget::{Allowance, Budget};
use crate::clock::Timestamp;
use crate::ids::{ServiceId, UserKey};
use crate::model::User;

/// In wrong tries.
const ALLOWANCE: Allowance = Allowance { burst: 10, refill: Duration::from_secs(6) };
/// When so many names are remembered, the ones with a full budget are forgotten.
const TIDY: usize = 10_000;

#[derive(Default)]
pub(crate) struct Guesses(Mutex<HashMap<Person, Budget>>);

/// Whose budget it is.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) enum Person {
    /// A user, by whatever name.
    Known(UserKey),
    /// A name that is nobody's.
    Unknown(ServiceId, String),
}

impl Person {
    /// Everyone a name leads to; the name itself when that is nobody.
    pub(crate) fn of(service: ServiceId, name: &str, users: [Option<&Arc<User>>; 2]) -> Vec<Self> {
        let mut people: Vec<_> = users.into_iter().flatten().map(|user| Self::Known(user.key)).collect();
        people.dedup();
        if people.is_empty() {
            people.push(Self::Unknown(service, name.to_owned()));
        }
        people
    }
}

impl Guesses {
    /// Takes one try out of each one's budget, before the secret is looked at: tries made at once count too. False: somebody
    /// has none left.
    pub(crate) fn take(&self, people: &[Person], now: Timestamp) -> bool {
        let Ok(mut all) = self.0.lock() else { return false };
        if all.len() >= TIDY {
            all.retain(|_, budget| !budget.is_whole(now));
        }
        let mut left = true;
        for person in people {
            left &= all.entry(person.clone()).or_insert(Budget::whole(ALLOWANCE, now)).take(1, now);
        }
        left
    }

    /// The try was right: the budgets are whole again.
    pub(crate) fn right(&self, people: &[Person]) {
        if let Ok(mut all) = self.0.lock() {
            for person in people {
                all.remove(person);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_wrong_tries_close_a_name_and_time_opens_it() {
        let guesses = Guesses::default();
        let of = |name: &str| [Person::Unknown(ServiceId::new(1), name.to_owned())];
        let start = Timestamp::from_seconds(1000);
        for _ in 0..ALLOWANCE.burst {
            assert!(guesses.take(&of("eve"), start));
        }
        assert!(!guesses.take(&of("eve"), start));
        assert!(guesses.take(&of("bob"), start));
        assert!(guesses.take(&of("eve"), start + ALLOWANCE.refill));
    }
}
