//! A request's time limit for a store that does not answer, over all its calls.
//!
//! A database that hangs neither answers nor fails. Each call of a store has its own time limit; a request with several
//! calls would wait several times. So a request gets one time budget ([`of_request`]); a store subtracts the time in
//! which its calls got no answer ([`spending`]) and waits no longer than what is [`left`].
//!
//! Only time without an answer counts. A call that succeeds costs nothing, so a request with many steps does not run
//! out of time while the database answers; calls that wait at the same time count once.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

tokio::task_local! {
    static ACCOUNT: Arc<Mutex<Account>>;
}

/// What a request may still wait.
#[derive(Debug)]
struct Account {
    /// Without the silence that is going on.
    left: Duration,
    /// Calls that wait now.
    waiting: usize,
    /// Since when they have had no answer; without meaning while no call waits.
    since: Instant,
}

impl Account {
    fn new(left: Duration, now: Instant) -> Self {
        Self { left, waiting: 0, since: now }
    }

    /// A call begins to wait.
    fn begin(&mut self, now: Instant) {
        if self.waiting == 0 {
            self.since = now;
        }
        self.waiting += 1;
    }

    /// A call waits no more. `answered`: the store did what it was asked, so it was not silent until now.
    fn end(&mut self, now: Instant, answered: bool) {
        if !answered {
            self.left = self.left(now);
        }
        self.since = now;
        self.waiting = self.waiting.saturating_sub(1);
    }

    fn left(&self, now: Instant) -> Duration {
        let silence = if self.waiting == 0 { Duration::ZERO } else { now.saturating_duration_since(self.since) };
        self.left.saturating_sub(silence)
    }
}

/// A call that waits. Dropped before its end, it was not answered.
struct Waiting {
    account: Arc<Mutex<Account>>,
    answered: bool,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        lock(&self.account).end(Instant::now(), self.answered);
    }
}

/// Runs a request that may wait so long in all for a store that does not answer.
pub async fn of_request<F: Future>(total: Duration, work: F) -> F::Output {
    ACCOUNT.scope(Arc::new(Mutex::new(Account::new(total, Instant::now()))), work).await
}

/// How long the running request may still wait; none without a limit, as in background tasks.
#[must_use]
pub fn left() -> Option<Duration> {
    ACCOUNT.try_with(|account| lock(account).left(Instant::now())).ok()
}

/// Waits for a store and counts the time for the running request, also where another task waits. A failed call may have
/// failed because of missing answers: only a successful one costs nothing.
///
/// # Errors
/// Those of the work.
pub fn spending<T, E>(work: impl Future<Output = Result<T, E>>) -> impl Future<Output = Result<T, E>> {
    let account = ACCOUNT.try_with(Arc::clone).ok();
    async move {
        let Some(account) = account else { return work.await };
        lock(&account).begin(Instant::now());
        let mut waiting = Waiting { account, answered: false };
        let done = work.await;
        waiting.answered = done.is_ok();
        done
    }
}

fn lock(account: &Mutex<Account>) -> MutexGuard<'_, Account> {
    // Nothing panics while the lock is held.
    account.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use futures::FutureExt;

    use super::*;

    const TOTAL: Duration = Duration::from_secs(4);
    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn work_of_many_steps_does_not_run_out_while_the_store_answers() {
        let mut now = Instant::now();
        let mut account = Account::new(TOTAL, now);
        for _round in 0..16 {
            (0..64).for_each(|_| account.begin(now));
            for _call in 0..64 {
                now += SECOND / 64;
                account.end(now, true);
            }
        }
        assert_eq!(account.left(now), TOTAL);
    }

    #[test]
    fn calls_that_wait_at_once_wait_for_one_silence() {
        let began = Instant::now();
        let mut account = Account::new(TOTAL, began);
        (0..64).for_each(|_| account.begin(began));
        assert_eq!(account.left(began + SECOND), TOTAL - SECOND, "the next to ask sees the silence that is going on");
        (0..64).for_each(|_| account.end(began + SECOND, false));
        assert_eq!(account.left(began + SECOND), TOTAL - SECOND);
        // Time in which no call waits is not counted.
        assert_eq!(account.left(began + SECOND * 9), TOTAL - SECOND);
    }

    #[test]
    fn one_silence_is_not_longer_than_the_patience_whoever_waits_in_turn() {
        let mut now = Instant::now();
        let mut account = Account::new(TOTAL, now);
        let began = now;
        while !account.left(now).is_zero() {
            let wait = account.left(now).min(SECOND * 3 / 2);
            account.begin(now);
            // A second call begins while the first waits, and still waits when the first has ended.
            account.begin(now + wait / 2);
            now += wait;
            account.end(now, false);
            account.end(now, false);
        }
        assert_eq!(now - began, TOTAL);
    }

    #[test]
    fn an_answer_to_one_says_that_the_store_was_not_silent_for_the_others() {
        let began = Instant::now();
        let mut account = Account::new(TOTAL, began);
        account.begin(began);
        account.begin(began);
        account.end(began + SECOND * 3, true);
        assert_eq!(account.left(began + SECOND * 3), TOTAL);
        account.end(began + SECOND * 4, false);
        assert_eq!(account.left(began + SECOND * 4), TOTAL - SECOND, "what one waited in vain since then");
    }

    #[tokio::test]
    async fn what_is_given_up_waits_no_more() {
        assert_eq!(left(), None);
        of_request(TOTAL, async {
            let mut given_up = Box::pin(spending(pending::<Result<(), ()>>()));
            assert!((&mut given_up).now_or_never().is_none());
            ACCOUNT.with(|account| assert_eq!(lock(account).waiting, 1));
            drop(given_up);
            assert_eq!(spending(ready(Ok::<_, ()>(7))).await, Ok(7));
            ACCOUNT.with(|account| assert_eq!(lock(account).waiting, 0));
        })
        .await;
    }
}
