//! Numbers for new records, from blocks that the store reserves.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arc_swap::ArcSwap;
use tokio::sync::Mutex;

use jeton_model::store::{Store, StoreError};

/// How many numbers one reservation takes: at 40,000 tokens/s one reservation every 1.6 s.
const BLOCK: u32 = 65_536;

pub(super) struct IdBlocks {
    store: Arc<dyn Store>,
    block: ArcSwap<Block>,
    refill: Mutex<()>,
}

struct Block {
    next: AtomicU64,
    end: u64,
}

impl IdBlocks {
    pub(super) fn new(store: Arc<dyn Store>) -> Self {
        let empty = Block { next: AtomicU64::new(0), end: 0 };
        Self { store, block: ArcSwap::from_pointee(empty), refill: Mutex::new(()) }
    }

    /// The next free number.
    pub(super) async fn next(&self) -> Result<u64, StoreError> {
        self.next_of(1).await
    }

    /// The first of `count` consecutive free numbers.
    pub(super) async fn next_of(&self, count: u64) -> Result<u64, StoreError> {
        let take = || {
            let block = self.block.load();
            let id = block.next.fetch_add(count, Ordering::Relaxed);
            (id + count <= block.end).then_some(id)
        };
        loop {
            if let Some(id) = take() {
                return Ok(id);
            }
            let _one = self.refill.lock().await;
            if let Some(id) = take() {
                return Ok(id);
            }
            let start = self.store.reserve_ids(BLOCK).await?;
            let block = Block { next: AtomicU64::new(start), end: start + u64::from(BLOCK) };
            self.block.store(Arc::new(block));
        }
    }
}
