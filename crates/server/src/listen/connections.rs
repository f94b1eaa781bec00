//! All open connections of a server: which are idle, which must be closed for others, and how they are notified.
//!
//! A connection has no timer and a request sets none: the connection keeps a few atomics, and a periodic
//! [`sweep`](Connections::sweep) compares them with their previous values. A connection reads one atomic when it is
//! polled, and is woken when that changes.

use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::Limits;
use super::state::{CLOSED, Connection, QUIET};
use super::turn::{PATIENCE, Turn};

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
    /// The instruction to all connections, so that a later one gets it too.
    signals: u8,
    watched: HashMap<u64, Watched>,
    /// The connections of each untrusted address, oldest first.
    of_address: HashMap<(usize, IpAddr), BTreeSet<u64>>,
}

/// A connection and what the last sweep saw of it.
#[derive(Debug)]
struct Watched {
    connection: Arc<Connection>,
    limits: Limits,
    /// Its listener.
    listener: usize,
    /// The client's address, if it is untrusted.
    address: Option<IpAddr>,
    /// Whether it has a place among those that are served.
    seated: bool,
    changes: u64,
    /// Since when no request runs.
    quiet_since: Instant,
    head_since: Option<Instant>,
    blocked_since: Option<Instant>,
}

/// Takes its connection off the list when it is dropped.
pub(super) struct Registered {
    all: Arc<Connections>,
    number: u64,
    pub(super) connection: Arc<Connection>,
}

impl Registered {
    /// It has a place now, or its handshake is done: its time to send a request begins.
    pub(super) fn begin(&self) {
        if let Some(watched) = self.all.lock().watched.get_mut(&self.number) {
            let now = Instant::now();
            watched.seated = true;
            watched.quiet_since = now;
            watched.head_since = Some(now);
        }
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        self.all.lock().remove(self.number);
        self.all.closed.notify_waiters();
    }
}

impl Connections {
    /// Adds a new connection to the list. If its address has too many, an idle one of them is closed; `None`: there is
    /// no idle one.
    pub(super) fn register(
        self: &Arc<Self>,
        listener: usize,
        limits: Limits,
        address: Option<IpAddr>,
        seated: bool,
    ) -> Option<Registered> {
        let now = Instant::now();
        let mut open = self.lock();
        if let (Some(address), Some(most)) = (address, limits.max_connections_per_address)
            && !open.has_room(listener, address, most, now)
        {
            return None;
        }
        let connection = Arc::new(Connection::new(open.signals, limits.largest_body()));
        let watched = Watched {
            connection: Arc::clone(&connection),
            limits,
            listener,
            address,
            seated,
            changes: 0,
            quiet_since: now,
            // The headers of a first request are expected from the beginning.
            head_since: Some(now),
            blocked_since: None,
        };
        let number = open.next;
        open.next += 1;
        open.watched.insert(number, watched);
        if let Some(address) = address {
            open.of_address.entry((listener, address)).or_default().insert(number);
        }
        Some(Registered { all: Arc::clone(self), number, connection })
    }

    /// Tells this many connections of a listener to close, so that others can be served, in the order of [`Turn`]: idle
    /// ones, and those whose client has kept the server waiting for too long. Never one for which only the server is
    /// working, or whose bodies move at a normal rate. Returns how many were told.
    pub(super) fn make_room(&self, listener: usize, many: usize, patience: Duration) -> usize {
        let now = Instant::now();
        let open = self.lock();
        let of_listener = open.watched.values().filter(|watched| watched.listener == listener);
        open.give_up(of_listener, many, patience, now)
    }

    /// Closes the connections that have been idle for too long.
    pub(super) fn sweep(&self, now: Instant) {
        for watched in self.lock().watched.values_mut() {
            watched.look(now);
        }
    }

    /// Tells every connection, including later ones.
    pub(super) fn tell(&self, what: u8) {
        let mut open = self.lock();
        open.signals |= what;
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
            // Registers before it checks, so that no closing is missed.
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

impl Open {
    /// Whether an address may have one more connection, if necessary instead of an idle one.
    fn has_room(&self, listener: usize, address: IpAddr, most: usize, now: Instant) -> bool {
        let Some(numbers) = self.of_address.get(&(listener, address)).filter(|numbers| numbers.len() >= most) else {
            return true;
        };
        let mut theirs: Vec<&Watched> = numbers.iter().filter_map(|number| self.watched.get(number)).collect();
        theirs.retain(|watched| !watched.connection.is_leaving());
        // Closing connections count, so that nobody gets twice as many by opening them quickly.
        theirs.len() < most && numbers.len() < most.saturating_mul(2)
            || self.give_up(theirs.into_iter(), 1, PATIENCE, now) > 0
    }

    /// Tells this many of these to close; returns how many were told.
    fn give_up<'a>(
        &self,
        among: impl Iterator<Item = &'a Watched>,
        many: usize,
        patience: Duration,
        now: Instant,
    ) -> usize {
        let turn = |watched: &'a Watched| watched.turn(self.of_address(watched), patience, now);
        let mut candidates: Vec<_> = among.filter_map(|watched| Some((turn(watched)?, watched))).collect();
        if candidates.len() > many {
            candidates.select_nth_unstable_by_key(many, |(turn, _)| *turn);
        }
        candidates.truncate(many);
        for (turn, watched) in &candidates {
            watched.connection.tell(if turn.cuts() { CLOSED } else { QUIET });
        }
        candidates.len()
    }

    /// How many connections an untrusted address has.
    fn of_address(&self, watched: &Watched) -> usize {
        let key = watched.address.map(|address| (watched.listener, address));
        key.and_then(|key| self.of_address.get(&key)).map_or(0, BTreeSet::len)
    }

    fn remove(&mut self, number: u64) {
        let Some(watched) = self.watched.remove(&number) else {
            return;
        };
        if let Some(address) = watched.address {
            let key = (watched.listener, address);
            let left = self.of_address.get_mut(&key).map(|numbers| {
                numbers.remove(&number);
                numbers.len()
            });
            if left == Some(0) {
                self.of_address.remove(&key);
            }
        }
    }
}

impl Watched {
    /// Whether it may be closed for another one, and how early it is its turn.
    fn turn(&self, of_address: usize, patience: Duration, now: Instant) -> Option<Turn> {
        let connection = &self.connection;
        if !self.seated || connection.is_leaving() {
            return None;
        }
        let trusted = self.address.is_none();
        if !connection.is_running() {
            return Some(Turn::of_idle(trusted, now.saturating_duration_since(self.quiet_since), of_address));
        }
        let waited = connection.kept_waiting(now).filter(|waited| *waited >= patience)?;
        Some(Turn::of_debtor(trusted, waited, of_address))
    }

    fn look(&mut self, now: Instant) {
        if self.is_late(now) {
            self.connection.tell(CLOSED);
            return;
        }
        let connection = &self.connection;
        let changes = connection.changes();
        let changed = changes != self.changes;
        self.changes = changes;
        if changed || connection.is_running() {
            (self.quiet_since, self.head_since) = (now, None);
            return;
        }
        self.head_since = if connection.owes_head() { self.head_since.or(Some(now)) } else { None };
        let late_head = self.head_since.is_some_and(|since| now - since >= self.limits.header_timeout);
        if late_head || now - self.quiet_since >= self.limits.idle_timeout {
            connection.tell(QUIET);
        }
    }

    /// Whether the client takes its answers, or anything else that we have written, too slowly. What it does meanwhile (a window
    /// that opens by a byte, a packet read now and then, a stream that is reset and another one begun) buys no time.
    fn is_late(&mut self, now: Instant) -> bool {
        let limit = self.limits.answer_timeout;
        self.blocked_since = if self.connection.is_blocked() { self.blocked_since.or(Some(now)) } else { None };
        self.connection.is_late(now, limit) || self.blocked_since.is_some_and(|since| now - since >= limit)
    }
}
