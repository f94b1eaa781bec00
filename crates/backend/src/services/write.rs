//! Creates and replaces services.

use std::sync::Arc;

use jeton_administration::Caller;
use jeton_jose::{Algorithm, Secret};
use jeton_ledger::ledger::{Plan, TokenPlan};
use jeton_model::Refusal;
use jeton_model::ids::ServiceId;
use jeton_model::records::{Service, Settings, TokenDetails, TokenFormat, TokenKind};
use jeton_model::refusals::INVALID;
use jeton_model::scope::Scope;

use super::ServiceDocument;
use super::keys::KeyChange;
use crate::Backend;
use crate::access::{ApiCaller, Right, is_managed_here};
use crate::clients::of_service;

impl Backend {
    /// Creates a service, with a number, keys and, for the second version of the protocol, an API secret.
    ///
    /// # Errors
    /// `API_ORGANIZATION_NEEDED`, `API_RIGHT_MISSING`; [`INVALID`] that names the member; `CONFLICT` for an issuer that another
    /// service has.
    pub async fn create_service(
        &self,
        caller: &ApiCaller,
        document: &ServiceDocument,
    ) -> Result<(Arc<Service>, Secret), Refusal> {
        caller.needs_organization()?;
        caller.needs(Right::CreateService)?;
        let id = ServiceId::new(self.ledger.new_number().await?);
        let issuer = match document.text("issuer")? {
            Some(issuer) => checked_issuer(issuer)?.to_owned(),
            None => self.issuer_of(id),
        };
        if self.ledger.entities().service_by_issuer(&issuer).is_some() {
            return Err(jeton_model::refusals::CONFLICT.with("issuer"));
        }
        let settings = document.settings(&Settings::default())?;
        let keys = document.keys(&[], &settings)?;
        let name = document.text("serviceName")?.unwrap_or_default();
        let administrator = Caller::of_service(&caller.name, id);
        let service = self.administration.put_service(&administrator, Some(id), name, &issuer, settings).await?;
        self.change_keys(&administrator, &service, keys).await?;
        self.describe_scopes(&administrator, &service, document).await?;
        let secret = self.api_secret(&service, caller).await?;
        Ok((service, secret))
    }

    /// Replaces the document of a service. Members that are absent get the value that a new service would have; the issuer and the
    /// keys stay where the document has none.
    ///
    /// # Errors
    /// [`INVALID`] that names the member; `CONFLICT` for an issuer that another service has; `API_SERVICE_CONFIGURED`.
    pub async fn update_service(
        &self,
        caller: &ApiCaller,
        service: &Arc<Service>,
        document: &ServiceDocument,
    ) -> Result<Arc<Service>, Refusal> {
        is_managed_here(service)?;
        let issuer = match document.text("issuer")? {
            Some(issuer) if issuer == &*service.issuer => issuer,
            Some(issuer) => checked_issuer(issuer)?,
            None => &service.issuer,
        };
        if self.ledger.entities().service_by_issuer(issuer).is_some_and(|other| other.id != service.id) {
            return Err(jeton_model::refusals::CONFLICT.with("issuer"));
        }
        let settings = document.settings(&service.settings)?;
        let keys = document.keys(self.ledger.keys().ring(service.id).all(), &settings)?;
        let before = of_service(service);
        let name = document.text("serviceName")?.unwrap_or_default();
        let administrator = caller.administrator(service.id);
        let service = self.administration.put_service(&administrator, Some(service.id), name, issuer, settings).await?;
        self.change_keys(&administrator, &service, keys).await?;
        self.describe_scopes(&administrator, &service, document).await?;
        if of_service(&service) != before {
            self.renew_scopes(&administrator, &service).await?;
        }
        Ok(service)
    }

    /// Takes over the keys of a document, and removes those that are gone.
    async fn change_keys(&self, caller: &Caller, service: &Service, change: KeyChange) -> Result<(), Refusal> {
        let KeyChange { new, gone } = change;
        let writes = self.administration.foreign_keys(caller, (service.id, &service.settings), new, gone).await?;
        if writes.is_empty() {
            return Ok(());
        }
        self.ledger.applied(writes).await?;
        for alg in [service.settings.signing_alg, Algorithm::RS256] {
            self.administration.ensure_key(service.id, alg).await?;
        }
        Ok(())
    }

    /// The issuer of a service that names none: below that of the default service.
    fn issuer_of(&self, id: ServiceId) -> String {
        let first = self.ledger.entities().service(ServiceId::new(1));
        let base = first.as_ref().map_or("https://localhost", |service| &service.issuer);
        format!("{}/services/{id}", base.trim_end_matches('/'))
    }

    /// A new API secret: an API token of the service with all rights on it, that never expires.
    async fn api_secret(&self, service: &Arc<Service>, caller: &ApiCaller) -> Result<Secret, Refusal> {
        let scope = Scope::from_words([Right::DeleteService.scope().as_str()].into_iter());
        let details = TokenDetails {
            name: Some("API secret".to_owned()),
            description: Some(format!("made with the service by {}", caller.name)),
            ..TokenDetails::default()
        };
        let token = TokenPlan { details, ..TokenPlan::new(TokenKind::Api, TokenFormat::Opaque, scope, None) };
        let plan = Plan { tokens: vec![token], ..Plan::new(Arc::clone(service), None) };
        let mut issued = self.ledger.mint(plan).await?;
        Ok(issued.tokens.remove(0).text)
    }
}

/// An issuer is an address with https, or with http on this machine, without query and fragment (RFC 8414 section 2).
fn checked_issuer(issuer: &str) -> Result<&str, Refusal> {
    let rest = issuer.strip_prefix("https://").or_else(|| {
        let rest = issuer.strip_prefix("http://")?;
        let host = rest.split(['/', ':']).next().unwrap_or_default();
        ["localhost", "127.0.0.1", "[::1]"].contains(&host).then_some(rest)
    });
    let is_good = rest.is_some_and(|rest| {
        !rest.is_empty() && rest.len() < 500 && rest.bytes().all(|b| b.is_ascii_graphic()) && !rest.contains(['?', '#'])
    });
    if is_good { Ok(issuer) } else { Err(INVALID.with("`issuer` must be an https address without query and fragment")) }
}
