//! What of the configuration lives in a running server and not in the ledger, and can be changed while it runs.

use jeton_core::backend::access::{ConfiguredCredentials, ServiceCredentials};
use jeton_core::ids::ServiceId;
use jeton_core::ledger::RevocationScope;
use jeton_face_iam::{IamRules, LiveRules};
use jeton_server::config::Config;
use jeton_wire::{Addresses, Served};

/// Handles that the faces read with each request.
#[derive(Clone, Debug, Default)]
pub(super) struct Live {
    /// Of the IAM face.
    pub(super) iam: LiveRules,
    /// Of the backend: who may call it.
    pub(super) credentials: ConfiguredCredentials,
    /// The issuers' addresses.
    pub(super) addresses: Addresses,
}

impl Live {
    /// From a configuration. `credentials`: those that the backend reads.
    pub(super) fn of(config: &Config, credentials: ConfiguredCredentials) -> Self {
        let live = Self { credentials, ..Self::default() };
        live.set(config);
        live
    }

    /// Applies a configuration that was read again. Returns the services that it serves no more.
    pub(super) fn set(&self, config: &Config) -> Vec<ServiceId> {
        self.iam.set(iam(config));
        set_credentials(&self.credentials, config);
        self.addresses.set(&served(config))
    }
}

/// The issuers: that of the default service, and those of the further ones.
pub(super) fn served(config: &Config) -> Vec<Served> {
    let default = Served { service: None, issuer: config.issuer.clone() };
    let further = config
        .service
        .iter()
        .map(|service| Served { service: Some(ServiceId::new(service.id)), issuer: service.issuer.clone() });
    [default].into_iter().chain(further).collect()
}

/// The choices about the IAM face.
pub(super) fn iam(config: &Config) -> IamRules {
    let revocation_scope = if config.iam.keep_access_tokens { RevocationScope::Token } else { RevocationScope::Family };
    IamRules { accept_admin_role: config.iam.accept_admin_role, revocation_scope }
}

/// The credentials of services and of the organization.
pub(super) fn set_credentials(credentials: &ConfiguredCredentials, config: &Config) {
    let services = config.service.iter().map(|service| ServiceCredentials {
        service: ServiceId::new(service.id),
        access_token: service.access_token.clone(),
        api_secret: service.api_secret.clone(),
    });
    credentials.set(config.organization.access_token.as_ref(), &services.collect::<Vec<_>>());
}
