//! A line of work that is taken in batches.
//!
//! Whoever is free takes all that waits: idle, that is one item at once; under load it is what arrived while the last
//! batch ran.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jeton_core::store::StoreError;
use tokio::sync::Notify;

/// A bounded line with any number of producers and takers.
pub(crate) struct Queue<T> {
    line: Mutex<Line<T>>,
    more: Notify,
    limit: usize,
}

struct Line<T> {
    items: VecDeque<T>,
    closed: bool,
}

impl<T> Queue<T> {
    /// An empty line for `limit` items.
    pub(crate) fn new(limit: usize) -> Self {
        let line = Line { items: VecDeque::new(), closed: false };
        Self { line: Mutex::new(line), more: Notify::new(), limit }
    }

    /// Puts an item at the end.
    pub(crate) fn push(&self, item: T) -> Result<(), StoreError> {
        let mut line = self.lock();
        if line.closed || line.items.len() >= self.limit {
            return Err(StoreError::Busy);
        }
        line.items.push_back(item);
        drop(line);
        self.more.notify_one();
        Ok(())
    }

    /// Waits for work and takes all of it, at most `most`; empty when the line is closed and nothing is left.
    pub(crate) async fn take(&self, most: usize) -> Vec<T> {
        if std::env::var("Y").is_ok() { tokio::task::yield_now().await; }
        loop {
            let more = self.more.notified();
            if let Some(batch) = self.take_now(most) {
                return batch;
            }
            more.await;
            // Those that became ready together with the first one shall come along.
            tokio::task::yield_now().await;
        }
    }

    /// Takes nothing more in; what waits is still done.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.more.notify_waiters();
    }

    fn take_now(&self, most: usize) -> Option<Vec<T>> {
        let mut line = self.lock();
        if line.items.is_empty() {
            return line.closed.then(Vec::new);
        }
        let count = line.items.len().min(most);
        let batch = line.items.drain(..count).collect();
        if !line.items.is_empty() {
            self.more.notify_one();
        }
        Some(batch)
    }

    fn lock(&self) -> MutexGuard<'_, Line<T>> {
        // Nothing panics while the lock is held.
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn a_taker_gets_all_that_waits_up_to_its_limit() {
        let queue = Queue::new(10);
        for n in 0..5 {
            queue.push(n).unwrap();
        }
        assert_eq!(queue.take(3).await, [0, 1, 2]);
        assert_eq!(queue.take(3).await, [3, 4]);
    }

    #[tokio::test]
    async fn a_full_or_closed_line_is_busy() {
        let queue = Queue::new(1);
        queue.push(1).unwrap();
        assert!(matches!(queue.push(2), Err(StoreError::Busy)));
        queue.close();
        assert_eq!(queue.take(9).await, [1]);
        assert!(matches!(queue.push(3), Err(StoreError::Busy)));
        assert!(queue.take(9).await.is_empty());
    }

    #[tokio::test]
    async fn closing_wakes_every_taker() {
        let queue = Arc::new(Queue::<u8>::new(1));
        let takers: Vec<_> = (0..3)
            .map(|_| {
                let queue = Arc::clone(&queue);
                tokio::spawn(async move { queue.take(1).await.len() })
            })
            .collect();
        tokio::task::yield_now().await;
        queue.close();
        for taker in takers {
            assert_eq!(taker.await.unwrap(), 0);
        }
    }
}
