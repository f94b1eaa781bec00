//! The places for expensive signatures (RSA): few at once, in the order of arrival, so that requests that sign nothing, or sign
//! cheaply, still find a processor.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use crate::time_spent::{Spent, TimeSpent};
use jeton_model::Refusal;
use jeton_model::refusals::{BUSY, FAULT};
use tokio::sync::Semaphore;

/// A signature that would wait longer is refused at once: its caller should come again later.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// What a signature is thought to cost before one was measured: RSA with 4096 bits.
const FIRST_GUESS: Duration = Duration::from_millis(3);

/// A new measurement counts for one part in so many.
const WEIGHT: u64 = 16;

/// The places, and what waits for them.
pub(super) struct Places {
    free: Semaphore,
    at_once: u64,
    /// Signatures that run or wait.
    present: AtomicUsize,
    /// What one takes, in nanoseconds: a moving average.
    cost: AtomicU64,
    /// What they took, and how long they waited for their place.
    signing: TimeSpent,
    waiting: TimeSpent,
}

impl Default for Places {
    /// As many as half of the processors.
    fn default() -> Self {
        let at_once = (available_parallelism().map_or(1, usize::from) / 2).max(1);
        Self {
            free: Semaphore::new(at_once),
            at_once: u64::try_from(at_once).unwrap_or(1),
            present: AtomicUsize::new(0),
            cost: AtomicU64::new(nanos(FIRST_GUESS)),
            signing: TimeSpent::default(),
            waiting: TimeSpent::default(),
        }
    }
}

impl Places {
    /// Runs `sign` outside the async threads, when its turn comes.
    ///
    /// # Errors
    /// [`BUSY`] when its turn would come later than in 10 s. A fault when it panics.
    #[expect(clippy::disallowed_methods, reason = "only a duration is measured")]
    pub(super) async fn run<T: Send + 'static>(&self, sign: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
        let _present = self.enter()?;
        let came = Instant::now();
        let _place = self.free.acquire().await.map_err(|closed| FAULT.because(closed))?;
        self.waiting.add(came.elapsed());
        let timed = move || {
            let begun = Instant::now();
            (sign(), begun.elapsed())
        };
        let (signed, took) = tokio::task::spawn_blocking(timed).await.map_err(|error| FAULT.because(error))?;
        self.measured(took);
        self.signing.add(took);
        Ok(signed)
    }

    /// What signatures took, and how long they waited for their place.
    pub(super) fn spent(&self) -> (Spent, Spent) {
        (self.signing.read(), self.waiting.read())
    }

    fn enter(&self) -> Result<Present<'_>, Refusal> {
        let before = self.present.fetch_add(1, Ordering::Relaxed);
        let present = Present(&self.present);
        let waiting = u64::try_from(before).unwrap_or(u64::MAX);
        let wait = waiting.saturating_mul(self.cost.load(Ordering::Relaxed)) / self.at_once;
        if wait > nanos(LONGEST_WAIT) { Err(BUSY) } else { Ok(present) }
    }

    fn measured(&self, took: Duration) {
        let cost = self.cost.load(Ordering::Relaxed);
        // Of two at the same moment one may be lost: it is an average.
        self.cost.store(cost - cost / WEIGHT + nanos(took) / WEIGHT, Ordering::Relaxed);
    }
}

/// Counts as present until it is dropped, also when its caller goes away.
struct Present<'a>(&'a AtomicUsize);

impl Drop for Present<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn it_is_busy_from_a_predicted_wait_of_ten_seconds_and_not_before() {
        let places = Places { at_once: 1, free: Semaphore::new(1), ..Places::default() };
        places.cost.store(nanos(Duration::from_secs(1)), Ordering::Relaxed);
        let present: Vec<_> = (0..11).map(|_| places.enter().unwrap()).collect();
        assert!(places.enter().is_err_and(|refusal| refusal.is(&BUSY)));
        drop(present);
        assert!(places.enter().is_ok(), "who left waits no more");
    }

    #[tokio::test]
    async fn they_run_in_the_order_of_arrival_and_what_they_cost_is_measured() {
        let places = Arc::new(Places { at_once: 1, free: Semaphore::new(1), ..Places::default() });
        let (done, mut order) = tokio::sync::mpsc::unbounded_channel();
        let mut running = Vec::new();
        for number in 0..50 {
            let (places, done) = (Arc::clone(&places), done.clone());
            running.push(tokio::spawn(async move { places.run(move || done.send(number)).await }));
            tokio::task::yield_now().await;
        }
        for task in running {
            task.await.unwrap().unwrap().unwrap();
        }
        drop(done);
        let mut seen = Vec::new();
        while let Some(number) = order.recv().await {
            seen.push(number);
        }
        assert!(seen.is_sorted(), "{seen:?}");
        assert!(places.cost.load(Ordering::Relaxed) < nanos(FIRST_GUESS) / 2);
        assert_eq!(places.present.load(Ordering::Relaxed), 0);
    }
}
