//! A service's policies, as documents: rules of token exchange, and trusted issuers.

use serde::Serialize;
use serde_json::Value;

use crate::OAuth;
use crate::exchange::ExchangeRule;
use crate::trusted_issuers::TrustedIssuer;
use jeton_administration::Caller;
use jeton_ledger::ledger::documents;
use jeton_model::Refusal;
use jeton_model::ids::{DocumentId, ServiceId};
use jeton_model::records::{Document, DocumentKind, Event, EventKind};
use jeton_model::refusal::invalid;
use jeton_model::store::Write;

/// The longest name, in bytes.
const LONGEST_NAME: usize = 2048;

impl OAuth {
    /// Writes a token exchange rule under a name, replacing one of the same name.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn put_exchange_rule(
        &self,
        caller: &Caller,
        service: ServiceId,
        name: &str,
        rule: &ExchangeRule,
    ) -> Result<(), Refusal> {
        rule.scope.as_ref().map_or(Ok(()), |scope| caller.may_give(scope))?;
        self.put_policy(caller, service, (DocumentKind::ExchangePolicy, name), rule).await
    }

    /// Trusts another issuer, identified by its `iss`, replacing its earlier entry.
    ///
    /// # Errors
    /// `INVALID` when it has no keys, or an invalid `iss`.
    pub async fn put_trusted_issuer(
        &self,
        caller: &Caller,
        service: ServiceId,
        iss: &str,
        issuer: &TrustedIssuer,
    ) -> Result<(), Refusal> {
        check_issuer(iss, issuer)?;
        self.put_policy(caller, service, (DocumentKind::TrustedIssuer, iss), issuer).await
    }

    /// Makes these the token exchange rules of the configuration, in one commit: rules of an earlier configuration that are not
    /// among them are deleted. Rules that administrators wrote one by one stay. Returns the names of the deleted rules.
    ///
    /// # Errors
    /// `CONFLICT` when another node wrote the same documents at the same time: try again.
    pub async fn declare_exchange_rules(
        &self,
        caller: &Caller,
        service: ServiceId,
        rules: &[(String, ExchangeRule)],
    ) -> Result<Vec<String>, Refusal> {
        let mut given = Vec::with_capacity(rules.len());
        for (name, rule) in rules {
            rule.scope.as_ref().map_or(Ok(()), |scope| caller.may_give(scope))?;
            given.push((name.clone(), serde_json::to_value(rule)?));
        }
        self.declare(caller, (service, DocumentKind::ExchangePolicy), given, crate::exchange::is_declared).await
    }

    /// Makes these the trusted issuers, in one commit: only the configuration names them, so an issuer that is no longer named
    /// is no longer trusted. Returns the names of those.
    ///
    /// # Errors
    /// `INVALID` as for [`Self::put_trusted_issuer`]; `CONFLICT` when another node wrote the same documents at the same
    /// time: try again.
    pub async fn declare_trusted_issuers(
        &self,
        caller: &Caller,
        service: ServiceId,
        issuers: &[(String, TrustedIssuer)],
    ) -> Result<Vec<String>, Refusal> {
        let mut given = Vec::with_capacity(issuers.len());
        for (iss, issuer) in issuers {
            check_issuer(iss, issuer)?;
            given.push((iss.clone(), serde_json::to_value(issuer)?));
        }
        self.declare(caller, (service, DocumentKind::TrustedIssuer), given, |_| true).await
    }

    /// Makes these the service's own documents of a kind, in addition to those that are not `declared`. Unchanged documents are
    /// not written, so nodes with the same configuration write nothing.
    async fn declare(
        &self,
        caller: &Caller,
        (service, kind): (ServiceId, DocumentKind),
        given: Vec<(String, Value)>,
        declared: impl Fn(&Document) -> bool,
    ) -> Result<Vec<String>, Refusal> {
        let mut known = documents::all(&self.ledger, service, kind, Some(""), usize::MAX).await?;
        known.retain(declared);
        let (mut writes, mut ended) = (Vec::new(), Vec::new());
        for document in known.iter().filter(|known| given.iter().all(|(name, _)| *name != known.name)) {
            writes.push(Write::DeleteDocument(document.id));
            writes.push(documents::event(
                &self.ledger,
                service,
                &caller.administers()?,
                format!("{} removed", document.name),
            ));
            ended.push(document.name.clone());
        }
        for (name, body) in given {
            let old = known.iter().find(|known| known.name == name);
            if old.is_some_and(|old| old.body == body) {
                continue;
            }
            let id = match old {
                Some(old) => old.id,
                None => DocumentId::new(self.ledger.new_number().await?),
            };
            writes.push(documents::put(&self.ledger, (service, kind), (id, String::new(), name.clone()), &body)?);
            writes.push(documents::event(&self.ledger, service, &caller.administers()?, name));
        }
        if !writes.is_empty() {
            self.ledger.applied(writes).await?;
        }
        Ok(ended)
    }

    /// Writes a document of the service; an unchanged one is not written.
    async fn put_policy(
        &self,
        caller: &Caller,
        service: ServiceId,
        (kind, name): (DocumentKind, &str),
        body: &(impl Serialize + Sync),
    ) -> Result<(), Refusal> {
        let body = serde_json::to_value(body)?;
        let known = self.ledger.store().document(service, kind, "", name).await?;
        if known.as_ref().is_some_and(|document| document.body == body) {
            return Ok(());
        }
        let id = match known {
            Some(document) => document.id,
            None => DocumentId::new(self.ledger.new_number().await?),
        };
        let (owner, name) = (String::new(), name.to_owned());
        let document = Document { id, service, kind, owner, name: name.clone(), updated: self.ledger.now(), body };
        let mut event = Event::new(EventKind::DocumentChanged, self.ledger.now(), Some(service), caller.administers()?);
        event.detail = Some(name);
        self.ledger.applied(vec![Write::Document(Box::new(document)), Write::Event(Box::new(event))]).await.map(drop)
    }
}

fn check_issuer(iss: &str, issuer: &TrustedIssuer) -> Result<(), Refusal> {
    if iss.is_empty() || iss.len() > LONGEST_NAME || iss.contains(char::is_control) {
        return Err(invalid("issuer", "must be the other issuer's iss"));
    }
    if issuer.jwks.is_some() == issuer.jwks_uri.is_some() {
        return Err(invalid("jwks", "or jwks_uri is needed, and not both"));
    }
    Ok(())
}
