//! All open connections of a server: who of them sits still, who must make room, and how they are told.
//!
//! A connection carries no timer of its own and a request sets none: the connection keeps a few atomics, and one
//! [`sweep`](Connections::sweep) in a while compares them with what it saw before. A connection looks at one atomic
//! when it is polled, and is woken when that changes.

use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::Limits;
use super::state::{CLOSED, Connection, PARTS, QUIET};

/// A connection whose client keeps us waiting may be closed for another one after so long.
const PATIENCE: Duration = Duration::from_secs(1);

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
    /// The connections of each address that is held to a number of them, oldest first.
    of_address: HashMap<(usize, IpAddr), BTreeSet<u64>>,
}

/// A connection and what the last sweep saw of it.
#[derive(Debug)]
struct Watched {
    connection: Arc<Connection>,
    limits: Limits,
    /// The listener it came by.
    listener: usize,
    /// The party at the other end, when it is held to a number of connections.
    address: Option<IpAddr>,
    /// Whether it has a place among those that are served.
    seated: bool,
    moved: u64,
    /// Since when no request runs.
    quiet_since: Instant,
    /// Since when its client owes us something: the rest of a body, or to take an answer.
    held_since: Instant,
    head_since: Option<Instant>,
    blocked_since: Option<Instant>,
    part_since: Instant,
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
    /// Puts a new connection on the list. An address with too many must give up one on which nothing runs; `None`: it has none.
    pub(super) fn register(
        self: &Arc<Self>,
        listener: usize,
        limits: Limits,
        address: Option<IpAddr>,
        seated: bool,
    ) -> Option<Registered> {
        let now = Instant::now();
        let mut open = self.lock();
        let address = address.filter(|_| limits.max_connections_per_address.is_some());
        if let (Some(address), Some(most)) = (address, limits.max_connections_per_address)
            && !open.has_room(listener, address, most, now)
        {
            return None;
        }
        let connection = Arc::new(Connection::new(open.told, limits.max_body));
        let watched = Watched {
            connection: Arc::clone(&connection),
            limits,
            listener,
            address,
            seated,
            moved: 0,
            quiet_since: now,
            held_since: now,
            // It owes the head of a first request from the beginning.
            head_since: Some(now),
            blocked_since: None,
            part_since: now,
        };
        let number = open.next;
        open.next += 1;
        open.watched.insert(number, watched);
        if let Some(address) = address {
            open.of_address.entry((listener, address)).or_default().insert(number);
        }
        Some(Registered { all: Arc::clone(self), number, connection })
    }

    /// Tells so many connections of a listener to go, so that others can be served: first those on which nothing runs, then
    /// those whose client keeps us waiting; strangers before proxies and this machine; the longest first. Never one on
    /// which we are at work.
    pub(super) fn make_room(&self, listener: usize, many: usize) {
        let now = Instant::now();
        let open = self.lock();
        let of_listener = open.watched.values().filter(|watched| watched.listener == listener);
        give_up(of_listener, many, now);
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

impl Open {
    /// Whether an address may have one more connection, if need be in the place of one on which nothing runs.
    fn has_room(&self, listener: usize, address: IpAddr, most: usize, now: Instant) -> bool {
        let Some(numbers) = self.of_address.get(&(listener, address)).filter(|numbers| numbers.len() >= most) else {
            return true;
        };
        let mut theirs: Vec<&Watched> = numbers.iter().filter_map(|number| self.watched.get(number)).collect();
        theirs.retain(|watched| !watched.connection.is_leaving());
        // Those on their way out are soon gone; but nobody gets twice as many by being quick.
        theirs.len() < most && numbers.len() < most.saturating_mul(2) || give_up(theirs.into_iter(), 1, now) > 0
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

/// Tells so many of these to go; how many could be told.
fn give_up<'a>(among: impl Iterator<Item = &'a Watched>, many: usize, now: Instant) -> usize {
    let mut candidates: Vec<_> = among.filter_map(|watched| Some((watched.may_go(now)?, watched))).collect();
    if candidates.len() > many {
        candidates.select_nth_unstable_by_key(many, |(order, _)| *order);
    }
    candidates.truncate(many);
    for ((held, _, _), watched) in &candidates {
        watched.connection.tell(if *held { CLOSED } else { QUIET });
    }
    candidates.len()
}

impl Watched {
    /// Whether it may be closed for another one, and how early it is its turn: whether its client keeps us waiting, whether
    /// it is of this machine or a proxy, since when.
    fn may_go(&self, now: Instant) -> Option<(bool, bool, Instant)> {
        let connection = &self.connection;
        if !self.seated || connection.is_leaving() {
            return None;
        }
        let trusted = self.address.is_none();
        if !connection.is_running() {
            return Some((false, trusted, self.quiet_since));
        }
        let held = !connection.is_working() && now.saturating_duration_since(self.held_since) >= PATIENCE;
        held.then_some((true, trusted, self.held_since))
    }

    fn look(&mut self, now: Instant) {
        if self.answer_is_late(now) {
            self.connection.tell(CLOSED);
            return;
        }
        let connection = &self.connection;
        let moved = connection.moved();
        let moves = moved != self.moved;
        self.moved = moved;
        if moves || connection.is_working() {
            self.held_since = now;
        }
        if moves || connection.is_running() {
            (self.quiet_since, self.head_since) = (now, None);
            return;
        }
        self.head_since = if connection.owes_head() { self.head_since.or(Some(now)) } else { None };
        let late_head = self.head_since.is_some_and(|since| now - since >= self.limits.header_timeout);
        if late_head || now - self.quiet_since >= self.limits.idle_timeout {
            connection.tell(QUIET);
        }
    }

    /// Whether the client takes an answer, or anything else that we have written, too slowly. What it does meanwhile (a window
    /// that opens by a byte, a packet read now and then) buys no time.
    fn answer_is_late(&mut self, now: Instant) -> bool {
        let limit = self.limits.answer_timeout;
        if now - self.part_since >= limit / u32::from(PARTS) {
            self.part_since = now;
            if self.connection.next_part() {
                return true;
            }
        }
        self.blocked_since = if self.connection.is_blocked() { self.blocked_since.or(Some(now)) } else { None };
        self.blocked_since.is_some_and(|since| now - since >= limit)
    }
}
