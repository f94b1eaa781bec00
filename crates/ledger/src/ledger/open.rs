//! Opening a ledger on a store.

use std::sync::Arc;
use std::time::Duration;

use jeton_jose::seal::SealKey;

use super::ids::IdBlocks;
use super::last_used::Uses;
use super::memory::Memory;
use super::reconciliation::Reconciliation;
use super::secrets::Secrets;
use super::settle::Kept;
use super::single_use::SingleUses;
use super::{Hooks, Ledger};
use crate::entity_cache::EntityCache;
use crate::freshness::ReplicaFreshness;
use crate::keys::Keyring;
use crate::refusal_log::RefusalLog;
use crate::suspension::Active;
use crate::time_spent::{SlowParts, TimeSpent};
use crate::token_cache::TokenCache;
use crate::uses::TrackUse;
use jeton_model::Refusal;
use jeton_model::clock::Clock;
use jeton_model::entropy::Entropy;
use jeton_model::store::Store;

/// What an operator can set about the ledger itself.
#[derive(Clone, Debug)]
pub struct Options {
    /// Bound of the in-memory cache, in tokens.
    pub max_tokens: usize,
    /// How late another node's revocation may be noticed; zero: every inspection reads the store.
    pub revocation_bound: Duration,
    /// For which tokens uses are recorded.
    pub track_use: TrackUse,
}

impl Default for Options {
    fn default() -> Self {
        Self { max_tokens: 2_000_000, revocation_bound: Duration::from_secs(1), track_use: TrackUse::default() }
    }
}

/// What a ledger needs from outside.
#[derive(Clone)]
pub struct Ports {
    /// The database.
    pub store: Arc<dyn Store>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The random source.
    pub entropy: Arc<dyn Entropy>,
}

impl Ledger {
    /// Opens a ledger with these hooks: reads services, in a fixed number of reads, and nothing that grows with the number of tokens. The product's own
    /// hooks are in `crates/core/src/wiring.rs`.
    ///
    /// # Errors
    /// When the store fails or the seal key does not open the signing keys.
    pub async fn open(ports: Ports, seal: &SealKey, options: Options, hooks: Hooks) -> Result<Arc<Self>, Refusal> {
        let Ports { store, clock, entropy } = ports;
        let freshness =
            Arc::new(ReplicaFreshness::new(Arc::clone(&clock), store.is_shared(), options.revocation_bound));
        let entities = EntityCache::open(Arc::clone(&store), Arc::clone(&freshness)).await?;
        let keys = Keyring::new(Arc::clone(&store), seal)?;
        // A wrong seal key is noticed now, not by the first request.
        if let Some(first) = entities.services().first() {
            keys.ring(first.id).await?;
        }
        let suspended = Active::open(Arc::clone(&store), Arc::clone(&freshness)).await?;
        let memory = Memory {
            store: Arc::clone(&store),
            clock,
            token_cache: TokenCache::new(options.max_tokens),
            entities,
            keys,
            suspended,
            freshness,
            reconciliation: Reconciliation::default(),
            commits: TimeSpent::default(),
        };
        let kept = Kept::new(memory);
        Ok(Arc::new(Self {
            ids: IdBlocks::new(store),
            refusals: RefusalLog::new(&hooks.refusals),
            hooks,
            secrets: Secrets::derive(seal)?,
            entropy,
            single_use: SingleUses::new(kept.clone()),
            last_look: super::subjects::LastLook::default(),
            turns: super::one_at_a_time::Turns::default(),
            uses: Uses::new(options.track_use, kept.clone()),
            store: kept,
        }))
    }

    /// Writes what is pending and closes the store.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn close(&self) -> Result<(), Refusal> {
        let flushed = self.uses.flush().await;
        self.memory().store.close().await?;
        flushed.map(drop)
    }

    /// Removes at most `limit` ended rows; returns how many.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sweep(&self, limit: u32) -> Result<u64, Refusal> {
        let now = self.now();
        self.look_after_subjects(now).await?;
        Ok(self.memory().store.sweep(now - SWEEP_MARGIN, limit).await?)
    }

    /// How much this process caches, how far it may be behind the other nodes, and what it measured.
    #[must_use]
    pub fn remembered(&self) -> Remembered {
        let Memory { token_cache, freshness, keys, commits, .. } = self.memory();
        let (signatures, signing_waits) = keys.spent();
        let slow = SlowParts { signatures, signing_waits, commits: commits.read() };
        Remembered { tokens: token_cache.len(), behind: freshness.behind(), bound: freshness.bound(), slow }
    }
}

/// How much a process caches, how recent that is, and what it measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// How many tokens are held in memory.
    pub tokens: usize,
    /// How far behind the other nodes this one may be.
    pub behind: Duration,
    /// For how long after a change another node may still use the old version; zero where there is no other node.
    pub bound: Duration,
    /// What signatures and commits took since the start.
    pub slow: SlowParts,
}

/// How long ended rows are kept: long enough for a clock that is wrong by minutes.
const SWEEP_MARGIN: Duration = Duration::from_secs(300);
