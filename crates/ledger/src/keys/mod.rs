//! Signing keys: encrypted in the store, published before they sign, rotated without a failing request.
//!
//! A key has four phases: from `published` on it is in the JWK Set; from `active` on it signs, if it is the newest active key of
//! its algorithm; once a newer key signs it only verifies; from `retired` on it is no longer published.

mod foreign;
mod places;
mod ring;
mod rotation;
mod sign;

pub use foreign::ForeignKeys;
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

use places::Places;

/// All keys of all services, parsed and ready to sign.
pub struct Keyring {
    store: Arc<dyn Store>,
    seal: SealKey,
    rings: ArcSwap<HashMap<ServiceId, Arc<Ring>>>,
    places: Places,
}

impl Keyring {
    pub(crate) fn new(store: Arc<dyn Store>, seal: &SealKey) -> Result<Self, Refusal> {
        Ok(Self {
            store,
            seal: seal.derive("jeton signing keys")?,
            rings: ArcSwap::default(),
            places: Places::default(),
        })
    }

    /// Reads a service's keys again.
    pub(crate) async fn reload(&self, service: ServiceId) -> Result<(), Refusal> {
        self.reload_all([service]).await
    }

    /// Reads the keys of some services again. The map is copied once, however many there are.
    pub(crate) async fn reload_all(&self, services: impl IntoIterator<Item = ServiceId>) -> Result<(), Refusal> {
        let mut read = Vec::new();
        for service in services {
            let records = self.store.keys(service).await?;
            read.push((service, Ring::load(records, &self.seal, &self.ring(service))?));
        }
        self.rings.rcu(|rings| {
            let mut rings = HashMap::clone(rings);
            rings.extend(read.iter().map(|(service, ring)| (*service, Arc::clone(ring))));
            rings
        });
        Ok(())
    }

    /// The keys of one service; an empty ring if it has none yet.
    #[must_use]
    pub fn ring(&self, service: ServiceId) -> Arc<Ring> {
        self.rings.load().get(&service).cloned().unwrap_or_default()
    }
}
