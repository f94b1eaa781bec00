//! The credentials that the configuration file names: kept as hashes, replaced as a whole when the file is read again.

use std::sync::Arc;

use arc_swap::ArcSwap;
use jeton_jose::{Secret, digest};
use jeton_model::ids::ServiceId;

/// The credentials of the configuration. Cheap to clone; all clones see a new set at once.
#[derive(Clone, Default)]
pub struct ConfiguredCredentials(Arc<ArcSwap<Hashes>>);

/// The credentials of one service.
pub struct ServiceCredentials {
    /// The service.
    pub service: ServiceId,
    /// What is sent as `Bearer`.
    pub access_token: Option<Secret>,
    /// The password of `Basic`, whose user name is the service's number.
    pub api_secret: Option<Secret>,
}

impl PartialEq for ConfiguredCredentials {
    fn eq(&self, other: &Self) -> bool {
        **self.0.load() == **other.0.load()
    }
}

impl std::fmt::Debug for ConfiguredCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ConfiguredCredentials(…)")
    }
}

#[derive(Default, PartialEq)]
struct Hashes {
    organization: Option<[u8; 32]>,
    /// Access tokens and API secrets, with their services.
    of_services: Vec<([u8; 32], ServiceId)>,
    /// The services that the file describes.
    declared: Vec<ServiceId>,
}

impl ConfiguredCredentials {
    /// Replaces all of them. `services`: each that the file describes, also one without a credential.
    pub fn set(&self, organization: Option<&Secret>, services: &[ServiceCredentials]) {
        let hash = |secret: &Secret| digest::sha256(secret.expose().as_bytes());
        let of_services = services.iter().flat_map(|each| {
            [&each.access_token, &each.api_secret].into_iter().flatten().map(|secret| (hash(secret), each.service))
        });
        self.0.store(Arc::new(Hashes {
            organization: organization.map(hash),
            of_services: of_services.collect(),
            declared: services.iter().map(|each| each.service).collect(),
        }));
    }

    /// Whether any is configured: without one, and without an API token, nobody can call the backend.
    #[must_use]
    pub fn are_any(&self) -> bool {
        let all = self.0.load();
        all.organization.is_some() || !all.of_services.is_empty()
    }

    /// Whether the file describes a service (`[[service]]`). It then decides about the issuer, and whether the service is there.
    #[must_use]
    pub fn declare(&self, service: ServiceId) -> bool {
        self.0.load().declared.contains(&service)
    }

    /// What a text opens: one service, or (none) all of them.
    pub(super) fn opened_by(&self, text: &str) -> Option<Option<ServiceId>> {
        let hash = digest::sha256(text.as_bytes());
        let all = self.0.load();
        // Hashes are compared, so the time says nothing about the secret.
        if all.organization.is_some_and(|own| digest::constant_time_eq(&own, &hash)) {
            return Some(None);
        }
        let found = all.of_services.iter().find(|(own, _)| digest::constant_time_eq(own, &hash));
        found.map(|(_, service)| Some(*service))
    }
}
