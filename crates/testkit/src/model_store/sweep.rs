//! Removal of ended rows.

use std::collections::BTreeMap;

use jeton_core::Timestamp;

use super::state::State;

impl State {
    /// Removes at most `limit` expired tokens, grants and single-use entries; returns how many.
    pub fn sweep(&mut self, now: Timestamp, limit: u32) -> u64 {
        let mut left = u64::from(limit);
        remove(&mut self.tokens, &mut left, |t| t.expires.is_some_and(|e| e < now));
        remove(&mut self.grants, &mut left, |g| g.expires.is_some_and(|e| e < now));
        remove(&mut self.single_uses, &mut left, |o| o.expires < now);
        self.uses.retain(|token, _| self.tokens.contains_key(token));
        self.aliases.retain(|_, token| self.tokens.contains_key(token));
        u64::from(limit) - left
    }
}

fn remove<K: Ord, V>(map: &mut BTreeMap<K, V>, left: &mut u64, ended: impl Fn(&V) -> bool) {
    map.retain(|_, value| {
        let goes = *left > 0 && ended(value);
        *left -= u64::from(goes);
        !goes
    });
}
