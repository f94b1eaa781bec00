//! Opening a ledger on a store.

use std::sync::Arc;
use std::time::Duration;

use jeton_jose::seal::SealKey;

use super::doubts::Doubts;
use super::ids::IdBlocks;
use super::secrets::Secrets;
use super::settle::{Kept, Memory};
use super::{Hooks, Ledger};
use crate::api_tokens::{LeakReports, TrackUse, Uses};
use crate::client_auth::SecretGuesses;
use crate::clock::Clock;
use crate::confirmation::{Confirmation, Limits, NoSender, Sender};
use crate::device::DeviceMemory;
use crate::directory::Directory;
use crate::entropy::Entropy;
use crate::freshness::ReplicaFreshness;
use crate::index::Index;
use crate::keys::Keyring;
use crate::logout::Queues;
use crate::outbound::{NoOutbound, Outbound};
use crate::people::{Guesses, Hashing};
use crate::refusal::Refusal;
use crate::refusal_log::RefusalLog;
use crate::registration::Registrations;
use crate::store::Store;
use crate::strangers::{Strangers, StrangersTotal};
use crate::suspension::Active;
use crate::trusted_keys::TrustedKeys;
use crate::uma::providers::Providers;

/// What an operator can set about the ledger itself.
#[derive(Clone, Debug)]
pub struct Options {
    /// Bound of the in-memory index, in tokens.
    pub max_tokens: usize,
    /// How late another node's revocation may be noticed; zero: every inspection asks the store.
    pub revocation_bound: Duration,
    /// How many passwords are hashed at once.
    pub hashing: usize,
    /// How many confirmation codes are sent, and to whom.
    pub confirmation: Limits,
    /// Of which tokens the use is recorded.
    pub track_use: TrackUse,
    /// How much strangers may have written.
    pub strangers: StrangersTotal,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_tokens: 2_000_000,
            revocation_bound: Duration::from_secs(1),
            hashing: 2,
            confirmation: Limits::default(),
            track_use: TrackUse::default(),
            strangers: StrangersTotal::default(),
        }
    }
}

/// What a ledger stands on.
#[derive(Clone)]
pub struct Ports {
    /// The database.
    pub store: Arc<dyn Store>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The random source.
    pub entropy: Arc<dyn Entropy>,
    /// The network.
    pub outbound: Arc<dyn Outbound>,
    /// The telephone network.
    pub sender: Arc<dyn Sender>,
}

impl Ports {
    /// Ports without a network: every address is refused until `outbound` is set, and no code is sent until `sender` is.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self { store, clock, entropy, outbound: Arc::new(NoOutbound), sender: Arc::new(NoSender) }
    }
}

impl Ledger {
    /// Opens a ledger with these hooks: reads services and keys, nothing that grows with the number of tokens. The product's
    /// own hooks are in `wiring.rs`.
    ///
    /// # Errors
    /// When the store fails or the seal key does not open the signing keys.
    pub async fn open_with(ports: Ports, seal: SealKey, options: Options, hooks: Hooks) -> Result<Arc<Self>, Refusal> {
        Self::open_wired(ports, seal, options, hooks, Queues::default()).await
    }

    /// The same; the hooks know these queues.
    pub(crate) async fn open_wired(
        ports: Ports,
        seal: SealKey,
        options: Options,
        hooks: Hooks,
        queues: Queues,
    ) -> Result<Arc<Self>, Refusal> {
        let Ports { store, clock, entropy, outbound, sender } = ports;
        let freshness =
            Arc::new(ReplicaFreshness::new(Arc::clone(&clock), store.is_shared(), options.revocation_bound));
        let directory = Directory::open(Arc::clone(&store), Arc::clone(&freshness)).await?;
        let keys = Keyring::new(Arc::clone(&store), &seal)?;
        for service in directory.services() {
            keys.reload(service.id).await?;
        }
        let services = directory.services().into_iter().map(|service| service.id);
        let suspended = Active::open(Arc::clone(&store), Arc::clone(&freshness), services).await?;
        let memory = Memory {
            store: Arc::clone(&store),
            clock,
            index: Index::new(options.max_tokens),
            directory,
            keys,
            suspended,
            freshness,
            doubts: Doubts::default(),
        };
        Ok(Arc::new(Self {
            ids: IdBlocks::new(store),
            hooks,
            secrets: Secrets::derive(&seal)?,
            hashing: Hashing::new(options.hashing),
            guesses: Guesses::default(),
            secret_guesses: SecretGuesses::default(),
            known_browsers: seal.derive_mac("jeton known browsers")?,
            devices: DeviceMemory::default(),
            refusals: RefusalLog::default(),
            store: Kept::new(memory),
            entropy,
            outbound,
            trusted_keys: TrustedKeys::default(),
            registrations: Registrations::default(),
            used_up: super::single_use::UsedUp::default(),
            last_look: super::subjects::LastLook::default(),
            providers: Providers::default(),
            confirmation: Confirmation::new(sender, options.confirmation, &seal)?,
            uses: Uses::new(options.track_use),
            leak_reports: LeakReports::default(),
            user_writes: tokio::sync::Mutex::default(),
            strangers: Strangers::new(options.strangers),
            queues,
        }))
    }

    /// Whether the store answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), Refusal> {
        Ok(self.store.ping().await?)
    }

    /// Writes what is pending and lets go of the store.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn close(&self) -> Result<(), Refusal> {
        let flushed = self.flush_uses().await;
        self.store.close().await?;
        flushed.map(drop)
    }

    /// Removes at most `limit` ended rows; returns how many.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sweep(&self, limit: u32) -> Result<u64, Refusal> {
        let now = self.now();
        self.look_after_subjects(now).await?;
        Ok(self.store.sweep(now - SWEEP_MARGIN, limit).await?)
    }

    /// How many tokens are held in memory.
    #[must_use]
    pub fn indexed(&self) -> usize {
        self.memory().index.len()
    }
}

/// How long ended rows are kept: long enough for a clock that is wrong by minutes.
const SWEEP_MARGIN: Duration = Duration::from_secs(300);
