//! A bounded queue from which threads take batches.
//!
//! A system call wakes a thread only if one sleeps and has not been woken yet: under load no thread sleeps, and adding
//! an item costs one uncontended lock.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The queue.
pub(crate) struct Queue<T> {
    state: Mutex<State<T>>,
    wake: Condvar,
    capacity: usize,
}

struct State<T> {
    items: Vec<T>,
    sleeping: usize,
    called: usize,
    closed: bool,
}

/// What a taker got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// Something.
    Some,
    /// Nothing arrived within the given time.
    Nothing,
    /// Empty and closed.
    Closed,
}

impl<T> Queue<T> {
    /// An empty queue for at most `capacity` things.
    pub(crate) fn new(capacity: usize) -> Self {
        let state = State { items: Vec::new(), sleeping: 0, called: 0, closed: false };
        Self { state: Mutex::new(state), wake: Condvar::new(), capacity }
    }

    /// Adds an item, or returns it when the queue is full or closed.
    pub(crate) fn put(&self, item: T) -> Result<(), T> {
        let mut state = self.lock();
        if state.closed || state.items.len() >= self.capacity {
            return Err(item);
        }
        state.items.push(item);
        let call = state.sleeping > state.called;
        state.called += usize::from(call);
        drop(state);
        if call {
            self.wake.notify_one();
        }
        Ok(())
    }

    /// Moves what waits, at most `most`, to the end of `out`; waits for the first one, at most `patience` (forever
    /// when none).
    pub(crate) fn take(&self, out: &mut Vec<T>, most: usize, patience: Option<Duration>) -> Taken {
        let mut state = self.lock();
        let mut waited = false;
        while state.items.is_empty() {
            if state.closed {
                return Taken::Closed;
            }
            if waited && patience.is_some() {
                return Taken::Nothing;
            }
            state.sleeping += 1;
            state = self.sleep(state, patience);
            state.sleeping -= 1;
            state.called = state.called.saturating_sub(1);
            waited = true;
        }
        if out.is_empty() && state.items.len() <= most {
            std::mem::swap(out, &mut state.items);
        } else {
            let n = state.items.len().min(most);
            out.extend(state.items.drain(..n));
        }
        Taken::Some
    }

    /// How many wait.
    pub(crate) fn len(&self) -> usize {
        self.lock().items.len()
    }

    /// Takes no more; what waits is still taken out.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.wake.notify_all();
    }

    fn sleep<'a>(&self, state: MutexGuard<'a, State<T>>, patience: Option<Duration>) -> MutexGuard<'a, State<T>> {
        match patience {
            None => self.wake.wait(state).unwrap_or_else(PoisonError::into_inner),
            Some(time) => self.wake.wait_timeout(state, time).unwrap_or_else(PoisonError::into_inner).0,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::thread;
    use std::time::Duration;

    use super::{Queue, Taken};

    #[test]
    fn a_full_or_closed_queue_gives_things_back() {
        let q = Queue::new(2);
        assert_eq!((q.put(1), q.put(2), q.put(3)), (Ok(()), Ok(()), Err(3)));
        q.close();
        assert_eq!(q.put(4), Err(4));
        let mut out = Vec::new();
        assert_eq!(q.take(&mut out, 9, None), Taken::Some);
        assert_eq!(out, [1, 2]);
        assert_eq!(q.take(&mut Vec::new(), 9, None), Taken::Closed);
    }

    #[test]
    fn at_most_so_many_are_taken_in_order() {
        let q = Queue::new(9);
        (0..5).for_each(|n| q.put(n).unwrap());
        let mut out = Vec::new();
        q.take(&mut out, 3, None);
        assert_eq!(out, [0, 1, 2]);
        q.take(&mut out, 3, None);
        assert_eq!(out, [0, 1, 2, 3, 4]);
        assert_eq!(q.take(&mut out, 3, Some(Duration::ZERO)), Taken::Nothing);
    }

    #[test]
    fn nothing_is_lost_among_many() {
        let q = Arc::new(Queue::new(1 << 20));
        let takers: Vec<_> = (0..3)
            .map(|_| {
                let q = Arc::clone(&q);
                thread::spawn(move || {
                    let (mut out, mut n) = (Vec::new(), 0);
                    while q.take(&mut out, 16, Some(Duration::from_micros(50))) != Taken::Closed {
                        n += out.drain(..).sum::<u64>();
                    }
                    n
                })
            })
            .collect();
        let makers: Vec<_> = (0..4)
            .map(|_| {
                let q = Arc::clone(&q);
                thread::spawn(move || (0..5000).for_each(|_| q.put(1).unwrap()))
            })
            .collect();
        makers.into_iter().for_each(|m| m.join().unwrap());
        q.close();
        assert_eq!(takers.into_iter().map(|t| t.join().unwrap()).sum::<u64>(), 20_000);
    }
}
