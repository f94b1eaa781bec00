//! The keys that a service signs with. They are made when they are first needed, not with the service: of many services most sign
//! nothing.

use std::sync::Arc;

use jeton_jose::{Algorithm, Secret};

use super::Ledger;
use crate::keys::{LoadedKey, Ring, Typ, no_key};
use jeton_model::Refusal;
use jeton_model::ids::{KeyId, ServiceId};
use jeton_model::records::Service;

impl Ledger {
    /// Makes sure that a service can sign with an algorithm. Of several requests and nodes, one makes the key.
    ///
    /// # Errors
    /// When the key cannot be made or the store fails.
    pub async fn ensure_key(&self, service: ServiceId, alg: Algorithm) -> Result<(), Refusal> {
        if self.keys().ring(service).await?.signer(alg, self.now()).is_some() {
            return Ok(());
        }
        let id = KeyId::new(self.new_number().await?);
        self.keys().ensure(self, service, alg, id, self.now()).await
    }

    /// The keys of a service for whoever verifies what it signs, with one for each algorithm that it may sign with without being told.
    ///
    /// # Errors
    /// When a key cannot be made or the store fails.
    pub async fn keys_to_publish(&self, service: &Service) -> Result<Arc<Ring>, Refusal> {
        for alg in usual(service) {
            self.ensure_key(service.id, alg).await?;
        }
        self.keys().ring(service.id).await
    }

    /// The algorithms that a service signs with: those of its keys, and those whose keys are made when they are needed.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn signing_algorithms(&self, service: &Service) -> Result<Vec<Algorithm>, Refusal> {
        let mut all = self.keys().ring(service.id).await?.algorithms(self.now());
        let more: Vec<_> = usual(service).into_iter().filter(|alg| !all.contains(alg)).collect();
        all.extend(more);
        Ok(all)
    }

    /// The key that signs for a service, made now if there is none. `name`: the one of this name, if it is of the algorithm.
    pub(super) async fn signer(
        &self,
        (service, name): (ServiceId, Option<&str>),
        alg: Algorithm,
    ) -> Result<Arc<LoadedKey>, Refusal> {
        let now = self.now();
        let key = match self.keys().ring(service).await?.signer_named(name, alg, now) {
            Some(key) => key,
            None => {
                self.ensure_key(service, alg).await?;
                self.keys().ring(service).await?.signer(alg, now).ok_or_else(|| no_key(alg))?
            }
        };
        if key.record.active > now {
            self.keys().tell_of_clock(&key.record, now);
        }
        Ok(key)
    }

    /// Signs a JWT of a service.
    pub(super) async fn sign(
        &self,
        which: (ServiceId, Option<&str>),
        alg: Algorithm,
        payload: Vec<u8>,
        typ: Typ,
    ) -> Result<Secret, Refusal> {
        self.keys().sign(self.signer(which, alg).await?, payload, typ).await
    }

    /// Signs a JWT that is not a token of the ledger, such as user info, an introspection response or a logout token. With a
    /// name: by the key of this name, if it is of the algorithm.
    ///
    /// # Errors
    /// A fault when there is no such key and none can be made.
    pub async fn sign_jwt(
        &self,
        which: (ServiceId, Option<&str>),
        alg: Algorithm,
        typ: &'static str,
        claims: &serde_json::Map<String, serde_json::Value>,
    ) -> Result<Secret, Refusal> {
        self.sign(which, alg, serde_json::to_vec(claims)?, Typ::Other(typ)).await
    }
}

/// The algorithms that every client may rely on: the service's own, and the one that every verifier knows.
fn usual(service: &Service) -> Vec<Algorithm> {
    let settings = &service.settings;
    let mut all = vec![settings.signing_alg];
    for alg in [settings.id_token_signing_alg, Algorithm::RS256] {
        if !all.contains(&alg) {
            all.push(alg);
        }
    }
    all
}
