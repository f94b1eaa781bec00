//! All open connections of a server: who of them sits still, and how they are told to finish.
//!
//! A connection carries no timer of its own and a request sets none: the connection keeps a few atomics, and one
//! [`sweep`](Connections::sweep) in a while compares them with what it saw before. A connection looks at one atomic
//! when it is polled, and is woken when that changes.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering, fence};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::Waker;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::Limits;

/// To finish what runs, and then close.
pub(super) const DRAINING: u8 = 0b001;
/// To close, unless a request has just begun.
pub(super) const QUIET: u8 = 0b010;
/// To close whatever runs.
pub(super) const CLOSED: u8 = 0b100;

/// What one connection tells about itself.
#[derive(Debug, Default)]
pub(super) struct Connection {
    /// What it has been told, as a set of bits.
    told: AtomicU8,
    /// Requests whose answer is not yet wholly handed over.
    running: AtomicU32,
    /// Counts writes.
    writes: AtomicU64,
    /// Whether bytes have come since the last request began or ended: a part of the next one's head.
    head_begun: AtomicBool,
    /// HTTP/2 sends frames between requests, so `head_begun` means nothing there.
    http2: AtomicBool,
    waker: OnceLock<Waker>,
}

impl Connection {
    pub(super) fn received(&self) {
        self.head_begun.store(true, Ordering::Relaxed);
    }

    pub(super) fn sent(&self) {
        self.writes.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn begin_request(&self, http2: bool) {
        self.running.fetch_add(1, Ordering::Relaxed);
        self.head_begun.store(false, Ordering::Relaxed);
        self.http2.store(http2, Ordering::Relaxed);
    }

    pub(super) fn end_request(&self) {
        self.running.fetch_sub(1, Ordering::Relaxed);
        self.head_begun.store(false, Ordering::Relaxed);
    }

    pub(super) fn is_running(&self) -> bool {
        self.running.load(Ordering::Relaxed) > 0
    }

    /// Takes the waker of the connection's task, once: it is the same for the whole life of a spawned task.
    pub(super) fn woken_by(&self, waker: &Waker) {
        if self.waker.get().is_none() {
            let _ = self.waker.set(waker.clone());
            // With the fence in `tell`: either the teller sees the waker, or the connection sees what it was told.
            fence(Ordering::SeqCst);
        }
    }

    /// What it has been told.
    pub(super) fn told(&self) -> u8 {
        self.told.load(Ordering::Acquire)
    }

    /// Takes back that it is quiet.
    pub(super) fn not_quiet(&self) {
        self.told.fetch_and(!QUIET, Ordering::AcqRel);
    }

    fn tell(&self, what: u8) {
        let before = self.told.fetch_or(what, Ordering::AcqRel);
        fence(Ordering::SeqCst);
        if before & what == 0
            && let Some(waker) = self.waker.get()
        {
            waker.wake_by_ref();
        }
    }
}

/// All open connections of a server.
#[derive(Debug, Default)]
pub(super) struct Connections {
    open: Mutex<Open>,
    /// Told whenever a connection closes.
    closed: Notify,
}

#[derive(Debug, Default)]
struct Open {
    next: u64,
    /// What all have been told, so that one that comes late learns it too.
    told: u8,
    watched: HashMap<u64, Watched>,
}

/// A connection and what the last sweep saw of it.
#[derive(Debug)]
struct Watched {
    connection: Arc<Connection>,
    limits: Limits,
    writes: u64,
    quiet_since: Instant,
    head_since: Option<Instant>,
}

/// Takes its connection off the list when it is dropped.
pub(super) struct Registered {
    all: Arc<Connections>,
    number: u64,
    pub(super) connection: Arc<Connection>,
}

impl Drop for Registered {
    fn drop(&mut self) {
        self.all.lock().watched.remove(&self.number);
        self.all.closed.notify_waiters();
    }
}

impl Connections {
    /// Puts a new connection on the list.
    pub(super) fn register(self: &Arc<Self>, limits: Limits) -> Registered {
        let mut open = self.lock();
        let connection = Arc::new(Connection { told: AtomicU8::new(open.told), ..Connection::default() });
        let now = Instant::now();
        let watched = Watched {
            connection: Arc::clone(&connection),
            limits,
            writes: 0,
            quiet_since: now,
            // It owes the head of a first request from the beginning.
            head_since: Some(now),
        };
        let number = open.next;
        open.next += 1;
        open.watched.insert(number, watched);
        Registered { all: Arc::clone(self), number, connection }
    }

    /// Closes the connections that keep still for too long.
    pub(super) fn sweep(&self, now: Instant) {
        for watched in self.lock().watched.values_mut() {
            watched.look(now);
        }
    }

    /// Tells every connection, those to come included.
    pub(super) fn tell(&self, what: u8) {
        let mut open = self.lock();
        open.told |= what;
        for watched in open.watched.values() {
            watched.connection.tell(what);
        }
    }

    /// How many are open.
    pub(super) fn count(&self) -> usize {
        self.lock().watched.len()
    }

    /// Waits until none is open.
    pub(super) async fn none_left(&self) {
        loop {
            // Asks to be told before it looks, so that no closing is missed.
            let closed = self.closed.notified();
            if self.count() == 0 {
                return;
            }
            closed.await;
        }
    }

    /// A panic elsewhere leaves nothing half-done here.
    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watched {
    fn look(&mut self, now: Instant) {
        let connection = &self.connection;
        let writes = connection.writes.load(Ordering::Relaxed);
        if connection.is_running() || writes != self.writes {
            (self.writes, self.quiet_since, self.head_since) = (writes, now, None);
            return;
        }
        let owes_head =
            writes == 0 || connection.head_begun.load(Ordering::Relaxed) && !connection.http2.load(Ordering::Relaxed);
        self.head_since = if owes_head { self.head_since.or(Some(now)) } else { None };
        let late_head = self.head_since.is_some_and(|since| now - since >= self.limits.header_timeout);
        if late_head || now - self.quiet_since >= self.limits.idle_timeout {
            connection.tell(QUIET);
        }
    }
}
