//! The memory of consent: which scopes a subject granted to a client, last and in all. Tokens do not depend on it.

use jeton_ledger::ledger::{Attempts, documents};
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::DocumentId;
use jeton_model::records::{Client, Document, DocumentKind, Subject};
use jeton_model::scope::Scope;
use jeton_model::store::Write;
use serde_json::{Value, json};

use crate::Backend;
use crate::access::ApiCaller;

/// What a subject granted to a client.
pub struct GrantedScopes {
    /// The scopes granted last.
    pub latest: Scope,
    /// All scopes granted so far.
    pub merged: Scope,
    /// When they were last granted.
    pub modified: Timestamp,
}

impl Backend {
    /// What a subject granted to a client; none: nothing that is remembered.
    ///
    /// # Errors
    /// `SUBJECT_TOO_LONG`, `SUBJECT_NOT_ASCII`; or when the store fails.
    pub async fn granted_scopes(&self, client: &Client, subject: &str) -> Result<Option<GrantedScopes>, Refusal> {
        let all = self.consents(client, subject).await?.into_iter().map(|found| {
            let merged = scope(&found, "scope").unwrap_or_else(Scope::empty);
            let latest = scope(&found, "latest").unwrap_or_else(|| merged.clone());
            GrantedScopes { latest, merged, modified: found.updated }
        });
        Ok(all.reduce(|one, other| {
            let merged = one.merged.union(&other.merged);
            let latest = if one.modified < other.modified { other } else { one };
            GrantedScopes { merged, ..latest }
        }))
    }

    /// Remembers that a subject granted scopes to a client, in addition to those granted before.
    ///
    /// # Errors
    /// `SUBJECT_TOO_LONG`, `SUBJECT_NOT_ASCII`; or when the store fails.
    pub async fn remember_granted_scopes(
        &self,
        client: &Client,
        subject: &str,
        granted: &Scope,
    ) -> Result<(), Refusal> {
        let (subject, _) = self.subject(client.service, subject).await?;
        self.remember_grant(client, &subject, granted).await
    }

    /// The same for a subject that was resolved before.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn remember_grant(
        &self,
        client: &Client,
        subject: &Subject,
        granted: &Scope,
    ) -> Result<(), Refusal> {
        let mut attempts = Attempts::default();
        loop {
            let before = self.consent_of(client, subject).await?;
            let merged = before.as_ref().and_then(|found| scope(found, "scope")).unwrap_or_else(Scope::empty);
            let document = Document {
                id: DocumentId::new(self.ledger.new_number().await?),
                service: client.service,
                kind: DocumentKind::Consent,
                owner: owner(subject),
                name: client.key.to_string(),
                updated: self.ledger.now(),
                body: json!({ "scope": merged.union(granted), "latest": granted }),
            };
            let put = self.ledger.put_over(before, vec![Write::Document(Box::new(document))]).await;
            if let Some(done) = attempts.unless_changed(put) {
                return done;
            }
        }
    }

    /// Forgets what a subject granted to a client. Returns whether anything was remembered.
    ///
    /// # Errors
    /// `SUBJECT_TOO_LONG`, `SUBJECT_NOT_ASCII`; or when the store fails.
    pub async fn forget_granted_scopes(
        &self,
        caller: &ApiCaller,
        client: &Client,
        subject: &str,
    ) -> Result<bool, Refusal> {
        let found = self.consents(client, subject).await?;
        if found.is_empty() {
            return Ok(false);
        }
        let actor = caller.administrator(client.service).administers()?;
        let detail = format!("forgot what a subject granted to client {}", client.client_id);
        let event = documents::event(&self.ledger, client.service, &actor, detail);
        let mut writes: Vec<_> = found.into_iter().map(|found| Write::DeleteDocument(found.id)).collect();
        writes.push(event);
        self.ledger.applied(writes).await?;
        Ok(true)
    }

    async fn consents(&self, client: &Client, subject: &str) -> Result<Vec<Document>, Refusal> {
        let mut all = Vec::new();
        for subject in self.subjects(client.service, subject).await? {
            all.extend(self.consent_of(client, &subject).await?);
        }
        Ok(all)
    }

    async fn consent_of(&self, client: &Client, subject: &Subject) -> Result<Option<Document>, Refusal> {
        let (owner, name) = (owner(subject), client.key.to_string());
        Ok(self.ledger.store().document(client.service, DocumentKind::Consent, &owner, &name).await?)
    }
}

/// Whose consent it is: a user's number, or the name of a subject that is no user, which cannot look like one.
fn owner(subject: &Subject) -> String {
    match subject {
        Subject::User(key) => key.to_string(),
        Subject::External(name) => format!("subject {name}"),
    }
}

fn scope(document: &Document, name: &str) -> Option<Scope> {
    let words = document.body.get(name).and_then(Value::as_str)?;
    Some(Scope::from_words(words.split(' ').filter(|word| !word.is_empty())))
}
