//! Administration of scope policies.

use crate::{Administration, Caller};
use jeton_ledger::catalog::Catalog;
use jeton_ledger::entity_cache::MOST_DESCRIBED;
use jeton_ledger::ledger::Attempts;
use jeton_ledger::ledger::documents;
use jeton_ledger::scope_policies::{Pattern, ScopePolicy, Stored, Target};
use jeton_model::capability::is_group;
use jeton_model::ids::{DocumentId, ServiceId};
use jeton_model::records::{Document, DocumentKind};
use jeton_model::refusal::{Refusal, invalid};
use jeton_model::refusals::{NOT_FOUND, TOO_MANY};
use jeton_model::store::{Page, Write};

/// How many scopes a policy may name.
const MOST_SCOPES: usize = 256;

impl Administration {
    /// All policies of a service, by number.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn scope_policies(&self, service: ServiceId) -> Result<Vec<Stored>, Refusal> {
        let page = Page::first(MOST_DESCRIBED);
        let found = self.ledger.store().documents(service, DocumentKind::ScopePolicy, Some(""), page).await?;
        Ok(found.items.iter().filter_map(stored).collect())
    }

    /// A policy by number.
    ///
    /// # Errors
    /// [`NOT_FOUND`].
    pub async fn scope_policy(&self, service: ServiceId, id: DocumentId) -> Result<Stored, Refusal> {
        let found = documents::by_number(&self.ledger, service, DocumentKind::ScopePolicy, id).await?;
        found.as_ref().and_then(stored).ok_or_else(|| NOT_FOUND.with("scope policy"))
    }

    /// Creates a policy. The first policy of a service is accompanied by one that permits everything, unless it applies to
    /// everything itself: in INDIGO IAM that one exists from the beginning.
    ///
    /// # Errors
    /// `INVALID` that names the member; [`TOO_MANY`].
    pub async fn add_scope_policy(
        &self,
        caller: &Caller,
        service: ServiceId,
        policy: ScopePolicy,
    ) -> Result<DocumentId, Refusal> {
        check(&policy)?;
        let known = documents::count(&self.ledger, service, DocumentKind::ScopePolicy, "").await?;
        if known + 1 >= MOST_DESCRIBED as usize {
            return Err(TOO_MANY.with("scope policies"));
        }
        let now = self.ledger.now();
        let mut new = Vec::with_capacity(2);
        if known == 0 && !policy.is_for_all() {
            new.push(ScopePolicy::permit_all(now));
        }
        new.push(ScopePolicy { created: now, ..policy });
        let mut writes = Vec::with_capacity(2);
        let mut last = DocumentId::new(0);
        for policy in new {
            last = DocumentId::new(self.ledger.new_number().await?);
            writes.push(self.write_of(service, last, &policy)?);
        }
        self.write_policies(caller, service, writes).await?;
        Ok(last)
    }

    /// Replaces the content of a policy.
    ///
    /// # Errors
    /// [`NOT_FOUND`], `INVALID`.
    pub async fn replace_scope_policy(
        &self,
        caller: &Caller,
        service: ServiceId,
        id: DocumentId,
        policy: ScopePolicy,
    ) -> Result<(), Refusal> {
        check(&policy)?;
        let kind = DocumentKind::ScopePolicy;
        let mut attempts = Attempts::default();
        loop {
            let created = self.scope_policy(service, id).await?.policy.created;
            let found = documents::by_number(&self.ledger, service, kind, id)
                .await?
                .ok_or_else(|| NOT_FOUND.with("scope policy"))?;
            let write = self.write_of(service, id, &ScopePolicy { created, ..policy.clone() })?;
            let event = documents::event(&self.ledger, service, &caller.administers()?, Catalog::CHANGED.to_owned());
            if let Some(done) = attempts.unless_changed(self.ledger.put_over(Some(found), vec![write, event]).await) {
                return done.map(drop);
            }
        }
    }

    /// Deletes a policy.
    ///
    /// # Errors
    /// [`NOT_FOUND`].
    pub async fn delete_scope_policy(
        &self,
        caller: &Caller,
        service: ServiceId,
        id: DocumentId,
    ) -> Result<(), Refusal> {
        // It must be possible to delete a policy that cannot be read.
        let found = documents::by_number(&self.ledger, service, DocumentKind::ScopePolicy, id).await?;
        found.ok_or_else(|| NOT_FOUND.with("scope policy"))?;
        self.write_policies(caller, service, vec![Write::DeleteDocument(id)]).await
    }

    fn write_of(&self, service: ServiceId, id: DocumentId, policy: &ScopePolicy) -> Result<Write, Refusal> {
        let place = (id, String::new(), id.to_string());
        documents::put(&self.ledger, (service, DocumentKind::ScopePolicy), place, policy)
    }

    async fn write_policies(&self, caller: &Caller, service: ServiceId, mut writes: Vec<Write>) -> Result<(), Refusal> {
        writes.push(documents::event(&self.ledger, service, &caller.administers()?, Catalog::CHANGED.to_owned()));
        self.ledger.applied(writes).await.map(drop)
    }
}

fn stored(document: &Document) -> Option<Stored> {
    let policy = serde_json::from_value(document.body.clone()).ok()?;
    Some(Stored { id: document.id, updated: document.updated, policy })
}

fn check(policy: &ScopePolicy) -> Result<(), Refusal> {
    if policy.description.as_ref().is_some_and(|text| text.chars().count() > 512) {
        return Err(invalid("description", "must be at most 512 characters"));
    }
    if let Some(scopes) = &policy.scopes {
        let fits = |scope: &String| (1..=255).contains(&scope.chars().count());
        if scopes.is_empty() || scopes.len() > MOST_SCOPES || !scopes.iter().all(fits) {
            return Err(invalid("scopes", "must be 1 to 256, each of 1 to 255 characters, or null"));
        }
    }
    if matches!(&policy.target, Target::Group(path) if !is_group(path)) {
        return Err(invalid("group", "must be named by its path"));
    }
    Pattern::new(policy.matching, policy.scopes.as_deref()).map(drop).map_err(|why| invalid("scopes", &why))
}
