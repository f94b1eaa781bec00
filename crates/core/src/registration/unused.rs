//! Clients of open registration end when nobody uses them.
//!
//! A use is a token, and so is an API token that a person still has of the client. The end is moved on at most once in half of `registration.idle`, so that using a client costs no
//! write; a task removes the clients whose end has come.

use std::sync::PoisonError;

use futures::FutureExt as _;
use futures::future::BoxFuture;

use super::quota::{end_of, kept_until};
use crate::Ledger;
use crate::ids::ClientKey;
use crate::ledger::{Issued, MintObserver};
use crate::model::{Actor, Client, Document, DocumentKind, EventKind, Service, Subject, TokenKind};
use crate::refusal::Refusal;
use crate::store::{Page, TokenFilter, Write};

/// How many clients are remembered.
const REMEMBERED: usize = 10_000;
/// How many are looked at in one go.
const PAGE: u32 = 500;

/// Notes that a client of open registration got a token.
pub(crate) struct UseOfClients;

impl MintObserver for UseOfClients {
    fn minted<'a>(&'a self, ledger: &'a Ledger, client: &'a Client, issued: &'a Issued) -> Option<BoxFuture<'a, ()>> {
        client.registered_from.as_ref()?;
        // The token that its registrant looks after it with is no use of the client.
        let used = issued.tokens.iter().any(|token| token.kind != TokenKind::Registration);
        used.then(|| ledger.note_in_use(client).boxed())
    }
}

impl Ledger {
    /// Notes that a client is in use: it got a token, or a person allows it something. Failing to note it fails nobody's
    /// request: the next use notes it again.
    pub(crate) async fn note_in_use(&self, client: &Client) {
        let (Some(address), Some(service)) = (&client.registered_from, self.directory().service(client.service)) else {
            return;
        };
        let (now, idle) = (self.now(), service.settings.registration.idle);
        if self.kept(client.key).is_some_and(|until| until > now + idle / 2) {
            return;
        }
        let until = now + idle;
        let noted = match kept_until(self, client, address, (until, true)).await {
            Ok(write) => self.applied(vec![write]).await.map(drop),
            Err(refusal) => Err(refusal),
        };
        match noted {
            Ok(()) => self.keep(client.key, until),
            Err(refusal) => tracing::warn!(client = %client.client_id, %refusal, "cannot note that a client was used"),
        }
    }

    /// Removes the clients of open registration whose end has come; returns how many.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn end_unused_clients(&self) -> Result<u64, Refusal> {
        let mut ended = 0;
        for service in self.directory().services() {
            let mut page = Page::first(PAGE);
            loop {
                let kind = DocumentKind::AnonymousClient;
                let found = self.store().documents(service.id, kind, None, page).await?.items;
                for document in found.iter().filter(|document| end_of(document) <= self.now()) {
                    ended += u64::from(self.end_unused(&service, document).await?);
                }
                match found.last() {
                    Some(last) if found.len() == PAGE as usize => page.after = last.id.get(),
                    _ => break,
                }
            }
        }
        Ok(ended)
    }

    /// Removes the client that a document is about, if it is still there, and the document.
    pub(super) async fn end_unused(&self, service: &Service, document: &Document) -> Result<bool, Refusal> {
        let mut writes = vec![Write::DeleteDocument(document.id)];
        let client = match document.name.parse().map(ClientKey::new) {
            Ok(key) => self.store().client(key).await?,
            Err(_) => None,
        };
        let Some(client) = client.filter(|client| client.service == service.id && client.registered_from.is_some())
        else {
            self.applied(writes).await?;
            return Ok(false);
        };
        if let Some(address) = client.registered_from.as_deref().filter(|_| client.enabled)
            && self.serves_a_person(&client).await?
        {
            let until = self.now() + service.settings.registration.idle;
            let write = kept_until(self, &client, address, (until, true)).await?;
            self.applied(vec![write]).await?;
            return Ok(false);
        }
        writes.push(Write::DeleteClient(client.key));
        let what = (Actor::System, EventKind::ClientDeleted);
        match self.write_client(what, Some(client.clone()), &client, writes).await {
            // Somebody changed it a moment ago: the next round looks again.
            Err(Refusal::RecordChanged) => Ok(false),
            other => other.map(|()| true),
        }
    }

    /// Whether a person still has an API token of this client. Its use is noted at the token, not at the client.
    async fn serves_a_person(&self, client: &Client) -> Result<bool, Refusal> {
        let filter = TokenFilter {
            service: Some(client.service),
            kinds: vec![TokenKind::Api],
            client: Some(client.key),
            live_at: Some(self.now()),
            ..TokenFilter::default()
        };
        let mut after = 0;
        loop {
            let found = self.store().tokens_after(&filter, after, PAGE).await?;
            for token in &found {
                if let Some(Subject::User(key)) = token.subject
                    && let Some(user) = self.directory().user(key).await?
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

    fn kept(&self, client: ClientKey) -> Option<crate::Timestamp> {
        self.registrations().kept.lock().unwrap_or_else(PoisonError::into_inner).get(&client).copied()
    }

    fn keep(&self, client: ClientKey, until: crate::Timestamp) {
        let mut kept = self.registrations().kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= REMEMBERED {
            kept.clear();
        }
        kept.insert(client, until);
    }
}
