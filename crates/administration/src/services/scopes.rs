//! Scopes and claims that managers create and change (`docs/contracts/oauth-token-endpoint.md` section 14).

use serde_json::{Map, Value};

use crate::{Administration, Caller, Members};
use jeton_ledger::catalog::{Catalog, ScopeRecord, standard_claims};
use jeton_ledger::entity_cache::MOST_DESCRIBED;
use jeton_model::ids::{DocumentId, ServiceId};
use jeton_model::readable::is_readable;
use jeton_model::records::{Document, DocumentKind, Event, EventKind};
use jeton_model::refusal::{Refusal, invalid};
use jeton_model::refusals::{CONFLICT, INVALID, NOT_FOUND};
use jeton_model::scope::Scope;
use jeton_model::store::Write;

/// Members that are returned, and ignored in requests.
const READ_ONLY: &[&str] = &["create_datetime", "update_datetime"];

/// What the name of a scope must be.
pub const SCOPE_NAME: &str = "must be one word of 1 to 255 printable ASCII characters without \" and \\";

/// Whether a text can be the name of a scope (RFC 6749 section 3.3).
#[must_use]
pub fn is_scope_name(text: &str) -> bool {
    text.len() <= 255 && !text.contains(' ') && Scope::parse(text).is_ok_and(|scope| !scope.is_empty())
}

/// Reads a scope.
///
/// # Errors
/// [`INVALID`] that names the member.
pub fn read_scope(document: Map<String, Value>) -> Result<ScopeRecord, Refusal> {
    let mut members = Members::new(document);
    let name: String = members.take("name")?.ok_or_else(|| invalid("name", "is missing"))?;
    if !is_scope_name(&name) {
        return Err(invalid("name", SCOPE_NAME));
    }
    let description: String = members.take("description")?.unwrap_or_default();
    if description.len() > 1024 || !is_readable(&description) {
        let wanted = "must be at most 1024 bytes without control characters, invisible ones and marks of direction";
        return Err(invalid("description", wanted));
    }
    let claims: Vec<String> = members.take("claims")?.unwrap_or_default();
    if claims.len() > 64 {
        return Err(invalid("claims", "must be at most 64"));
    }
    let record = ScopeRecord {
        name,
        description,
        is_exposed: members.take("is_exposed")?.unwrap_or_default(),
        is_displayed_in_consent: members.take("is_displayed_in_consent")?.unwrap_or(true),
        is_openid_scope: members.take("is_openid_scope")?.unwrap_or_default(),
        kind: members.take("type")?.unwrap_or_default(),
        claims,
    };
    members.finish(READ_ONLY)?;
    Ok(record)
}

impl Administration {
    /// Creates a scope, or, if `replace` is set, replaces it. A standard one can only be replaced.
    ///
    /// # Errors
    /// [`CONFLICT`] when it exists and `replace` is false; [`NOT_FOUND`] when it does not and `replace` is true; [`INVALID`] when
    /// it names a claim that people cannot have; `AUTHORITY_EXCEEDED` for a scope of this server that the caller does not hold.
    pub async fn put_scope(
        &self,
        caller: &Caller,
        service: ServiceId,
        record: ScopeRecord,
        replace: bool,
    ) -> Result<(), Refusal> {
        caller.may_describe(&record.name)?;
        self.ledger.entities().reload_catalog(service).await?;
        let catalog = self.ledger.entities().catalog(service);
        match (catalog.scope(&record.name), replace) {
            (Some(_), false) => return Err(CONFLICT.with("name")),
            (None, true) => return Err(NOT_FOUND.with("scope")),
            _ => {}
        }
        if let Some(unknown) = record.claims.iter().find(|claim| !catalog.has_claim(claim)) {
            return Err(invalid("claims", &format!("there is no claim {unknown}")));
        }
        let body = serde_json::to_value(&record)?;
        self.put_described(caller, service, DocumentKind::Scope, &record.name, body).await
    }

    /// The documents that describe these scopes in a service's catalog, new ones or instead of its own, for a commit that writes
    /// more than them.
    ///
    /// # Errors
    /// [`INVALID`] for more scopes than a service may have; `AUTHORITY_EXCEEDED` as for [`Self::put_scope`].
    pub async fn scope_documents(
        &self,
        caller: &Caller,
        service: ServiceId,
        records: &[ScopeRecord],
    ) -> Result<Vec<Document>, Refusal> {
        if records.is_empty() {
            return Ok(Vec::new());
        }
        let page = jeton_model::store::Page::first(MOST_DESCRIBED);
        let own = self.ledger.store().documents(service, DocumentKind::Scope, Some(""), page).await?;
        let is_new = |record: &&ScopeRecord| own.items.iter().all(|known| known.name != record.name);
        if own.total + records.iter().filter(is_new).count() as u64 > u64::from(MOST_DESCRIBED) {
            return Err(INVALID.with(format!("a service has at most {MOST_DESCRIBED} of its own")));
        }
        let mut documents = Vec::with_capacity(records.len());
        for record in records {
            caller.may_describe(&record.name)?;
            documents.push(Document {
                id: DocumentId::new(self.ledger.new_number().await?),
                service,
                kind: DocumentKind::Scope,
                owner: String::new(),
                name: record.name.clone(),
                updated: self.ledger.now(),
                body: serde_json::to_value(record)?,
            });
        }
        Ok(documents)
    }

    /// The event that a service's catalog was changed.
    ///
    /// # Errors
    /// When the caller may not administer it.
    pub fn catalog_changed(&self, caller: &Caller, service: ServiceId) -> Result<Write, Refusal> {
        let mut event = Event::new(EventKind::DocumentChanged, self.ledger.now(), Some(service), caller.administers()?);
        event.detail = Some(Catalog::CHANGED.to_owned());
        Ok(Write::Event(Box::new(event)))
    }

    /// Deletes a scope. A standard one that was changed gets its original description back; one that was not changed cannot be
    /// deleted.
    ///
    /// # Errors
    /// [`NOT_FOUND`], or [`INVALID`] for a standard one; `AUTHORITY_EXCEEDED` as for [`Self::put_scope`].
    pub async fn delete_scope(&self, caller: &Caller, service: ServiceId, name: &str) -> Result<(), Refusal> {
        caller.may_describe(name)?;
        let is_standard = ScopeRecord::is_standard(name);
        self.delete_described(caller, service, DocumentKind::Scope, name, is_standard).await
    }

    /// Creates a claim that people may have.
    ///
    /// # Errors
    /// [`CONFLICT`] when it exists; [`INVALID`] when it is not a valid name.
    pub async fn put_claim(&self, caller: &Caller, service: ServiceId, code: &str) -> Result<(), Refusal> {
        if code.is_empty() || code.len() > 255 || !code.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(invalid("code", "must be 1 to 255 printable ASCII characters"));
        }
        // A claim about the token itself cannot be a claim about a person.
        if OF_TOKENS.contains(&code) {
            return Err(invalid("code", "is a claim of tokens, not of people"));
        }
        self.ledger.entities().reload_catalog(service).await?;
        if self.ledger.entities().catalog(service).has_claim(code) {
            return Err(CONFLICT.with("code"));
        }
        self.put_described(caller, service, DocumentKind::Claim, code, Value::Object(Map::new())).await
    }

    /// Deletes a claim.
    ///
    /// # Errors
    /// [`NOT_FOUND`], or [`INVALID`] for a standard one.
    pub async fn delete_claim(&self, caller: &Caller, service: ServiceId, code: &str) -> Result<(), Refusal> {
        let is_standard = standard_claims().any(|claim| claim == code);
        self.delete_described(caller, service, DocumentKind::Claim, code, is_standard).await
    }

    pub(crate) async fn put_described(
        &self,
        caller: &Caller,
        service: ServiceId,
        kind: DocumentKind,
        name: &str,
        body: Value,
    ) -> Result<(), Refusal> {
        let stored =
            self.ledger.store().documents(service, kind, Some(""), jeton_model::store::Page::first(0)).await?.total;
        if stored >= u64::from(MOST_DESCRIBED) && self.ledger.store().document(service, kind, "", name).await?.is_none()
        {
            return Err(INVALID.with(format!("a service has at most {MOST_DESCRIBED} of its own")));
        }
        let document = Document {
            id: DocumentId::new(self.ledger.new_number().await?),
            service,
            kind,
            owner: String::new(),
            name: name.to_owned(),
            updated: self.ledger.now(),
            body,
        };
        self.write_described(caller, service, Write::Document(Box::new(document))).await
    }

    async fn delete_described(
        &self,
        caller: &Caller,
        service: ServiceId,
        kind: DocumentKind,
        name: &str,
        is_standard: bool,
    ) -> Result<(), Refusal> {
        match self.ledger.store().document(service, kind, "", name).await? {
            Some(document) => self.write_described(caller, service, Write::DeleteDocument(document.id)).await,
            None if is_standard => Err(INVALID.with(format!("{name} is a standard one: it cannot be deleted"))),
            None => Err(NOT_FOUND.with(if kind == DocumentKind::Scope { "scope" } else { "claim" })),
        }
    }

    async fn write_described(&self, caller: &Caller, service: ServiceId, write: Write) -> Result<(), Refusal> {
        self.ledger.applied(vec![write, self.catalog_changed(caller, service)?]).await.map(drop)
    }
}

/// Claims of RFC 7519, RFC 9068 and OIDC Core that describe the token.
const OF_TOKENS: &[&str] = &[
    "iss",
    "aud",
    "exp",
    "nbf",
    "iat",
    "jti",
    "client_id",
    "scope",
    "azp",
    "nonce",
    "auth_time",
    "acr",
    "amr",
    "at_hash",
    "c_hash",
    "s_hash",
    "cnf",
    "act",
    "may_act",
    "sid",
    "events",
    "permissions",
];
