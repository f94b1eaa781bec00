//! Whether the caches of this process are recent enough to be used.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jeton_model::clock::{Clock, Timestamp};

/// How far this node is behind the others, and how far it may be.
pub(crate) struct ReplicaFreshness {
    clock: Arc<dyn Clock>,
    /// Whether other processes may write to the same database.
    shared: bool,
    /// How late another node's revocation may be noticed; zero: never, every inspection reads the store.
    bound: Duration,
    /// When this node had last read all events of the other nodes, in milliseconds since 1970.
    caught_up: AtomicI64,
}

impl ReplicaFreshness {
    pub(crate) fn new(clock: Arc<dyn Clock>, shared: bool, bound: Duration) -> Self {
        let caught_up = AtomicI64::new(clock.now().millis());
        Self { clock, shared, bound, caught_up }
    }

    /// Everything committed before `asked` is now known here.
    pub(crate) fn caught_up(&self, asked: Timestamp) {
        self.caught_up.fetch_max(asked.millis(), Ordering::AcqRel);
    }

    /// How far behind the other nodes this one may be.
    pub(crate) fn behind(&self) -> Duration {
        if !self.shared {
            return Duration::ZERO;
        }
        self.clock.now().since(Timestamp::from_millis(self.caught_up.load(Ordering::Acquire)))
    }

    /// Whether the cache may be older than the store at all, for decisions that cannot accept the usual delay.
    pub(crate) fn may_lag(&self) -> bool {
        self.shared && !self.must_ask()
    }

    /// For how long after a change another node may still use the old version.
    pub(crate) fn bound(&self) -> Duration {
        if self.shared { self.bound } else { Duration::ZERO }
    }

    /// Whether the feed is older than the bound allows; then the store is read.
    pub(crate) fn must_ask(&self) -> bool {
        self.shared && (self.bound.is_zero() || self.behind() > self.bound)
    }
}
