//! What was written for unauthenticated callers of one place, and who gives way when there is no room.

use std::collections::{HashMap, VecDeque};

use jeton_model::clock::Timestamp;
use jeton_model::ids::{ClientKey, ServiceId};
use jeton_model::records::{SingleUseKey, SingleUseKind};

/// The entries of one kind: of each client that alone can cause its entries, and of all others together.
#[derive(Default)]
pub(super) struct Kept {
    pub(super) bytes: u64,
    lines: HashMap<Option<ClientKey>, Line>,
}

/// Entries of one party, the oldest first.
#[derive(Default)]
struct Line {
    bytes: u64,
    entries: VecDeque<KeptEntry>,
}

/// Entries that one command wrote.
pub(super) struct KeptEntry {
    /// The authorization server that sent the request on; none: the client sent it itself.
    pub(super) by: Option<ServiceId>,
    /// The client that alone can cause them.
    pub(super) of: Option<ClientKey>,
    pub(super) names: Vec<(SingleUseKind, SingleUseKey)>,
    pub(super) bytes: u64,
    /// When the sweep has certainly removed them.
    pub(super) gone: Timestamp,
}

impl Line {
    /// Removes the oldest ones that have expired; returns how many bytes that were.
    fn forget_gone(&mut self, now: Timestamp) -> u64 {
        let before = self.bytes;
        while let Some(oldest) = self.entries.pop_front_if(|oldest| oldest.gone <= now) {
            self.bytes = self.bytes.saturating_sub(oldest.bytes);
        }
        before.saturating_sub(self.bytes)
    }
}

impl Kept {
    /// Removes what has expired, and what must be removed so that this many bytes fit: the oldest of the client with
    /// most.
    pub(super) fn make_room(&mut self, bytes: u64, total: u64, now: Timestamp) -> Vec<KeptEntry> {
        let mut must_go = Vec::new();
        if self.bytes.saturating_add(bytes) > total {
            self.forget_gone(now);
        }
        while self.bytes.saturating_add(bytes) > total
            && let Some(oldest) = self.take_oldest()
        {
            must_go.push(oldest);
        }
        must_go
    }

    /// Forgets what has expired.
    pub(super) fn forget_gone(&mut self, now: Timestamp) {
        let gone: u64 = self.lines.values_mut().map(|line| line.forget_gone(now)).sum();
        self.bytes = self.bytes.saturating_sub(gone);
        self.lines.retain(|_, line| !line.entries.is_empty());
    }

    /// Removes the oldest of the client with most.
    pub(super) fn take_oldest(&mut self) -> Option<KeptEntry> {
        let most = self.lines.values_mut().max_by_key(|line| line.bytes)?;
        let oldest = most.entries.pop_front()?;
        most.bytes = most.bytes.saturating_sub(oldest.bytes);
        self.bytes = self.bytes.saturating_sub(oldest.bytes);
        Some(oldest)
    }

    pub(super) fn add(&mut self, entry: KeptEntry) {
        self.line_for(&entry).push_back(entry);
    }

    /// What was to go is still there, or may be.
    pub(super) fn put_back(&mut self, entry: KeptEntry) {
        self.line_for(&entry).push_front(entry);
    }

    /// Where an entry belongs; it is counted.
    fn line_for(&mut self, entry: &KeptEntry) -> &mut VecDeque<KeptEntry> {
        self.bytes = self.bytes.saturating_add(entry.bytes);
        let line = self.lines.entry(entry.of).or_default();
        line.bytes = line.bytes.saturating_add(entry.bytes);
        &mut line.entries
    }
}

#[cfg(test)]
mod tests {
    use jeton_model::records::DeclaredSingleUse;

    use super::*;

    fn entry(number: u8, bytes: u64, gone: i64) -> KeptEntry {
        let names = vec![(SingleUseKind::from_sql(DeclaredSingleUse::OUTSIDE), SingleUseKey([number; 32]))];
        KeptEntry { by: None, of: None, names, bytes, gone: Timestamp::from_seconds(gone) }
    }

    #[test]
    fn at_the_total_who_has_most_gives_way() {
        let (mut kept, now) = (Kept::default(), Timestamp::from_seconds(1000));
        for number in 0..4 {
            let of = Some(ClientKey::new(if number == 0 { 1 } else { 2 }));
            kept.add(KeptEntry { of, ..entry(number, 100, 2000) });
        }
        let gone = kept.make_room(100, 400, now);
        let keys: Vec<u8> = gone.iter().flat_map(|entry| &entry.names).map(|(_, key)| key.0[0]).collect();
        assert_eq!(keys, [1], "the oldest of the one with three");
        gone.into_iter().rev().for_each(|entry| kept.put_back(entry));
        assert_eq!(kept.bytes, 400);
        assert!(kept.make_room(400, 400, Timestamp::from_seconds(2000)).is_empty(), "all of it was swept");
        assert!(kept.lines.is_empty() && kept.bytes == 0);
    }

    #[test]
    fn at_the_total_the_oldest_goes() {
        let mut kept = Kept::default();
        let now = Timestamp::from_seconds(1000);
        for number in 0..4 {
            assert!(kept.make_room(100, 400, now).is_empty());
            kept.add(entry(number, 100, 2000));
        }
        let gone = kept.make_room(150, 400, now);
        let numbers: Vec<u8> = gone.iter().flat_map(|entry| &entry.names).map(|(_, key)| key.0[0]).collect();
        assert_eq!(numbers, [0, 1]);
        assert_eq!(kept.bytes, 200);
        assert!(kept.make_room(400, 400, Timestamp::from_seconds(2000)).is_empty(), "all of it was swept");
        assert_eq!(kept.bytes, 0);
    }
}
