//! A map with a maximum number of keys, each kept until a time.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;

use jeton_model::clock::Timestamp;

/// How many ended keys one call removes: more than a call can add.
const FORGOTTEN_AT_ONCE: usize = 4;

/// A map with a maximum number of keys, each kept until a time. When it is full, a new key replaces the one whose time ends first.
/// Every call takes logarithmic time.
#[derive(Debug)]
pub struct Bounded<K, V> {
    most: usize,
    by_key: HashMap<K, Kept<V>>,
    /// The same keys by the end of their time.
    by_end: BTreeSet<(Timestamp, K)>,
}

#[derive(Debug)]
struct Kept<V> {
    until: Timestamp,
    value: V,
}

impl<K: Copy + Ord + Hash, V: Default> Bounded<K, V> {
    /// An empty map for this number of keys, one at least.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { most: most.max(1), by_key: HashMap::new(), by_end: BTreeSet::new() }
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_key.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }

    /// Whether a new key would replace another.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.len() >= self.most
    }

    /// The end of a key's time, and its value.
    pub fn get_mut(&mut self, key: K) -> Option<(Timestamp, &mut V)> {
        self.by_key.get_mut(&key).map(|kept| (kept.until, &mut kept.value))
    }

    /// Keeps a key until this time, later or earlier than before. A new key starts with the default value. Returns its value.
    pub fn keep(&mut self, key: K, until: Timestamp) -> &mut V {
        if self.is_full() && !self.by_key.contains_key(&key) {
            self.forget_first();
        }
        let kept = self.by_key.entry(key).or_insert_with(|| Kept { until, value: V::default() });
        if kept.until != until {
            self.by_end.remove(&(kept.until, key));
            kept.until = until;
        }
        self.by_end.insert((until, key));
        &mut kept.value
    }

    /// The earliest end of all keys.
    #[must_use]
    pub fn first_end(&self) -> Option<Timestamp> {
        self.by_end.first().map(|(until, _)| *until)
    }

    /// Removes the key whose time ends first.
    pub fn forget_first(&mut self) {
        if let Some((_, key)) = self.by_end.pop_first() {
            self.by_key.remove(&key);
        }
    }

    /// Removes a few keys whose time has ended, up to the first that must stay.
    pub fn forget_ended(&mut self, now: Timestamp, must_stay: impl Fn(&V) -> bool) {
        for _ in 0..FORGOTTEN_AT_ONCE {
            let Some(&(until, key)) = self.by_end.first() else { break };
            if until > now || self.by_key.get(&key).is_some_and(|kept| must_stay(&kept.value)) {
                break;
            }
            self.forget_first();
        }
    }

    /// Removes a key.
    pub fn forget(&mut self, key: K) {
        if let Some(kept) = self.by_key.remove(&key) {
            self.by_end.remove(&(kept.until, key));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_seconds(second)
    }

    #[test]
    fn when_it_is_full_the_first_to_end_gives_way() {
        let mut bounded = Bounded::<u8, u8>::new(2);
        *bounded.keep(1, at(10)) = 1;
        *bounded.keep(2, at(20)) = 2;
        *bounded.keep(1, at(30)) += 1;
        bounded.keep(3, at(25));
        assert_eq!(bounded.get_mut(1), Some((at(30), &mut 2)));
        assert_eq!(bounded.get_mut(2), None);
        assert_eq!(bounded.first_end(), Some(at(25)));
        bounded.forget(3);
        assert!((bounded.len(), bounded.is_full()) == (1, false));
    }

    #[test]
    fn ended_keys_are_forgotten_a_few_at_once_and_those_that_must_stay_are_not() {
        let mut bounded = Bounded::<u8, u8>::new(100);
        for key in 0..10 {
            *bounded.keep(key, at(i64::from(key))) = key;
        }
        bounded.forget_ended(at(7), |_| false);
        assert_eq!(bounded.len(), 6);
        bounded.forget_ended(at(7), |value| *value == 6);
        assert_eq!(bounded.first_end(), Some(at(6)));
    }
}
