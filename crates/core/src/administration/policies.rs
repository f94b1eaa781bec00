//! What a service's rules are, as documents: who may exchange tokens, whose assertions are believed.

use serde::Serialize;

use super::AdminCaller;
use crate::Ledger;
use crate::exchange::ExchangeRule;
use crate::ids::{DocumentId, ServiceId};
use crate::model::{Document, DocumentKind, Event, EventKind};
use crate::refusal::Refusal;
use crate::refusal::invalid;
use crate::store::Write;
use crate::trusted_issuers::TrustedIssuer;

/// The longest name, in bytes.
const LONGEST_NAME: usize = 2048;

impl Ledger {
    /// Writes a rule of token exchange under a name; one of the same name is replaced.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn put_exchange_rule(
        &self,
        caller: &AdminCaller,
        service: ServiceId,
        name: &str,
        rule: &ExchangeRule,
    ) -> Result<(), Refusal> {
        rule.scope.as_ref().map_or(Ok(()), |scope| caller.may_give(scope))?;
        self.put_policy(caller, service, (DocumentKind::ExchangePolicy, name), rule).await
    }

    /// Trusts another issuer, named by its `iss`; what was written about it before is replaced.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when it has no keys, or an `iss` that is none.
    pub async fn put_trusted_issuer(
        &self,
        caller: &AdminCaller,
        service: ServiceId,
        iss: &str,
        issuer: &TrustedIssuer,
    ) -> Result<(), Refusal> {
        if iss.is_empty() || iss.len() > LONGEST_NAME || iss.contains(char::is_control) {
            return Err(invalid("issuer", "must be the other issuer's iss"));
        }
        if issuer.jwks.is_some() == issuer.jwks_uri.is_some() {
            return Err(invalid("jwks", "or jwks_uri is needed, and not both"));
        }
        self.put_policy(caller, service, (DocumentKind::TrustedIssuer, iss), issuer).await
    }

    /// Writes a document of the service's own; nothing happens when it is there already.
    async fn put_policy(
        &self,
        caller: &AdminCaller,
        service: ServiceId,
        (kind, name): (DocumentKind, &str),
        body: &(impl Serialize + Sync),
    ) -> Result<(), Refusal> {
        let body = serde_json::to_value(body)?;
        let known = self.store().document(service, kind, "", name).await?;
        if known.as_ref().is_some_and(|document| document.body == body) {
            return Ok(());
        }
        let id = match known {
            Some(document) => document.id,
            None => DocumentId::new(self.new_number().await?),
        };
        let (owner, name) = (String::new(), name.to_owned());
        let document = Document { id, service, kind, owner, name: name.clone(), updated: self.now(), body };
        let mut event = Event::new(EventKind::DocumentChanged, self.now(), Some(service), caller.actor());
        event.detail = Some(name);
        self.applied(vec![Write::Document(Box::new(document)), Write::Event(Box::new(event))]).await.map(drop)
    }
}
