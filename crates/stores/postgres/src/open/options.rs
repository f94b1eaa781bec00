//! What the operator may choose.

use std::sync::Arc;
use std::time::Duration;

use jeton_model::WorkerLoss;
use jeton_model::clock::{Clock, SystemClock};

/// How the store is opened. The defaults serve one node with a few hundred requests at once.
#[derive(Clone)]
#[non_exhaustive]
pub struct Options {
    /// How late this node may learn of a revocation on another. The feed is asked three times within it, at least
    /// every 250 ms.
    pub revocation_bound: Duration,
    /// Connections for reads other than by number; at least 1. The store uses six more: two that write, two that read
    /// by number, one that follows the other nodes, one that counts.
    pub pool_size: usize,
    /// Connections that write, each its own batches; at least 1.
    pub writers: usize,
    /// Commands that may wait; one more is answered [`Busy`](jeton_model::store::StoreError::Busy).
    pub queue: usize,
    /// Commands in one transaction at most.
    pub batch: usize,
    /// How long a statement may run before the server ends it.
    pub statement_timeout: Duration,
    /// How long a request waits for the database. One that does not answer within it is taken to be away; lists wait longer
    /// while it answers others.
    pub patience: Duration,
    /// The time of a new single-use entry: it replaces one that has expired by then.
    pub clock: Arc<dyn Clock>,
    /// What happens when one of the store's tasks panics.
    pub worker_loss: WorkerLoss,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            revocation_bound: Duration::from_secs(1),
            pool_size: 8,
            writers: 2,
            queue: 16_384,
            batch: 512,
            statement_timeout: Duration::from_secs(15),
            patience: Duration::from_millis(3_500),
            clock: Arc::new(SystemClock),
            worker_loss: WorkerLoss::default(),
        }
    }
}

impl Options {
    /// The defaults with another bound.
    #[must_use]
    pub fn with_revocation_bound(bound: Duration) -> Self {
        Self { revocation_bound: bound, ..Self::default() }
    }

    /// How long the feed rests between two looks.
    pub(crate) fn poll_interval(&self) -> Duration {
        const SHORTEST: Duration = Duration::from_millis(10);
        const LONGEST: Duration = Duration::from_millis(250);
        match self.revocation_bound {
            // Whoever always asks the store is not in a hurry for news.
            Duration::ZERO => LONGEST,
            bound => (bound / 3).clamp(SHORTEST, LONGEST),
        }
    }
}
