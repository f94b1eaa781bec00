//! Signing keys: sealed at rest, published ahead, rotated without a failing request.
//!
//! A key lives through four times: from `published` on it is in the JWK Set, from `active` on the newest active key of
//! its algorithm signs, from the moment a newer one signs it only verifies, from `retired` on it is gone.

mod ring;
mod rotation;
mod sign;

pub use ring::{LoadedKey, Ring};
pub use rotation::KeySummary;
pub use rotation::{Commit, Schedule};
pub(crate) use sign::{Typ, no_key};

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use jeton_jose::seal::SealKey;

use jeton_model::Refusal;
use jeton_model::ids::ServiceId;
use jeton_model::store::Store;

/// All keys of all services, parsed and ready to sign.
pub struct Keyring {
    store: Arc<dyn Store>,
    seal: SealKey,
    rings: ArcSwap<HashMap<ServiceId, Arc<Ring>>>,
}

impl Keyring {
    pub(crate) fn new(store: Arc<dyn Store>, seal: &SealKey) -> Result<Self, Refusal> {
        Ok(Self { store, seal: seal.derive("jeton signing keys")?, rings: ArcSwap::default() })
    }

    /// Reads a service's keys anew.
    pub(crate) async fn reload(&self, service: ServiceId) -> Result<(), Refusal> {
        let records = self.store.keys(service).await?;
        let ring = Ring::load(records, &self.seal, &self.ring(service))?;
        self.rings.rcu(|rings| {
            let mut rings = HashMap::clone(rings);
            rings.insert(service, Arc::clone(&ring));
            rings
        });
        Ok(())
    }

    /// The keys of one service; of one that has none yet, an empty ring.
    #[must_use]
    pub fn ring(&self, service: ServiceId) -> Arc<Ring> {
        self.rings.load().get(&service).cloned().unwrap_or_default()
    }
}
