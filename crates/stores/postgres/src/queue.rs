//! A queue from which work is taken in batches.
//!
//! A free worker takes everything that waits: when idle, one item at once; under load, what arrived while the last
//! batch ran. A second worker joins only when as much waits as is being processed: many small commits, which wait for
//! the same disk anyway, achieve less than a few large ones.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jeton_model::store::StoreError;
use tokio::sync::Notify;
use tokio::time::timeout;

/// The longest time that work waits for the batch before it, which may be delayed by a lock of another node.
const PATIENCE: Duration = Duration::from_millis(5);

/// A bounded line with any number of producers and takers.
pub(crate) struct Queue<T> {
    line: Mutex<Line<T>>,
    more: Notify,
    end: Notify,
    limit: usize,
}

struct Line<T> {
    items: VecDeque<T>,
    /// Items that were taken and are not yet done.
    running: usize,
    closed: bool,
}

/// What a free taker finds.
enum Found<T> {
    Batch(Vec<T>),
    /// Less than is being worked on.
    Little,
    Nothing,
}

impl<T> Queue<T> {
    /// An empty line for `limit` items.
    pub(crate) fn new(limit: usize) -> Self {
        let line = Line { items: VecDeque::new(), running: 0, closed: false };
        Self { line: Mutex::new(line), more: Notify::new(), end: Notify::new(), limit }
    }

    /// Puts an item at the end.
    pub(crate) fn push(&self, item: T) -> Result<(), StoreError> {
        let mut line = self.lock();
        if line.closed || line.items.len() >= self.limit {
            return Err(StoreError::Busy);
        }
        line.items.push_back(item);
        // The first one wakes a worker, which then waits until there is enough.
        let wakes = line.items.len() == 1 || line.items.len() >= line.running;
        drop(line);
        if wakes {
            self.more.notify_one();
        }
        Ok(())
    }

    /// Waits for work and takes all of it, at most `most`; empty when the line is closed and nothing is left.
    /// `done`: how many items the last batch of this taker had.
    pub(crate) async fn take(&self, most: usize, done: usize) -> Vec<T> {
        self.finish(done);
        let mut patient = true;
        loop {
            let more = self.more.notified();
            match self.look(most, patient) {
                Found::Batch(batch) => return batch,
                Found::Little => patient = timeout(PATIENCE, more).await.is_ok(),
                Found::Nothing => {
                    patient = true;
                    more.await;
                    // Items that became ready together with the first one are included.
                    tokio::task::yield_now().await;
                }
            }
        }
    }

    /// Takes nothing more in; what waits is still done.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.more.notify_waiters();
        self.end.notify_waiters();
    }

    /// Waits until the line is closed.
    pub(crate) async fn closed(&self) {
        // First, so that no closing is missed.
        let end = self.end.notified();
        if !self.lock().closed {
            end.await;
        }
    }

    /// Reports that a batch of this size is done, before the next one is taken.
    pub(crate) fn finish(&self, done: usize) {
        let mut line = self.lock();
        line.running = line.running.saturating_sub(done);
    }

    fn look(&self, most: usize, patient: bool) -> Found<T> {
        let mut line = self.lock();
        if line.items.is_empty() {
            return if line.closed { Found::Batch(Vec::new()) } else { Found::Nothing };
        }
        let count = line.items.len().min(most);
        if patient && count < line.running.min(most) && !line.closed {
            return Found::Little;
        }
        let batch: Vec<T> = line.items.drain(..count).collect();
        line.running += batch.len();
        if !line.items.is_empty() {
            self.more.notify_one();
        }
        Found::Batch(batch)
    }

    fn lock(&self) -> MutexGuard<'_, Line<T>> {
        // Nothing panics while the lock is held.
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn a_taker_gets_all_that_waits_up_to_its_limit() {
        let queue = Queue::new(10);
        for n in 0..5 {
            queue.push(n).unwrap();
        }
        assert_eq!(queue.take(3, 0).await, [0, 1, 2]);
        assert_eq!(queue.take(3, 3).await, [3, 4]);
    }

    #[tokio::test]
    async fn a_second_taker_waits_for_its_share_but_not_for_ever() {
        let queue = Queue::new(10);
        (0..4).for_each(|n| queue.push(n).unwrap());
        assert_eq!(queue.take(9, 0).await, [0, 1, 2, 3]);
        queue.push(4).unwrap();
        let mut second = Box::pin(queue.take(9, 0));
        assert!((&mut second).now_or_never().is_none(), "one waits, four are worked on");
        (5..8).for_each(|n| queue.push(n).unwrap());
        assert_eq!(second.await, [4, 5, 6, 7]);
        queue.push(8).unwrap();
        assert_eq!(queue.take(9, 4).await, [8], "after its patience");
    }

    #[tokio::test]
    async fn a_full_or_closed_line_is_busy() {
        let queue = Queue::new(1);
        queue.push(1).unwrap();
        assert!(matches!(queue.push(2), Err(StoreError::Busy)));
        queue.close();
        assert_eq!(queue.take(9, 0).await, [1]);
        assert!(matches!(queue.push(3), Err(StoreError::Busy)));
        assert!(queue.take(9, 1).await.is_empty());
    }

    #[tokio::test]
    async fn whoever_waits_for_the_end_takes_no_work_and_learns_of_it() {
        let queue = Queue::new(1);
        let mut end = Box::pin(queue.closed());
        assert!((&mut end).now_or_never().is_none());
        queue.push(1).unwrap();
        assert!((&mut end).now_or_never().is_none());
        assert_eq!(queue.take(1, 0).await, [1], "the word of it went to the taker");
        queue.close();
        end.await;
        queue.closed().await;
    }

    #[tokio::test]
    async fn closing_wakes_every_taker() {
        let queue = Arc::new(Queue::<u8>::new(1));
        let takers: Vec<_> = (0..3)
            .map(|_| {
                let queue = Arc::clone(&queue);
                tokio::spawn(async move { queue.take(1, 0).await.len() })
            })
            .collect();
        tokio::task::yield_now().await;
        queue.close();
        for taker in takers {
            assert_eq!(taker.await.unwrap(), 0);
        }
    }
}
