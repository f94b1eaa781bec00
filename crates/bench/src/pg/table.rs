//! The scratch table.

use std::sync::atomic::{AtomicI64, Ordering};

use anyhow::Context as _;
use tokio_postgres::Client;

/// Bytes of the payload; with the key and the row's own header a row takes about 150.
const PAYLOAD: usize = 118;

/// A table of this process alone, logged like any other: an unlogged one would not be durable and much faster.
pub(super) struct Scratch {
    name: String,
    /// The last key given out; keys are dense from 1.
    last: AtomicI64,
}

impl Scratch {
    pub(super) async fn create(client: &Client) -> anyhow::Result<Self> {
        let name = format!("jeton_bench_{}", std::process::id());
        let statement = format!("CREATE TABLE {name} (id bigint PRIMARY KEY, payload bytea NOT NULL)");
        client.batch_execute(&statement).await.context("cannot create the scratch table")?;
        Ok(Self { name, last: AtomicI64::new(0) })
    }

    pub(super) async fn drop_from(&self, client: &Client) -> anyhow::Result<()> {
        let statement = format!("DROP TABLE {}", self.name);
        client.batch_execute(&statement).await.with_context(|| format!("cannot drop the table {}", self.name))
    }

    /// Takes a key and a payload.
    pub(super) fn insert(&self) -> String {
        format!("INSERT INTO {} (id, payload) VALUES ($1, $2)", self.name)
    }

    /// Takes a key.
    pub(super) fn lookup(&self) -> String {
        format!("SELECT payload FROM {} WHERE id = $1", self.name)
    }

    /// A key that grows, as the product's own do.
    pub(super) fn next_key(&self) -> i64 {
        self.last.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Where a round's noise begins: other rows each time, the same ones in each measurement.
    pub(super) fn seed(&self) -> u64 {
        self.last.load(Ordering::Relaxed).unsigned_abs() << 16
    }

    /// Some key of those given out.
    pub(super) fn some_key(&self, noise: u64) -> i64 {
        let last = self.last.load(Ordering::Relaxed).max(1);
        1 + (noise % last.unsigned_abs()) as i64
    }
}

/// Bytes that differ from row to row and do not compress.
pub(super) fn payload(noise: &mut u64) -> Vec<u8> {
    let words = std::iter::repeat_with(|| next(noise).to_le_bytes());
    words.flatten().take(PAYLOAD).collect()
}

/// The next number of a stream that looks random (splitmix64).
pub(super) fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
