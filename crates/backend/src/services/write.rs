//! Creates and replaces services.

use std::sync::Arc;

use jeton_administration::Caller;
use jeton_jose::Secret;
use jeton_ledger::ledger::{Attempts, Exchanged, Plan, TokenPlan};
use jeton_model::Refusal;
use jeton_model::ids::ServiceId;
use jeton_model::records::{Service, Settings, TokenDetails, TokenFormat, TokenKind};
use jeton_model::refusals::{CONFLICT, INVALID};
use jeton_model::scope::Scope;
use jeton_model::store::Write;

use super::document::stamped;
use super::keys::KeyChange;
use super::{ServiceDocument, issuer};
use crate::Backend;
use crate::access::{ApiCaller, Right, is_managed_here};
use crate::clients::of_service;
use crate::refusals::API_SERVICE_UNKNOWN;

impl Backend {
    /// Creates a service, with a number and, for the second version of the protocol, an API secret, in one commit. Its keys are made
    /// when they are first needed.
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
            Some(text) => issuer::checked(text)?.to_owned(),
            None => self.issuer_of(id),
        };
        self.is_unlike(id, &issuer)?;
        let administrator = Caller::of_service(&caller.name, id);
        let service = Arc::new(Service {
            id,
            name: document.text("serviceName")?.unwrap_or_default().into(),
            issuer: issuer.into(),
            enabled: true,
            settings: document.settings(&Settings::default(), &Settings::default())?,
            created: self.ledger.now(),
        });
        let KeyChange { new, gone } = document.keys(&[], &service.settings)?;
        let mut creates = vec![Write::Service(Box::new(Service::clone(&service)))];
        creates.extend(self.administration.foreign_keys(&administrator, (id, &service.settings), new, gone).await?);
        let plan = Plan {
            creates,
            tokens: vec![api_secret(caller)],
            documents: self.described_scopes(&administrator, id, document).await?,
            events: vec![self.administration.service_put(&administrator, id)?],
            ..Plan::new(Arc::clone(&service), None)
        };
        match self.ledger.exchange(plan).await? {
            Exchanged::Done(mut issued) => Ok((service, issued.tokens.remove(0).text)),
            Exchanged::Lost(_) => Err(CONFLICT.with("issuer")),
        }
    }

    /// Replaces the document of a service, in one commit with its keys and the scopes of its clients. Members that are absent get the
    /// value that a new service would have, or that the configuration file says; the issuer and the keys stay where the document has
    /// none.
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
        let administrator = caller.administrator(service.id);
        let document = &self.under_the_file(service.id, document)?;
        let mut attempts = Attempts::default();
        loop {
            let old = self.ledger.store().service(service.id).await?.filter(|service| !service.is_deleted());
            let old = old.ok_or(API_SERVICE_UNKNOWN)?;
            let moves = document.text("issuer")?.is_some_and(|issuer| issuer != &*old.issuer);
            if moves && self.credentials.declare(old.id) {
                return Err(INVALID.with("`issuer` is what [[service]] in Jeton's configuration says: change it there"));
            }
            let done = self.replace_document(&administrator, old, document).await;
            if let Some(done) = attempts.unless_changed(done) {
                return done;
            }
        }
    }

    /// One commit for the service, the descriptions of its scopes, and its clients, if they get other scopes.
    async fn replace_document(
        &self,
        caller: &Caller,
        old: Service,
        document: &ServiceDocument,
    ) -> Result<Arc<Service>, Refusal> {
        let issuer = match document.text("issuer")? {
            Some(text) if text != &*old.issuer => {
                self.is_unlike(old.id, text)?;
                issuer::checked(text)?
            }
            _ => &old.issuer,
        };
        let new = Service {
            name: document.text("serviceName")?.unwrap_or_default().into(),
            issuer: issuer.into(),
            settings: document.settings(&old.settings, &Settings::default())?,
            ..old.clone()
        };
        let new = stamped(new, &old, self.ledger.now());
        let described = self.described_scopes(caller, old.id, document).await?;
        let mut writes: Vec<_> = described.into_iter().map(|document| Write::Document(Box::new(document))).collect();
        if !writes.is_empty() {
            writes.push(self.administration.catalog_changed(caller, old.id)?);
        }
        let KeyChange { new: taken, gone } =
            document.keys(self.ledger.keys().ring(old.id).await?.all(), &new.settings)?;
        let takes_keys = !taken.is_empty();
        writes.extend(self.administration.foreign_keys(caller, (old.id, &new.settings), taken, gone).await?);
        let changes_scopes = of_service(&old) != of_service(&new);
        let mut read = vec![old.into()];
        if changes_scopes {
            let clients = self.with_new_scopes(caller, &new).await?;
            read.extend(clients.read);
            writes.extend(clients.writes);
        }
        let service = self.administration.write_service(caller, read, new, writes).await.map_err(|refusal| {
            // Of all that is written, only the issuer and the place of a key must be free.
            if refusal.is(&CONFLICT) && !takes_keys { CONFLICT.with("issuer") } else { refusal }
        })?;
        if changes_scopes {
            // Clients that were written meanwhile, by the scopes of before.
            let late = self.with_new_scopes(caller, &service).await?;
            if !late.writes.is_empty() {
                self.ledger.put_over_all(late.read, late.writes).await?;
            }
        }
        Ok(service)
    }

    /// The issuer of a service that names none: below that of the default service.
    fn issuer_of(&self, id: ServiceId) -> String {
        let first = self.ledger.entities().service(ServiceId::new(1));
        let base = first.as_ref().map_or("https://localhost", |service| &service.issuer);
        format!("{}/services/{id}", base.trim_end_matches('/'))
    }
}

/// A new API secret: an API token that never expires, with the rights of a service's own credential in the configuration. It cannot
/// delete the service (`docs/contracts/authlete.md` section 1.2).
fn api_secret(caller: &ApiCaller) -> TokenPlan {
    let scope = Scope::from_words([Right::ModifyService.scope().as_str()].into_iter());
    let details = TokenDetails {
        name: Some("API secret".to_owned()),
        description: Some(format!("made with the service by {}", caller.name)),
        ..TokenDetails::default()
    };
    TokenPlan { details, ..TokenPlan::new(TokenKind::Api, TokenFormat::Opaque, scope, None) }
}
