//! The room for entries of one kind: what clients send themselves has one, and what each authorization server sends on has its own, so
//! that the visitors of one take none from another. All of the latter together have a bound as well: where it is reached, the
//! service with most gives way, so that each of `n` services keeps an `n`th of the room, whatever the others do.

use std::collections::HashMap;

use jeton_model::clock::Timestamp;
use jeton_model::ids::ServiceId;

use super::kept::{Kept, KeptEntry};

/// How much all services together have, in multiples of what one has.
pub(super) const SERVICES: u64 = 4;

/// The entries of one kind.
#[derive(Default)]
pub(super) struct Rooms {
    direct: Kept,
    sent_on: HashMap<ServiceId, Kept>,
    /// Of all that was sent on.
    bytes: u64,
}

impl Rooms {
    /// Removes what must go so that this many bytes fit. `total`: what one room has.
    pub(super) fn make_room(
        &mut self,
        by: Option<ServiceId>,
        bytes: u64,
        total: u64,
        now: Timestamp,
    ) -> Vec<KeptEntry> {
        let Some(service) = by else { return self.direct.make_room(bytes, total, now) };
        let own = self.sent_on.entry(service).or_default();
        let before = own.bytes;
        let mut must_go = own.make_room(bytes, total, now);
        self.bytes = self.bytes.saturating_sub(before.saturating_sub(own.bytes));
        let all = total.saturating_mul(SERVICES);
        if self.bytes.saturating_add(bytes) > all {
            self.sent_on.values_mut().for_each(|kept| kept.forget_gone(now));
            self.sent_on.retain(|_, kept| kept.bytes > 0);
            self.bytes = self.sent_on.values().map(|kept| kept.bytes).sum();
        }
        while self.bytes.saturating_add(bytes) > all
            && let Some(oldest) = self.sent_on.values_mut().max_by_key(|kept| kept.bytes).and_then(Kept::take_oldest)
        {
            self.bytes = self.bytes.saturating_sub(oldest.bytes);
            must_go.push(oldest);
        }
        must_go
    }

    /// Counts entries.
    pub(super) fn add(&mut self, entry: KeptEntry) {
        self.room_of(&entry).add(entry);
    }

    /// What was to go is still there, or may be.
    pub(super) fn put_back(&mut self, stayed: Vec<KeptEntry>) {
        for entry in stayed.into_iter().rev() {
            self.room_of(&entry).put_back(entry);
        }
    }

    /// Where entries belong; they are counted among all that was sent on.
    fn room_of(&mut self, entry: &KeptEntry) -> &mut Kept {
        let Some(service) = entry.by else { return &mut self.direct };
        self.bytes = self.bytes.saturating_add(entry.bytes);
        self.sent_on.entry(service).or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1000);

    fn add(rooms: &mut Rooms, by: Option<u64>, bytes: u64) -> Vec<Option<u64>> {
        let by = by.map(ServiceId::new);
        let gone = rooms.make_room(by, bytes, 100, NOW);
        rooms.add(KeptEntry { by, of: None, names: Vec::new(), bytes, gone: Timestamp::from_seconds(2000) });
        gone.iter().map(|entry| entry.by.map(ServiceId::get)).collect()
    }

    #[test]
    fn at_the_total_of_all_services_the_one_with_most_gives_way() {
        let mut rooms = Rooms::default();
        // A small service, and four that fill their rooms.
        assert!(add(&mut rooms, Some(1), 10).is_empty());
        for service in 2..=4 {
            for _ in 0..10 {
                assert!(add(&mut rooms, Some(service), 10).is_empty());
            }
        }
        for _ in 0..9 {
            assert!(add(&mut rooms, Some(5), 10).is_empty());
        }
        assert_eq!(rooms.bytes, 400);
        // Its own room is full: its own oldest goes.
        assert_eq!(add(&mut rooms, Some(2), 10), [Some(2)]);
        // All is full: one of those with most gives way, and never one below its share.
        for service in 6..50 {
            let gone = add(&mut rooms, Some(service), 4);
            assert!(gone.iter().all(|by| (2..=5).contains(&by.unwrap())), "{service}: {gone:?}");
            assert!(rooms.bytes <= 400);
        }
        assert_eq!(rooms.sent_on[&ServiceId::new(1)].bytes, 10, "its only entry is still there");
        assert!(rooms.sent_on[&ServiceId::new(6)].bytes == 4);
        // What clients send themselves has room of its own.
        assert!(add(&mut rooms, None, 100).is_empty());
        assert_eq!(add(&mut rooms, None, 100), [None]);
    }

    #[test]
    fn what_could_not_be_removed_is_counted_again() {
        let mut rooms = Rooms::default();
        for service in 1..=4 {
            add(&mut rooms, Some(service), 100);
        }
        let gone = rooms.make_room(Some(ServiceId::new(5)), 100, 100, NOW);
        assert_eq!((gone.len(), rooms.bytes), (1, 300));
        rooms.put_back(gone);
        assert_eq!(rooms.bytes, 400);
        // After their time, all of it was swept.
        assert!(rooms.make_room(Some(ServiceId::new(5)), 100, 100, Timestamp::from_seconds(2001)).is_empty());
        assert!(rooms.bytes == 0 && rooms.sent_on.is_empty());
    }
}
