//! How many codes were sent in the last 24 hours: per address and altogether, in the memory of this node.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::Duration;

use super::Limits;
use crate::clock::Timestamp;
use crate::origin::of_one_party;

const DAY: Duration = Duration::from_secs(86_400);
/// When so many addresses are remembered, the oldest day is forgotten.
const TIDY: usize = 10_000;

#[derive(Default)]
pub(crate) struct Volume(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    all: Window,
    /// None: those whose address nobody knows, together.
    by_address: HashMap<Option<IpAddr>, Window>,
}

/// A day that begins with its first code.
#[derive(Clone, Copy, Default)]
struct Window {
    since: Timestamp,
    count: u32,
}

impl Window {
    fn at(self, now: Timestamp) -> Self {
        if now.since(self.since) >= DAY { Self { since: now, count: 0 } } else { self }
    }

    fn one_more(&mut self) {
        self.count = self.count.saturating_add(1);
    }
}

impl Volume {
    /// Whether one more would not be too many.
    pub(crate) fn has_room(&self, address: Option<IpAddr>, limits: &Limits, now: Timestamp) -> bool {
        let Ok(counts) = self.0.lock() else { return false };
        let own = counts.by_address.get(&address.map(of_one_party)).copied();
        counts.all.at(now).count < limits.per_day && own.is_none_or(|window| window.at(now).count < limits.per_address)
    }

    /// Counts one more code for this address, unless that is too many. False: nothing was counted.
    pub(crate) fn take(&self, address: Option<IpAddr>, limits: &Limits, now: Timestamp) -> bool {
        let Ok(mut counts) = self.0.lock() else { return false };
        let mut all = counts.all.at(now);
        if all.count >= limits.per_day {
            return false;
        }
        let address = address.map(of_one_party);
        if counts.by_address.len() >= TIDY {
            counts.by_address.retain(|_, window| window.at(now).count > 0);
        }
        let mut own = counts.by_address.get(&address).copied().unwrap_or_default().at(now);
        if own.count >= limits.per_address {
            return false;
        }
        own.one_more();
        counts.by_address.insert(address, own);
        all.one_more();
        counts.all = all;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_and_a_day_have_their_share_and_get_it_again() {
        let (volume, limits) = (Volume::default(), Limits { per_address: 2, per_day: 3, ..Limits::default() });
        let (now, one, two) = (Timestamp::from_seconds(1_000_000), [192, 0, 2, 1], [192, 0, 2, 2]);
        let take = |address: [u8; 4], at| volume.take(Some(address.into()), &limits, at);
        assert!(take(one, now) && take(one, now) && !take(one, now));
        assert!(take(two, now) && !take(two, now), "the day is full");
        assert!(!volume.take(None, &limits, now));
        assert!(take(one, now + DAY));
    }

    #[test]
    fn unknown_addresses_share_one_budget() {
        let (volume, limits) = (Volume::default(), Limits { per_address: 2, ..Limits::default() });
        let (now, known) = (Timestamp::from_seconds(1_000_000), Some([192, 0, 2, 1].into()));
        assert!(volume.take(None, &limits, now) && volume.take(None, &limits, now));
        assert!(!volume.take(None, &limits, now) && !volume.has_room(None, &limits, now));
        assert!(volume.has_room(known, &limits, now) && volume.take(known, &limits, now));
    }

    #[test]
    fn the_addresses_of_one_ipv6_network_are_one() {
        let (volume, limits) = (Volume::default(), Limits { per_address: 1, ..Limits::default() });
        let now = Timestamp::from_seconds(1_000_000);
        let take = |address: &str| volume.take(Some(address.parse().unwrap()), &limits, now);
        assert!(take("2001:db8::1") && !take("2001:db8::2") && take("2001:db8:0:1::1"));
    }
}
