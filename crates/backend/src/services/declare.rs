//! Services that the configuration file describes (`[[service]]`).

use std::sync::Arc;

use jeton_administration::Caller;
use jeton_ledger::ledger::Attempts;
use jeton_model::Refusal;
use jeton_model::ids::ServiceId;
use jeton_model::records::{Service, Settings};
use jeton_model::refusals::{CONFLICT, INVALID};

use super::ServiceDocument;
use super::document::stamped;
use crate::Backend;

/// A service as the configuration file describes it.
#[derive(Debug)]
pub struct DeclaredService {
    /// Its number.
    pub id: ServiceId,
    /// Its name, if the file says one.
    pub name: Option<String>,
    /// The name of a new service, if the file says none.
    pub usual_name: String,
    /// Its issuer.
    pub issuer: String,
    /// The settings that documents have no members for.
    pub usual: Settings,
    /// The members of its document that the file says.
    pub document: ServiceDocument,
}

impl Backend {
    /// Writes a service that the configuration file describes. The file decides about the issuer and about each member that it
    /// says; all else stays as it was written by calls, so that reading the file again takes no protection away.
    ///
    /// # Errors
    /// [`INVALID`] that names the member, or when the service was deleted; [`CONFLICT`] for an issuer that another service has.
    pub async fn declare_service(&self, caller: &Caller, declared: &DeclaredService) -> Result<Arc<Service>, Refusal> {
        let mut attempts = Attempts::default();
        loop {
            // The cache may be behind another node.
            let old = self.ledger.store().service(declared.id).await?;
            let new = self.declared(declared, old.as_ref())?;
            let read = old.into_iter().map(Into::into).collect();
            let written = self.administration.write_service(caller, read, new, Vec::new()).await;
            if let Some(done) = attempts.unless_changed(written) {
                if done.is_ok() {
                    self.declared.set(declared);
                }
                return done.map_err(|refusal| self.says_whose(refusal, &declared.issuer));
            }
        }
    }

    /// What the record will be.
    fn declared(&self, declared: &DeclaredService, old: Option<&Service>) -> Result<Service, Refusal> {
        let DeclaredService { id, name, usual_name, issuer, usual, document } = declared;
        if old.is_some_and(Service::is_deleted) {
            return Err(INVALID.with(format!(
                "the service {id} was deleted, and its number is not used again: give [[service]] another `id`"
            )));
        }
        if old.is_none_or(|old| *old.issuer != **issuer) {
            self.is_unlike(*id, issuer)?;
        }
        let mut kept = old.map(|old| old.settings.other.clone()).unwrap_or_default();
        if let (Some(name), Some(shown)) = (name, kept.get_mut("serviceName")) {
            *shown = name.as_str().into();
        }
        let name = name.as_deref().or(old.map(|old| &*old.name)).unwrap_or(usual_name).to_owned();
        let now = self.ledger.now();
        let new = Service {
            id: *id,
            name,
            issuer: issuer.as_str().into(),
            enabled: old.is_none_or(|old| old.enabled),
            settings: document.over(kept).acted_upon(usual, usual)?,
            created: old.map_or(now, |old| old.created),
        };
        Ok(match old {
            Some(old) => stamped(new, old, now),
            None => new,
        })
    }

    /// A conflict, with the service that has the issuer.
    fn says_whose(&self, refusal: Refusal, issuer: &str) -> Refusal {
        let owner = self.ledger.entities().services().into_iter().find(|service| &*service.issuer == issuer);
        match owner {
            Some(owner) if refusal.is(&CONFLICT) => {
                CONFLICT.with(format!("issuer {issuer} (of the service {})", owner.id))
            }
            _ => refusal,
        }
    }
}
