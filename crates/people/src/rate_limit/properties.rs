//! What holds of the limiter for any sequence of calls.

use std::collections::HashMap;
use std::time::Duration;

use futures::FutureExt as _;
use jeton_model::clock::{Clock, Timestamp};
use proptest::prelude::*;

use super::{Allowance, LimitKey, RateLimiter, WhenFull};

const REFILL: u64 = 100;

/// A call, for one of twelve keys.
#[derive(Clone, Debug)]
enum Step {
    Take { who: u8, amount: u64 },
    Right { who: u8 },
    Wrong { who: u8 },
    Wait { millis: u64 },
}

fn step() -> impl Strategy<Value = Step> {
    let who = 0..12_u8;
    prop_oneof![
        3 => (who.clone(), 0..8_u64).prop_map(|(who, amount)| Step::Take { who, amount }),
        2 => who.clone().prop_map(|who| Step::Right { who }),
        2 => who.prop_map(|who| Step::Wrong { who }),
        2 => (0..3 * REFILL).prop_map(|millis| Step::Wait { millis }),
    ]
}

struct At(Timestamp);

impl Clock for At {
    fn now(&self) -> Timestamp {
        self.0
    }
}

fn key(who: u8) -> LimitKey {
    LimitKey::of(&[&[who]])
}

fn limiter(burst: u64, most: usize, when_full: WhenFull) -> RateLimiter {
    RateLimiter::new(Allowance { burst, refill: Duration::from_millis(REFILL) }, most, when_full)
}

/// Makes one call, and returns what it took for good.
fn call(limiter: &RateLimiter, step: &Step, clock: &mut At) -> Option<(u8, u64)> {
    match *step {
        Step::Take { who, amount } => limiter.take(key(who), amount, clock.0).ok().map(|()| (who, amount)),
        Step::Right { who } => {
            if let Some(Ok(reserved)) = limiter.reserve(key(who), &*clock).now_or_never() {
                reserved.free();
            }
            None
        }
        Step::Wrong { who } => {
            limiter.reserve(key(who), &*clock).now_or_never().and_then(Result::ok).map(|_wrong| (who, 1))
        }
        Step::Wait { millis } => {
            clock.0 = clock.0 + Duration::from_millis(millis);
            None
        }
    }
}

proptest! {
    /// In no period does a key get more than the burst and what became available in that period.
    #[test]
    fn nobody_has_more_than_the_allowance(steps in prop::collection::vec(step(), 1..200), burst in 1..10_u64) {
        let limiter = limiter(burst, 100, WhenFull::Inherit);
        let mut clock = At(Timestamp::from_seconds(1000));
        let mut had: HashMap<u8, Vec<(Timestamp, u64)>> = HashMap::new();
        for step in &steps {
            let Some((who, amount)) = call(&limiter, step, &mut clock) else { continue };
            let had = had.entry(who).or_default();
            had.push((clock.0, amount.min(burst)));
            let mut total = 0;
            for (since, amount) in had.iter().rev() {
                total += amount;
                let came_back = u64::try_from(clock.0.since(*since).as_millis()).unwrap() / REFILL;
                prop_assert!(total <= burst + came_back, "{total} in {:?}", clock.0.since(*since));
            }
        }
    }

    /// A limited caller is served at the time it was told, and not before.
    #[test]
    fn the_time_that_is_told_is_right(steps in prop::collection::vec(step(), 1..100), who in 0..12_u8, amount in 1..6_u64) {
        let limiter = limiter(5, 100, WhenFull::Inherit);
        let mut clock = At(Timestamp::from_seconds(1000));
        for step in &steps {
            call(&limiter, step, &mut clock);
        }
        if let Err(limited) = limiter.take(key(who), amount, clock.0) {
            let just_before = limited.until - Duration::from_millis(1);
            prop_assert!(limited.until > clock.0);
            prop_assert!(limiter.take(key(who), amount, just_before).is_err());
            prop_assert!(limiter.take(key(who), amount, limited.until).is_ok());
        }
    }

    /// An attempt that is given back changes nothing.
    #[test]
    fn right_tries_change_nothing(steps in prop::collection::vec(step(), 1..100)) {
        let (one, other) = (limiter(5, 100, WhenFull::Inherit), limiter(5, 100, WhenFull::Inherit));
        let (mut clock, mut same) = (At(Timestamp::from_seconds(1000)), At(Timestamp::from_seconds(1000)));
        for step in &steps {
            let taken = call(&one, step, &mut clock);
            if !matches!(step, Step::Right { .. }) {
                prop_assert_eq!(taken, call(&other, step, &mut same));
            }
        }
    }

    /// The number of keys is bounded, with either way of handling new ones.
    #[test]
    fn keys_are_bounded(steps in prop::collection::vec(step(), 1..200), most in 1..6_usize, forgive in any::<bool>()) {
        let limiter = limiter(4, most, if forgive { WhenFull::Forgive } else { WhenFull::Inherit });
        let mut clock = At(Timestamp::from_seconds(1000));
        for step in &steps {
            call(&limiter, step, &mut clock);
            prop_assert!(limiter.lock().len() <= most);
        }
    }

    /// Where new keys inherit, all keys together never get more than a full limiter of keys would.
    #[test]
    fn a_flood_has_no_more_than_its_places(whose in prop::collection::vec(any::<u8>(), 1..300), most in 1..6_usize) {
        let limiter = limiter(3, most, WhenFull::Inherit);
        let now = Timestamp::from_seconds(1000);
        let had = whose.iter().filter(|who| limiter.take(key(**who), 1, now).is_ok()).count();
        prop_assert!(had <= 3 * most, "{had}");
    }

    /// Where they are forgiven, a new key is never refused.
    #[test]
    fn newcomers_are_served(steps in prop::collection::vec(step(), 1..200), most in 1..6_usize) {
        let limiter = limiter(4, most, WhenFull::Forgive);
        let mut clock = At(Timestamp::from_seconds(1000));
        for step in &steps {
            call(&limiter, step, &mut clock);
        }
        prop_assert!(limiter.take(key(200), 4, clock.0).is_ok());
    }
}
