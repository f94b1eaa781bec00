//! What an operator may choose about the file.

use std::sync::Arc;

use jeton_model::WorkerLoss;
use jeton_model::clock::{Clock, SystemClock};

/// How a store is opened.
#[derive(Clone)]
pub struct Options {
    /// Threads for look-ups, 1 to 16; lists have one more.
    pub readers: usize,
    /// Commands that may wait for the writer before [`Busy`](jeton_model::store::StoreError::Busy) is answered.
    pub waiting: usize,
    /// MiB the write-ahead log may reach before it is copied back into the file. While that is done commits wait longer for the
    /// disk: rarely is better than often, and a page that changed many times is copied once.
    pub log_mib: u32,
    /// Asked only when a single-use entry is written whose key is taken: it may take an expired one's place.
    pub clock: Arc<dyn Clock>,
    /// What happens when one of the store's threads panics.
    pub worker_loss: WorkerLoss,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            readers: 2,
            waiting: 65_536,
            log_mib: 64,
            clock: Arc::new(SystemClock),
            worker_loss: WorkerLoss::default(),
        }
    }
}
