//! What a service's rules are, as documents: who may exchange tokens, whose assertions are believed.

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
    /// Writes a rule of token exchange under a name; one of the same name is replaced.
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

    /// Trusts another issuer, named by its `iss`; what was written about it before is replaced.
    ///
    /// # Errors
    /// `INVALID` when it has no keys, or an `iss` that is none.
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

    /// Makes the rules of token exchange of the configuration exactly these, in one commit: what it gave before and does not give
    /// any more ends with it. Rules that administrators made one by one stay. Returns the names of those that ended.
    ///
    /// # Errors
    /// `CONFLICT` when another node wrote the same at the same moment: do it again.
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

    /// Trusts exactly these other issuers, in one commit: only the configuration names them, so one that it does not name any more
    /// is not trusted any more. Returns the names of those.
    ///
    /// # Errors
    /// `INVALID` as of [`Self::put_trusted_issuer`]; `CONFLICT` when another node wrote the same at the same
    /// moment: do it again.
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

    /// Makes the service's own documents of a kind exactly these, beside those that are not `declared`. What is there already is not
    /// written, so nodes with the same configuration find nothing to do.
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

    /// Writes a document of the service's own; nothing happens when it is there already.
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
