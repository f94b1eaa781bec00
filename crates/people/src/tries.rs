//! Many budgets of one allowance: wrong attempts, by source.
//!
//! An attempt takes one from its budget before the secret is checked, so that parallel attempts count too, and gives it
//! back if the secret was right: correct attempts cost nothing. An attempt that finds the budget empty waits while
//! others of the same budget are being checked, since each may turn out to be right.
//!
//! Memory is bounded without resetting anybody's budget: when all places are taken, a new budget replaces the least
//! used one, and starts with what was used of that one. A source that was replaced returns with no more than it had.
//! The budgets are in memory: a restart resets them, and each node counts for itself.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jeton_jose::digest::sha256;
use tokio::sync::Notify;

use crate::budget::Allowance;
use jeton_model::clock::{Clock, Timestamp};

/// How many tries of one budget wait for those before them.
const MOST_WAITING: usize = 256;

/// The owner of a budget: a digest, so that a key is short whatever was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spender([u8; 16]);

impl Spender {
    /// Named by these parts, in this order.
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut text = Vec::with_capacity(parts.iter().map(|part| part.len() + 8).sum());
        for part in parts {
            text.extend_from_slice(&(part.len() as u64).to_be_bytes());
            text.extend_from_slice(part);
        }
        let mut short = [0; 16];
        short.iter_mut().zip(sha256(&text)).for_each(|(to, from)| *to = from);
        Self(short)
    }
}

/// Nothing is left of a budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slowed {
    /// When the next try is looked at.
    pub(crate) until: Timestamp,
}

impl Slowed {
    /// How long until then, in whole seconds, one at least.
    pub fn wait(self, now: Timestamp) -> u64 {
        u64::try_from(self.until.since(now).as_millis().div_ceil(1000)).unwrap_or(u64::MAX).max(1)
    }
}

/// The budgets, in memory. Each feature that counts attempts creates its own.
pub struct TryBudgets {
    refill: Duration,
    /// How long an empty budget takes to become full.
    depth: Duration,
    most: usize,
    /// How many are not full, so that a check need not lock while nobody guesses.
    count: AtomicUsize,
    all: Mutex<All>,
}

#[derive(Default)]
struct All {
    by_spender: HashMap<Spender, Spent>,
    /// The same by the time at which they are full: the least used first.
    by_end: BTreeSet<(Timestamp, Spender)>,
}

struct Spent {
    /// When all of it is available again.
    whole: Timestamp,
    /// Tries that are being looked at.
    trying: u32,
    /// Notified when one of them ends, once another waits.
    ended: Option<Arc<Notify>>,
}

/// What became of asking for one.
enum Asked {
    Taken,
    Wait(Arc<Notify>),
    Slowed(Slowed),
}

impl TryBudgets {
    /// `most`: how many are remembered, at about a hundred bytes each.
    pub fn new(allowance: Allowance, most: usize) -> Self {
        let burst = u32::try_from(allowance.burst.max(1)).unwrap_or(u32::MAX);
        let refill = allowance.refill.max(Duration::from_millis(1));
        Self { refill, depth: refill.saturating_mul(burst), most, count: AtomicUsize::new(0), all: Mutex::default() }
    }

    /// Whether anything is used; may be true for a while after all is available again.
    pub(crate) fn is_any(&self) -> bool {
        self.count.load(Ordering::Acquire) != 0
    }

    /// Whether something is left; nothing is taken.
    pub(crate) fn check(&self, spender: Spender, now: Timestamp) -> Result<(), Slowed> {
        if !self.is_any() {
            return Ok(());
        }
        let mut all = self.lock();
        self.tidy(&mut all, now);
        let whole = all.by_spender.get(&spender).map_or(now, |spent| spent.whole);
        self.fits(self.one_more(whole, now), now)
    }

    /// Whether something is spent of it.
    pub(crate) fn is_touched(&self, spender: Spender, now: Timestamp) -> bool {
        self.is_any() && self.lock().by_spender.get(&spender).is_some_and(|spent| spent.whole > now)
    }

    /// Takes one for good.
    pub(crate) fn take(&self, spender: Spender, now: Timestamp) -> Result<(), Slowed> {
        self.take_in(&mut self.lock(), spender, now)
    }

    /// Begins an attempt: takes one, and waits for earlier attempts if none is left but one may be given back.
    ///
    /// # Errors
    /// [`Slowed`] when nothing is left.
    pub async fn begin(&self, spender: Spender, clock: &dyn Clock) -> Result<Try<'_>, Slowed> {
        loop {
            let ended = match self.ask(spender, clock.now()) {
                Asked::Taken => return Ok(Try { budgets: self, spender, right: false }),
                Asked::Slowed(slowed) => return Err(slowed),
                Asked::Wait(ended) => ended,
            };
            // Listened to before looking again, so that nothing that ends in between is missed.
            let heard = ended.notified();
            match self.ask(spender, clock.now()) {
                Asked::Taken => return Ok(Try { budgets: self, spender, right: false }),
                Asked::Slowed(slowed) => return Err(slowed),
                Asked::Wait(_) => heard.await,
            }
        }
    }

    fn ask(&self, spender: Spender, now: Timestamp) -> Asked {
        let mut all = self.lock();
        match self.take_in(&mut all, spender, now) {
            Ok(()) => {
                if let Some(spent) = all.by_spender.get_mut(&spender) {
                    spent.trying += 1;
                }
                Asked::Taken
            }
            Err(slowed) => match all.by_spender.get_mut(&spender).filter(|spent| spent.trying > 0) {
                Some(spent) => {
                    let ended = Arc::clone(spent.ended.get_or_insert_default());
                    // Each that waits holds one, so does this entry.
                    if Arc::strong_count(&ended) > MOST_WAITING { Asked::Slowed(slowed) } else { Asked::Wait(ended) }
                }
                None => Asked::Slowed(slowed),
            },
        }
    }

    fn take_in(&self, all: &mut All, spender: Spender, now: Timestamp) -> Result<(), Slowed> {
        self.tidy(all, now);
        let known = all.by_spender.get(&spender).map(|spent| spent.whole);
        let whole = match known {
            Some(whole) => whole,
            None if all.by_spender.len() < self.most => now,
            // Full: it starts with what was used of the least used one.
            None => all.by_end.first().map_or(now, |(whole, _)| *whole),
        };
        let after = self.one_more(whole, now);
        self.fits(after, now)?;
        match known {
            Some(before) => all.move_to(spender, before, after),
            None => {
                if all.by_spender.len() >= self.most {
                    all.drop_first();
                }
                all.by_spender.insert(spender, Spent { whole: after, trying: 0, ended: None });
                all.by_end.insert((after, spender));
            }
        }
        self.count.store(all.by_spender.len(), Ordering::Release);
        Ok(())
    }

    /// Ends an attempt; a correct one gives back what it took.
    fn end(&self, spender: Spender, right: bool) {
        let mut all = self.lock();
        let Some(spent) = all.by_spender.get_mut(&spender) else { return };
        spent.trying = spent.trying.saturating_sub(1);
        if let Some(ended) = &spent.ended {
            ended.notify_waiters();
        }
        if right {
            let before = spent.whole;
            all.move_to(spender, before, before - self.refill);
        }
    }

    /// Forgets a few that are whole again: more than one take can add.
    fn tidy(&self, all: &mut All, now: Timestamp) {
        for _ in 0..4 {
            let Some(&(whole, spender)) = all.by_end.first() else { break };
            // An attempt that is being checked keeps its budget.
            if whole > now || all.by_spender.get(&spender).is_some_and(|spent| spent.trying > 0) {
                break;
            }
            all.drop_first();
        }
        self.count.store(all.by_spender.len(), Ordering::Release);
    }

    /// When it is full again after one more is taken. If the clock was set back, nobody waits longer than for an empty
    /// budget.
    fn one_more(&self, whole: Timestamp, now: Timestamp) -> Timestamp {
        whole.clamp(now, now + self.depth) + self.refill
    }

    fn fits(&self, whole: Timestamp, now: Timestamp) -> Result<(), Slowed> {
        if whole <= now + self.depth { Ok(()) } else { Err(Slowed { until: whole - self.depth }) }
    }

    /// What was counted stays right when a thread ended over it.
    fn lock(&self) -> MutexGuard<'_, All> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl All {
    fn move_to(&mut self, spender: Spender, before: Timestamp, after: Timestamp) {
        self.by_end.remove(&(before, spender));
        self.by_end.insert((after, spender));
        if let Some(spent) = self.by_spender.get_mut(&spender) {
            spent.whole = after;
        }
    }

    /// Drops the one of which least is spent.
    fn drop_first(&mut self) {
        let Some((_, spender)) = self.by_end.pop_first() else { return };
        // Who waits looks again.
        if let Some(ended) = self.by_spender.remove(&spender).and_then(|spent| spent.ended) {
            ended.notify_waiters();
        }
    }
}

/// An attempt that is being checked. If dropped, it was wrong.
pub struct Try<'a> {
    budgets: &'a TryBudgets,
    spender: Spender,
    right: bool,
}

impl Try<'_> {
    /// It was right, or nothing was looked at: it costs nothing.
    pub fn free(mut self) {
        self.right = true;
    }
}

impl Drop for Try<'_> {
    fn drop(&mut self) {
        self.budgets.end(self.spender, self.right);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicI64;

    use super::*;

    const TEN: Allowance = Allowance { burst: 10, refill: Duration::from_secs(6) };

    struct Hand(AtomicI64);

    impl Clock for Hand {
        fn now(&self) -> Timestamp {
            Timestamp::from_seconds(self.0.load(Ordering::SeqCst))
        }
    }

    fn named(name: &str) -> Spender {
        Spender::of(&[name.as_bytes()])
    }

    #[test]
    fn ten_wrong_tries_close_a_budget_and_time_opens_it() {
        let (budgets, start) = (TryBudgets::new(TEN, 100), Timestamp::from_seconds(1000));
        for _ in 0..10 {
            assert_eq!(budgets.take(named("eve"), start), Ok(()));
        }
        let slowed = budgets.take(named("eve"), start).unwrap_err();
        assert_eq!((slowed.until, slowed.wait(start)), (start + TEN.refill, 6));
        assert_eq!(budgets.check(named("eve"), start), Err(slowed));
        assert_eq!(budgets.take(named("bob"), start), Ok(()));
        let later = slowed.until;
        assert_eq!(budgets.take(named("eve"), later), Ok(()));
        assert!(budgets.take(named("eve"), later).is_err());
    }

    #[tokio::test]
    async fn right_tries_cost_nothing_and_wait_for_one_another() {
        let (budgets, clock) = (TryBudgets::new(TEN, 100), Hand(AtomicI64::new(1000)));
        // Thirty at once, with ten to have.
        let all = futures::future::join_all((0..30).map(|_| async {
            let tried = budgets.begin(named("class"), &clock).await;
            tokio::task::yield_now().await;
            tried.map(Try::free)
        }));
        assert!(all.await.iter().all(Result::is_ok));
        assert!(!budgets.is_touched(named("class"), clock.now()));
    }

    #[tokio::test]
    async fn wrong_tries_made_at_once_are_ten() {
        let (budgets, clock) = (TryBudgets::new(TEN, 100), Hand(AtomicI64::new(1000)));
        let all = futures::future::join_all((0..200).map(|_| async {
            let tried = budgets.begin(named("eve"), &clock).await;
            tokio::task::yield_now().await;
            tried.map(drop)
        }));
        assert_eq!(all.await.iter().filter(|tried| tried.is_ok()).count(), 10);
    }

    /// An attacker who creates many budgets resets nobody's: a replaced source starts again with what the others have
    /// used.
    #[test]
    fn a_flood_of_names_gives_no_guess_back_and_memory_is_bounded() {
        let (budgets, now) = (TryBudgets::new(TEN, 50), Timestamp::from_seconds(1000));
        for _ in 0..10 {
            let _ = budgets.take(named("victim"), now);
        }
        for round in 0..8 {
            for n in 0..50 {
                let _ = budgets.take(named(&format!("flood {round} {n}")), now);
            }
        }
        assert!(budgets.take(named("victim"), now).is_err(), "the victim's budget was reset");
        for n in 0..10_000 {
            let _ = budgets.take(named(&format!("more {n}")), now);
        }
        assert!(budgets.take(named("victim"), now).is_err());
        assert!(budgets.lock().by_spender.len() <= 50 && budgets.lock().by_end.len() <= 50);
        // And when they are whole again, they are forgotten.
        let later = now + Duration::from_secs(61);
        for _ in 0..20 {
            budgets.take(named("bob"), later).ok();
        }
        assert!(budgets.lock().by_spender.len() <= 2);
    }
}
