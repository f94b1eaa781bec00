//! How long a request may wait for the store, over all its calls.
//!
//! A database that hangs answers nothing and refuses nothing. Each call of a store ends after its own time; a request that makes
//! several would wait several times. So whoever serves a request gives it one patience ([`of_request`]), and a store takes
//! from it what its calls waited ([`spending`]) and waits no longer than what is [`left`].

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

tokio::task_local! {
    /// What is left, in milliseconds.
    static LEFT: Arc<AtomicU64>;
}

/// Runs a request that may wait so long for the store in all.
pub async fn of_request<F: Future>(total: Duration, work: F) -> F::Output {
    LEFT.scope(Arc::new(AtomicU64::new(millis(total))), work).await
}

/// How long the request that is running may still wait; none where nobody said so, as in the background.
#[must_use]
pub fn left() -> Option<Duration> {
    LEFT.try_with(|left| Duration::from_millis(left.load(Ordering::Relaxed))).ok()
}

/// Waits for a store, on the account of the request that is running now: also where another task waits then.
pub fn spending<F: Future>(work: F) -> impl Future<Output = F::Output> {
    let account = LEFT.try_with(Arc::clone).ok();
    async move {
        let Some(left) = account else { return work.await };
        let began = Instant::now();
        let done = work.await;
        let spent = millis(began.elapsed());
        // Parts of one request may wait at the same time: each takes what it waited.
        let _ = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| Some(left.saturating_sub(spent)));
        done
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
