//! Rules that administrators write one by one, in addition to those of the configuration.

use super::ExchangeRule;
use super::decide::MOST;
use crate::OAuth;
use jeton_administration::Caller;
use jeton_ledger::ledger::documents;
use jeton_ledger::scope_policies::Pattern;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{DocumentId, ServiceId};
use jeton_model::records::{Document, DocumentKind};
use jeton_model::refusal::invalid;
use jeton_model::refusals::{NOT_FOUND, TOO_MANY};
use jeton_model::store::{Page, Write};

/// How many scope rules one rule may have.
const MOST_SCOPES: usize = 64;

/// A rule with its number.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredRule {
    /// Its number.
    pub id: DocumentId,
    /// When it was last changed.
    pub updated: Timestamp,
    /// The rule.
    pub rule: ExchangeRule,
}

impl OAuth {
    /// All rules of a service, by number, including those of the configuration.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn exchange_rules(&self, service: ServiceId) -> Result<Vec<StoredRule>, Refusal> {
        let page = Page::first(MOST);
        let found = self.ledger.store().documents(service, DocumentKind::ExchangePolicy, Some(""), page).await?;
        let stored = |document: Document| {
            let rule = serde_json::from_value(document.body).ok()?;
            Some(StoredRule { id: document.id, updated: document.updated, rule })
        };
        Ok(found.items.into_iter().filter_map(stored).collect())
    }

    /// Creates a rule.
    ///
    /// # Errors
    /// `INVALID` that names the member; [`TOO_MANY`].
    pub async fn add_exchange_rule(
        &self,
        caller: &Caller,
        service: ServiceId,
        rule: ExchangeRule,
    ) -> Result<DocumentId, Refusal> {
        check(&rule)?;
        rule.scope.as_ref().map_or(Ok(()), |scope| caller.may_give(scope))?;
        if documents::count(&self.ledger, service, DocumentKind::ExchangePolicy, "").await? >= MOST as usize {
            return Err(TOO_MANY.with("exchange policies"));
        }
        let (id, now) = (DocumentId::new(self.ledger.new_number().await?), self.ledger.now());
        let rule = ExchangeRule { created: Some(now), ..rule };
        let place = (id, String::new(), name_of(id));
        let write = documents::put(&self.ledger, (service, DocumentKind::ExchangePolicy), place, &rule)?;
        self.write_rule(caller, service, write, id).await?;
        Ok(id)
    }

    /// Deletes a rule. A rule of the configuration comes back when the configuration is applied again, unless it was removed
    /// there.
    ///
    /// # Errors
    /// [`NOT_FOUND`].
    pub async fn delete_exchange_rule(
        &self,
        caller: &Caller,
        service: ServiceId,
        id: DocumentId,
    ) -> Result<(), Refusal> {
        let found = documents::by_number(&self.ledger, service, DocumentKind::ExchangePolicy, id).await?;
        found.ok_or_else(|| NOT_FOUND.with("exchange policy"))?;
        self.write_rule(caller, service, Write::DeleteDocument(id), id).await
    }

    async fn write_rule(
        &self,
        caller: &Caller,
        service: ServiceId,
        write: Write,
        id: DocumentId,
    ) -> Result<(), Refusal> {
        let event = documents::event(&self.ledger, service, &caller.administers()?, format!("exchange policy {id}"));
        self.ledger.applied(vec![write, event]).await.map(drop)
    }
}

/// The name of an administrator's rule; names in the configuration do not take this form by chance.
fn name_of(id: DocumentId) -> String {
    format!("policy:{id}")
}

/// Whether a rule comes from the configuration. For one that cannot be read, its name decides.
pub(crate) fn is_declared(document: &Document) -> bool {
    document.body.get("created").is_none_or(serde_json::Value::is_null) && document.name != name_of(document.id)
}

fn check(rule: &ExchangeRule) -> Result<(), Refusal> {
    if rule.description.as_ref().is_some_and(|text| text.chars().count() > 512) {
        return Err(invalid("description", "must be at most 512 characters"));
    }
    let fits = |text: &str| (1..=255).contains(&text.chars().count());
    if rule.scopes.len() > MOST_SCOPES || !rule.scopes.iter().all(|one| fits(&one.scope)) {
        return Err(invalid("scopePolicies", "must be at most 64, each for 1 to 255 characters"));
    }
    if [&rule.origin, &rule.client].into_iter().filter_map(|clients| clients.value()).any(|value| !fits(value)) {
        return Err(invalid("matchParam", "must be 1 to 255 characters"));
    }
    for one in &rule.scopes {
        let scopes = std::slice::from_ref(&one.scope);
        Pattern::new(one.matching, Some(scopes)).map(drop).map_err(|why| invalid("scopePolicies", &why))?;
    }
    Ok(())
}
