//! How many codes were requested: for one number by one address, by one address, and in total, in the memory of this
//! node.
//!
//! Each limit is a number at once and then one per interval, so using it up blocks nobody for a day.

use std::net::IpAddr;
use std::time::Duration;

use super::Limits;
use crate::rate_limit::{Allowance, LimitKey, Limited, RateLimiter, WhenFull};
use jeton_ledger::request_source::party;
use jeton_model::clock::Timestamp;
use jeton_model::ids::ServiceId;
use jeton_model::records::PhoneNumber;

const DAY: Duration = Duration::from_secs(86_400);
/// How often one address gets a further code for one number, after the first ones.
const AGAIN: Duration = Duration::from_secs(3600);
/// How many of each are remembered.
const MOST: usize = 50_000;

pub(crate) struct Volume {
    of_number: RateLimiter,
    of_address: RateLimiter,
    all: RateLimiter,
}

/// For which number, from where.
pub(super) struct Asked<'a> {
    pub(super) service: ServiceId,
    pub(super) to: &'a PhoneNumber,
    pub(super) address: Option<IpAddr>,
}

impl Asked<'_> {
    fn of_number(&self) -> LimitKey {
        LimitKey::of(&[&self.service.get().to_be_bytes(), self.to.as_str().as_bytes(), party(self.address).as_bytes()])
    }

    fn of_address(&self) -> LimitKey {
        LimitKey::of(&[party(self.address).as_bytes()])
    }
}

impl Volume {
    pub(super) fn new(limits: &Limits) -> Self {
        // Half of a number's codes at most, so that one address cannot use them up; at least one.
        let share = u64::from(limits.per_number.div_ceil(2).max(1));
        let each = |count: u32| Allowance { burst: u64::from(count.max(1)), refill: DAY / count.max(1) };
        // Half at once and the other half over the day: in no 24 hours more than `per_day`.
        let at_once = limits.per_day.div_ceil(2).max(1);
        let refill = DAY / limits.per_day.saturating_sub(at_once).max(1);
        let limiter = |allowance, most| RateLimiter::new(allowance, most, WhenFull::Inherit);
        Self {
            of_number: limiter(Allowance { burst: share, refill: AGAIN }, MOST),
            of_address: limiter(each(limits.per_address), MOST),
            all: limiter(Allowance { burst: u64::from(at_once), refill }, 1),
        }
    }

    /// Whether one more would not be too many; nothing is counted.
    pub(super) fn check(&self, asked: &Asked<'_>, now: Timestamp) -> Result<(), Limited> {
        self.of_number.check(asked.of_number(), now)?;
        self.of_address.check(asked.of_address(), now)
    }

    /// Counts one more code, unless that is too many: then nothing is counted for all.
    pub(super) fn take(&self, asked: &Asked<'_>, now: Timestamp) -> Result<(), Limited> {
        self.of_number.take(asked.of_number(), 1, now)?;
        self.of_address.take(asked.of_address(), 1, now)?;
        self.all.take(LimitKey::of(&[]), 1, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: [u8; 4] = [192, 0, 2, 1];
    const TWO: [u8; 4] = [192, 0, 2, 2];

    fn take(volume: &Volume, number: &str, address: Option<IpAddr>, now: Timestamp) -> bool {
        let to = PhoneNumber::parse(number).unwrap();
        volume.take(&Asked { service: ServiceId::new(1), to: &to, address }, now).is_ok()
    }

    fn number(n: u32) -> String {
        format!("+1425555{n:04}")
    }

    #[test]
    fn an_address_has_its_share_and_gets_it_back_bit_by_bit() {
        let volume = Volume::new(&Limits { per_address: 2, ..Limits::default() });
        let now = Timestamp::from_seconds(1_000_000);
        let one = Some(ONE.into());
        assert!(take(&volume, &number(1), one, now) && take(&volume, &number(2), one, now));
        assert!(!take(&volume, &number(3), one, now) && take(&volume, &number(3), Some(TWO.into()), now));
        assert!(!take(&volume, &number(3), one, now + DAY / 2 - Duration::from_secs(1)));
        assert!(take(&volume, &number(3), one, now + DAY / 2));
    }

    #[test]
    fn the_bill_of_24_hours_has_a_bound_and_no_day_is_closed() {
        let volume = Volume::new(&Limits { per_day: 6, ..Limits::default() });
        let mut sent = 0;
        // Somebody asks every ten minutes for two days, each time from elsewhere.
        for n in 0..288_u32 {
            let now = Timestamp::from_seconds(1_000_000 + i64::from(n) * 600);
            let address = Some(IpAddr::from([192, 0, 2, u8::try_from(n % 250).unwrap()]));
            sent += u32::from(take(&volume, &number(n), address, now));
            if n == 143 {
                assert!(sent <= 6, "{sent} on the first day");
            }
        }
        assert!((8..=9).contains(&sent), "{sent}: three at once, and one each eight hours");
    }

    #[test]
    fn half_of_a_number_s_codes_go_out_at_one_address_s_wish() {
        let volume = Volume::new(&Limits::default());
        let now = Timestamp::from_seconds(1_000_000);
        let mine = number(1);
        assert!((0..5).all(|_| take(&volume, &mine, Some(ONE.into()), now)));
        assert!(!take(&volume, &mine, Some(ONE.into()), now) && take(&volume, &mine, Some(TWO.into()), now));
        assert!(take(&volume, &number(2), Some(ONE.into()), now));
        assert!(take(&volume, &mine, Some(ONE.into()), now + AGAIN));
    }

    #[test]
    fn the_addresses_of_one_ipv6_network_are_one_and_so_are_those_that_are_not_known() {
        let volume = Volume::new(&Limits { per_address: 1, ..Limits::default() });
        let now = Timestamp::from_seconds(1_000_000);
        let at = |address: &str, n| take(&volume, &number(n), Some(address.parse().unwrap()), now);
        assert!(at("2001:db8::1", 1) && !at("2001:db8::2", 2) && at("2001:db8:0:1::1", 3));
        assert!(take(&volume, &number(4), None, now) && !take(&volume, &number(5), None, now));
    }
}
