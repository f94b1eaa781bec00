//! Removes clients of open registration that nobody uses.
//!
//! A token counts as a use, and so does an API token of a person that belongs to the client. The end is extended at most once in
//! half of `registration.idle`, so that most uses cost no write; a task removes the clients whose end has passed.

use super::quota::{end_of, kept_until};
use crate::OAuth;
use jeton_model::Refusal;
use jeton_model::ids::ClientKey;
use jeton_model::records::{Actor, Client, Document, DocumentKind, EventKind, Service, Subject, TokenKind};
use jeton_model::refusals::RECORD_CHANGED;
use jeton_model::store::{TokenFilter, Write};

/// How many are read at once.
const PAGE: u32 = 500;

impl OAuth {
    /// Removes the clients of open registration whose end has passed; returns how many.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn end_unused_clients(&self) -> Result<u64, Refusal> {
        let mut ended = 0;
        let mut after = 0;
        loop {
            let found = self.ledger.store().documents_of_all(DocumentKind::AnonymousClient, None, after, PAGE).await?;
            for document in found.iter().filter(|document| end_of(document) <= self.ledger.now()) {
                let Some(service) = self.ledger.entities().service(document.service) else { continue };
                ended += u64::from(self.end_unused(&service, document).await?);
            }
            match found.last() {
                Some(last) if found.len() == PAGE as usize => after = last.id.get(),
                _ => return Ok(ended),
            }
        }
    }

    /// Removes a document and its client, if the client still exists.
    pub(super) async fn end_unused(&self, service: &Service, document: &Document) -> Result<bool, Refusal> {
        let mut writes = vec![Write::DeleteDocument(document.id)];
        let client = match document.name.parse().map(ClientKey::new) {
            Ok(key) => self.ledger.store().client(key).await?,
            Err(_) => None,
        };
        let Some(client) = client.filter(|client| client.service == service.id && client.registered_from.is_some())
        else {
            self.ledger.applied(writes).await?;
            return Ok(false);
        };
        // An administrator's decision about a client that could come again by itself outlives its use.
        let is_decided = client.from_document && (client.administered || !client.enabled);
        if let Some(address) = client.registered_from.as_deref().filter(|_| is_decided || client.enabled)
            && (is_decided || self.serves_a_person(&client).await?)
        {
            let until = self.ledger.now() + service.settings.registration.idle;
            let write = kept_until(&self.ledger, &client, address, (until, true)).await?;
            self.ledger.applied(vec![write]).await?;
            return Ok(false);
        }
        writes.push(Write::DeleteClient(client.key));
        let what = (Actor::System, EventKind::ClientDeleted);
        match self.administration.write_client(what, Some(client.clone()), &client, writes).await {
            // The record was changed just now: the next round checks again.
            Err(refusal) if refusal.is(&RECORD_CHANGED) => Ok(false),
            other => other.map(|()| true),
        }
    }

    /// Whether a person still has an API token of this client. Its use is recorded at the token, not at the client.
    async fn serves_a_person(&self, client: &Client) -> Result<bool, Refusal> {
        let filter = TokenFilter {
            service: Some(client.service),
            kinds: vec![TokenKind::Api],
            client: Some(client.key),
            live_at: Some(self.ledger.now()),
            ..TokenFilter::default()
        };
        let mut after = 0;
        loop {
            let found = self.ledger.store().tokens_after(&filter, after, PAGE).await?;
            for token in &found {
                if let Some(Subject::User(key)) = token.subject
                    && let Some(user) = self.ledger.entities().user(key).await?
                    && user.counts_from(token.kind) <= token.issued
                {
                    return Ok(true);
                }
            }
            match found.last() {
                Some(last) if found.len() == PAGE as usize => after = last.id.get(),
                _ => return Ok(false),
            }
        }
    }
}
