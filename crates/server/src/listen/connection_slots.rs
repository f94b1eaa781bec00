//! The slots of a listener: how many connections it serves at once, and which connections wait for one.

use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep};

use super::connections::Connections;
use super::turn::{LEAST_PATIENCE, PATIENCE};

/// Additional slots for the local machine and its proxies, which check the server's health.
const RESERVE: usize = 16;

/// How often a waiting connection looks again for one that may be closed.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// The places of a listener.
pub(super) struct ConnectionSlots {
    listener: usize,
    free: Arc<Semaphore>,
    reserve: Arc<Semaphore>,
    waiting: AtomicUsize,
    most_waiting: usize,
}

/// A place, until it is dropped.
pub(super) struct ConnectionSlot {
    _permit: OwnedSemaphorePermit,
}

impl ConnectionSlots {
    pub(super) fn new(listener: usize, connections: usize) -> Self {
        Self {
            listener,
            free: Arc::new(Semaphore::new(connections.clamp(1, Semaphore::MAX_PERMITS))),
            reserve: Arc::new(Semaphore::new(RESERVE)),
            waiting: AtomicUsize::new(0),
            most_waiting: (connections / 8).clamp(16, 1024),
        }
    }

    /// A place that is free now.
    pub(super) fn free(&self, trusted: bool) -> Option<ConnectionSlot> {
        let reserve = trusted.then_some(&self.reserve);
        let mut permits = [Some(&self.free), reserve].into_iter().flatten();
        let permit = permits.find_map(|places| Arc::clone(places).try_acquire_owned().ok());
        permit.map(|permit| ConnectionSlot { _permit: permit })
    }

    /// Whether one more may wait. Who may not is turned away: all the others would wait longer.
    pub(super) fn wait(self: &Arc<Self>) -> Option<Waiting> {
        let before = self.waiting.fetch_add(1, Ordering::Relaxed);
        let waiting = Waiting(Arc::clone(self));
        (before < self.most_waiting).then_some(waiting)
    }
}

/// A connection that waits for a slot.
pub(super) struct Waiting(Arc<ConnectionSlots>);

impl Waiting {
    /// Waits until a place is free, and sees to it that one becomes so.
    pub(super) async fn place(self, connections: &Connections) -> Option<ConnectionSlot> {
        let places = &self.0;
        let mut permit = pin!(Arc::clone(&places.free).acquire_owned());
        let since = Instant::now();
        loop {
            let closing = connections.make_room(places.listener, places.waiting.load(Ordering::Relaxed), PATIENCE);
            if closing == 0 && since.elapsed() >= PATIENCE {
                connections.make_room(places.listener, 1, LEAST_PATIENCE);
            }
            tokio::select! {
                permit = &mut permit => return permit.ok().map(|permit| ConnectionSlot { _permit: permit }),
                () = sleep(LOOK_AGAIN) => {}
            }
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The party behind an address: the holder of one IPv6 address has its whole /64.
pub(super) fn party(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> 64 << 64).into()),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::party;

    #[test]
    fn who_has_one_ipv6_address_has_its_64_and_a_mapped_one_is_ipv4() {
        let of = |text: &str| party(text.parse().unwrap()).to_string();
        for (address, expected) in [
            ("2001:db8:1:2::1", "2001:db8:1:2::"),
            ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::"),
            ("2001:db8:1:3::1", "2001:db8:1:3::"),
            ("192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
        ] {
            assert_eq!(of(address), expected, "{address}");
        }
    }
}
