//! The product, opened for a test.

use std::sync::Arc;

use jeton_core::confirmation::{NoSender, Sender};
use jeton_core::outbound::{NoOutbound, Outbound};
use jeton_core::{Additions, Entropy, Jeton, Options, Ports, Refusal, Store, SystemEntropy};
use jeton_jose::seal::SealKey;

use crate::{FakeClock, ModelStore};

/// What a test opens the product with. Defaults: an empty model store, a clock that the test moves, the system's randomness, no
/// network, no text messages, and the product's own options.
///
/// ```ignore
/// let jeton = TestLedger { outbound, ..TestLedger::default() }.open().await;
/// ```
pub struct TestLedger {
    /// The store.
    pub store: Arc<dyn Store>,
    /// The time.
    pub clock: Arc<FakeClock>,
    /// The random source.
    pub entropy: Arc<dyn Entropy>,
    /// The network.
    pub outbound: Arc<dyn Outbound>,
    /// The sender of text messages.
    pub sender: Arc<dyn Sender>,
    /// What an operator configures.
    pub options: Options,
    /// Hooks and grants in addition to the product's own.
    pub more: Additions,
}

impl Default for TestLedger {
    fn default() -> Self {
        Self {
            store: Arc::new(ModelStore::new()),
            clock: Arc::default(),
            entropy: Arc::new(SystemEntropy),
            outbound: Arc::new(NoOutbound),
            sender: Arc::new(NoSender),
            options: Options::default(),
            more: Additions::default(),
        }
    }
}

impl TestLedger {
    /// With this store and clock: a second node, or the first one after a restart.
    #[must_use]
    pub fn on(store: Arc<dyn Store>, clock: &Arc<FakeClock>) -> Self {
        Self { store, clock: Arc::clone(clock), ..Self::default() }
    }

    /// Opens it. All of them use the same seal key, so that a store can be opened again.
    pub async fn open(self) -> Arc<Jeton> {
        self.try_open().await.unwrap()
    }

    /// Opens it, where a test expects that this can fail.
    ///
    /// # Errors
    /// As [`Jeton::open_with`].
    pub async fn try_open(self) -> Result<Arc<Jeton>, Refusal> {
        let Self { store, clock, entropy, outbound, sender, options, more } = self;
        let seal = SealKey::from_bytes(&[7; 32]).unwrap();
        Jeton::open_with(Ports { store, clock, entropy, outbound, sender }, seal, options, more).await
    }
}
