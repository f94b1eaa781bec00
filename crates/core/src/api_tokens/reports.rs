//! How fast one address may report leaked tokens: a thousand at once, then ten a second. In memory: a restart forgives.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::Duration;

use crate::budget::{Allowance, Budget};
use crate::clock::Timestamp;
use crate::origin::of_one_party;

/// In texts.
const ALLOWANCE: Allowance = Allowance { burst: 1000, refill: Duration::from_millis(100) };
/// When so many addresses are remembered, those with a full budget are forgotten; beyond it nobody new may report.
const TIDY: usize = 10_000;

/// Who reported how much.
#[derive(Default)]
pub(crate) struct LeakReports(Mutex<HashMap<Option<IpAddr>, Budget>>);

impl LeakReports {
    /// Takes so many texts out of an address's budget. False: they are too many, and none was taken.
    pub(crate) fn take(&self, address: Option<IpAddr>, texts: usize, now: Timestamp) -> bool {
        let Ok(mut all) = self.0.lock() else { return false };
        let address = address.map(of_one_party);
        if all.len() >= TIDY {
            all.retain(|_, budget| !budget.is_whole(now));
        }
        if all.len() >= TIDY && !all.contains_key(&address) {
            return false;
        }
        all.entry(address).or_insert(Budget::whole(ALLOWANCE, now)).take(texts as u64, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reports_a_thousand_texts_and_then_ten_a_second() {
        let (reports, start) = (LeakReports::default(), Timestamp::from_seconds(1000));
        let (one, other): (IpAddr, IpAddr) = ([192, 0, 2, 1].into(), [192, 0, 2, 2].into());
        for _ in 0..10 {
            assert!(reports.take(Some(one), 100, start));
        }
        assert!(!reports.take(Some(one), 1, start));
        assert!(reports.take(Some(other), 100, start) && reports.take(None, 100, start));
        let later = start + Duration::from_secs(1);
        assert!(!reports.take(Some(one), 11, later) && reports.take(Some(one), 10, later));
    }

    #[test]
    fn the_addresses_of_one_ipv6_network_are_one() {
        let (reports, now) = (LeakReports::default(), Timestamp::from_seconds(1000));
        let take = |address: &str, texts| reports.take(Some(address.parse().unwrap()), texts, now);
        assert!(take("2001:db8::1", 1000) && !take("2001:db8::2", 1) && take("2001:db8:0:1::1", 1));
    }
}
