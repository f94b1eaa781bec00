//! Callers of the backend: the authorization servers of a service, and the organization that owns the services.
//!
//! A credential is one that the configuration names, or an API token of the ledger whose scope has the rights
//! (`backend:use_service`, …). As the password of a key pair, the same credentials count: the user name says which service is
//! meant, or that the pair is the organization's.

mod configured;
mod foreign;
mod proof;
mod right;

use std::sync::Arc;

use jeton_administration::Caller;
use jeton_jose::Secret;
use jeton_ledger::ledger::{Inactive, Verdict};
use jeton_ledger::request_source::RequestSource;
use jeton_model::Refusal;
use jeton_model::ids::{ID_LIMIT, ServiceId};
use jeton_model::records::{Binding, Service, Token, TokenKind};

use crate::Backend;
use crate::refusals::{
    API_CREDENTIAL_ENDED, API_CREDENTIAL_FOREIGN, API_CREDENTIAL_MISSING, API_CREDENTIAL_UNBOUND,
    API_CREDENTIAL_UNKNOWN, API_CREDENTIAL_UNPROVEN, API_ORGANIZATION_NEEDED, API_RIGHT_MISSING,
    API_SERVICE_CONFIGURED, API_SERVICE_DISABLED, API_SERVICE_UNKNOWN,
};

pub use configured::{ConfiguredCredentials, ServiceCredentials};
pub use proof::{CallProof, why};
pub use right::{Right, Rights};

/// The number of the service whose API tokens can be the organization's.
const DEFAULT_SERVICE: ServiceId = ServiceId::new(1);

/// The number of a service, in decimal digits without a sign and leading zeros: one address names it, which proxies can filter by.
#[must_use]
pub fn service_number(text: &str) -> Option<ServiceId> {
    let number: u64 = text.parse().ok()?;
    (number < ID_LIMIT && number.to_string() == text).then(|| ServiceId::new(number))
}

/// Checks that a service is changed by this API. The default service is what the configuration file says, unless that is managed.
///
/// # Errors
/// [`API_SERVICE_CONFIGURED`].
pub(crate) fn is_managed_here(service: &Service) -> Result<(), Refusal> {
    let is_configured = service.id == DEFAULT_SERVICE && !service.settings.backend.is_managed;
    if is_configured { Err(API_SERVICE_CONFIGURED) } else { Ok(()) }
}

/// A credential as it was sent.
pub enum ApiCredential {
    /// None.
    Missing,
    /// An access token, and what proves its key where it was sent as `DPoP`.
    Token(Secret, Option<CallProof>),
    /// A key pair: the number of a service, or anything else for the organization; and the secret.
    Pair(String, Secret),
}

/// A caller that was admitted.
#[derive(Debug)]
pub struct ApiCaller {
    /// The service that the call concerns; none: the organization.
    pub service: Option<Arc<Service>>,
    /// What they may do.
    pub rights: Rights,
    /// Whether they may do it with every service.
    pub is_organization: bool,
    /// Who they are, for the log and the audit trail.
    pub name: String,
}

impl ApiCaller {
    /// The service that the call concerns.
    ///
    /// # Errors
    /// [`API_SERVICE_UNKNOWN`] when it concerns none.
    pub fn service(&self) -> Result<&Arc<Service>, Refusal> {
        self.service.as_ref().ok_or(API_SERVICE_UNKNOWN)
    }

    /// Checks a right.
    ///
    /// # Errors
    /// [`API_RIGHT_MISSING`].
    pub fn needs(&self, right: Right) -> Result<(), Refusal> {
        if self.rights.include(right) { Ok(()) } else { Err(API_RIGHT_MISSING.with(right.name())) }
    }

    /// Checks that they act for the organization.
    ///
    /// # Errors
    /// [`API_ORGANIZATION_NEEDED`].
    pub fn needs_organization(&self) -> Result<(), Refusal> {
        if self.is_organization { Ok(()) } else { Err(API_ORGANIZATION_NEEDED) }
    }

    /// The same caller for the verbs of administration: for the service of the call, or for `service` if the organization calls.
    #[must_use]
    pub fn administrator(&self, service: ServiceId) -> Caller {
        Caller::of_service(&self.name, service)
    }
}

/// What a credential opens.
struct Opened {
    /// The only service; none: all.
    service: Option<ServiceId>,
    rights: Rights,
    name: String,
}

impl Backend {
    /// Admits a caller. `service`: the one in the path; none where the credential names it (the second version of the protocol),
    /// or where the call concerns no single service. `who`: set as soon as the credential is known to be right, also where the call
    /// is refused then.
    ///
    /// # Errors
    /// The refusals of this module.
    pub async fn admit(
        &self,
        credential: ApiCredential,
        service: Option<ServiceId>,
        origin: &RequestSource,
        who: &mut Option<String>,
    ) -> Result<ApiCaller, Refusal> {
        let (named, secret, proof) = match credential {
            ApiCredential::Missing => return Err(API_CREDENTIAL_MISSING),
            ApiCredential::Token(text, proof) => (None, text, proof),
            ApiCredential::Pair(user, secret) => (service_number(&user), secret, None),
        };
        let opened = self.opened_by(&secret, (origin, proof.as_ref())).await?;
        *who = Some(opened.name.clone());
        let asked = match (service, named) {
            (Some(path), Some(pair)) if path != pair && opened.service.is_some() => return Err(API_CREDENTIAL_FOREIGN),
            // An owner's name may be a number that is no service's.
            (None, Some(pair)) if opened.service.is_none() && self.service_numbered(pair).is_err() => None,
            (path, pair) => path.or(pair).or(opened.service),
        };
        if let (Some(asked), Some(own)) = (asked, opened.service)
            && asked != own
        {
            return Err(API_CREDENTIAL_FOREIGN);
        }
        let service = match asked {
            None => None,
            Some(id) => {
                let found = self.service_numbered(id)?;
                Some(Some(found).filter(|service| service.enabled).ok_or(API_SERVICE_DISABLED)?)
            }
        };
        Ok(ApiCaller { service, rights: opened.rights, is_organization: opened.service.is_none(), name: opened.name })
    }

    /// A service that was not deleted.
    ///
    /// # Errors
    /// [`API_SERVICE_UNKNOWN`].
    pub fn service_numbered(&self, id: ServiceId) -> Result<Arc<Service>, Refusal> {
        self.ledger.entities().service(id).filter(|service| !service.is_deleted()).ok_or(API_SERVICE_UNKNOWN)
    }

    /// What a secret opens: a configured one, or an API token.
    async fn opened_by(
        &self,
        secret: &Secret,
        (origin, proof): (&RequestSource, Option<&CallProof>),
    ) -> Result<Opened, Refusal> {
        if let Some(service) = self.credentials.opened_by(secret.expose()) {
            if proof.is_some() {
                return Err(API_CREDENTIAL_UNBOUND);
            }
            return Ok(match service {
                Some(id) => Opened {
                    service,
                    rights: Rights::of(Right::ModifyService),
                    name: format!("the credential of service {id}"),
                },
                None => Opened { service, rights: Rights::of(Right::Admin), name: "the organization".to_owned() },
            });
        }
        // No wrong credential slows others: nobody guesses an API token, nor a configured credential of 32 characters.
        self.api_token(secret.expose(), (origin, proof)).await
    }

    /// What an API token of the ledger opens: its service, or all if it belongs to the default service and its scope says so.
    async fn api_token(
        &self,
        text: &str,
        (origin, proof): (&RequestSource, Option<&CallProof>),
    ) -> Result<Opened, Refusal> {
        // API tokens of this kind are reference tokens.
        let id = self.ledger.secrets().rows_of(text).next().ok_or(API_CREDENTIAL_UNKNOWN)?;
        let row = self.ledger.token(id).await?.ok_or(API_CREDENTIAL_UNKNOWN)?;
        let own = row.service;
        let verdict = self.ledger.inspect(own, text).await?;
        let row = verdict.row().cloned().ok_or(API_CREDENTIAL_UNKNOWN)?;
        // Only this kind is made by an administrator alone: no client gets these rights by asking for a scope.
        if row.kind != TokenKind::Api {
            return Err(API_CREDENTIAL_UNKNOWN);
        }
        if let Verdict::Inactive(why, _) = verdict {
            return Err(if why == Inactive::ServiceDisabled { API_SERVICE_DISABLED } else { API_CREDENTIAL_ENDED });
        }
        if !is_proven(&row, origin) {
            return Err(API_CREDENTIAL_UNPROVEN);
        }
        let is_organization = own == DEFAULT_SERVICE && row.scope.contains(right::ORGANIZATION);
        let service = (!is_organization).then_some(own);
        match (row.binding, proof) {
            (Some(Binding::Jwk(print)), _) => self.check_proof(own, (text, print), proof).await?,
            // RFC 9449 section 7.1: the scheme says that the token is bound to a key.
            (_, Some(_)) => return Err(API_CREDENTIAL_UNBOUND),
            (_, None) => {}
        }
        self.ledger.uses().mark(&row, origin, |word| word.starts_with("backend:"));
        Ok(Opened { service, rights: Rights::of_scope(&row.scope), name: format!("API token {}", row.id) })
    }
}

/// Whether a request has the certificate that an API token is bound to, and comes from one of its addresses.
fn is_proven(row: &Token, origin: &RequestSource) -> bool {
    let proven = match row.binding {
        // The proof of a key is checked last, since it is used up.
        None | Some(Binding::Jwk(_)) => true,
        Some(Binding::Certificate(print)) => origin.certificate.as_ref().is_some_and(|sent| sent.sha256 == print),
    };
    proven && jeton_ledger::address_ranges::admits(row, origin.addr)
}
