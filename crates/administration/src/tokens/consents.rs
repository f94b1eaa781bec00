//! A person's consents for clients, to see and to withdraw (`docs/contracts/indigo-iam.md` section 6).

use std::sync::Arc;

use super::{TokenList, Tokens};
use crate::Caller;
use crate::refusals::ROLE_NEEDED;
use jeton_ledger::ledger::RevocationScope;
use jeton_ledger::ledger::documents;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{ClientKey, DocumentId, ServiceId};
use jeton_model::records::{Client, Document, DocumentKind, Event, EventKind};
use jeton_model::refusals::NOT_FOUND;
use jeton_model::scope::Scope;
use jeton_model::store::{Page, TokenFilter, Write};

/// How many are returned at most.
const MOST: u32 = 1000;

/// A stored consent. Only [`Tokens`] makes one.
#[derive(Debug)]
pub struct Approval {
    /// Its number.
    pub id: DocumentId,
    /// The client; none when it was deleted.
    pub client: Option<Arc<Client>>,
    /// The scope that it covers.
    pub scope: Scope,
    /// When the person last gave it.
    pub updated: Timestamp,
}

impl Tokens {
    /// The person's consents.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn approvals(&self, caller: &Caller, service: ServiceId) -> Result<Vec<Approval>, Refusal> {
        let whose = caller.owner()?.key.to_string();
        let found =
            self.ledger.store().documents(service, DocumentKind::Consent, Some(&whose), Page::first(MOST)).await?;
        let mut approvals = Vec::with_capacity(found.items.len());
        for document in found.items {
            let client = match client_of(&document) {
                Some(key) => self.ledger.entities().client(key).await?,
                None => None,
            };
            let words = document.body.get("scope").and_then(|scope| scope.as_str()).unwrap_or_default();
            let scope = Scope::parse(words).unwrap_or_else(|_| Scope::empty());
            approvals.push(Approval { id: document.id, client, scope, updated: document.updated });
        }
        Ok(approvals)
    }

    /// Withdraws a consent, and ends the client's tokens for the person.
    ///
    /// # Errors
    /// [`NOT_FOUND`]; [`ROLE_NEEDED`] when it belongs to somebody else; or when the store fails.
    pub async fn withdraw_approval(&self, caller: &Caller, service: ServiceId, id: DocumentId) -> Result<(), Refusal> {
        let found = documents::by_number(&self.ledger, service, DocumentKind::Consent, id).await?;
        let document = found.ok_or_else(|| NOT_FOUND.with("approval"))?;
        let owner = caller.owner()?.key;
        if document.owner != owner.to_string() {
            return Err(ROLE_NEEDED.with("owner"));
        }
        let mut event = Event::new(EventKind::DocumentChanged, self.ledger.now(), Some(service), caller.changes()?);
        event.user = Some(owner);
        self.ledger.applied(vec![Write::DeleteDocument(id), Write::Event(Box::new(event))]).await?;
        let Some(client) = client_of(&document) else { return Ok(()) };
        let filter = TokenFilter { client: Some(client), ..TokenList::EVERY.of(service) };
        self.end_matching(caller, filter, ("a person took a consent back", RevocationScope::Family)).await.map(drop)
    }
}

fn client_of(document: &Document) -> Option<ClientKey> {
    document.name.parse().ok().map(ClientKey::new)
}
