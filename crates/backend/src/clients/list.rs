//! Lists clients.

use std::collections::BTreeSet;
use std::sync::Arc;

use jeton_model::Refusal;
use jeton_model::ids::ClientKey;
use jeton_model::records::{Client, Service, TokenKind};
use jeton_model::store::{Page, StateName, TokenFilter};
use serde_json::Value;

use crate::Backend;

/// How many rows are read at once where all must be looked at.
const STEP: u32 = 1_000;

/// A page of clients.
pub struct ClientPage {
    /// The clients, by number.
    pub clients: Vec<Arc<Client>>,
    /// How many there are in all.
    pub total: u64,
}

/// Which clients of those that have tokens of a subject.
pub struct ListAuthorized<'a> {
    /// The subject.
    pub subject: &'a str,
    /// Those of this developer only.
    pub developer: Option<&'a str>,
    /// How many are left out before the page.
    pub skip: u64,
    /// How many the page has.
    pub limit: u32,
}

impl Backend {
    /// A page of the clients of a service, or of one developer.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn list_clients(
        &self,
        service: &Service,
        developer: Option<&str>,
        skip: u64,
        limit: u32,
    ) -> Result<ClientPage, Refusal> {
        let Some(developer) = developer else {
            let page = Page { skip, ..Page::first(limit) };
            let listing = self.administration.clients(service.id, page).await?;
            return Ok(ClientPage { clients: listing.items.into_iter().map(Arc::new).collect(), total: listing.total });
        };
        let mut found = Vec::new();
        let mut page = Page::first(STEP);
        loop {
            let all = self.administration.clients(service.id, page).await?.items;
            let (last, is_last) = (all.last().map(|client| client.key.get()), all.len() < STEP as usize);
            found.extend(all.into_iter().filter(|client| is_of(client, developer)).map(Arc::new));
            match last {
                Some(last) if !is_last => page.after = last,
                _ => return Ok(cut(found, skip, limit)),
            }
        }
    }

    /// A page of the clients that have tokens of a subject, expired ones included.
    ///
    /// # Errors
    /// `SUBJECT_TOO_LONG`, `SUBJECT_NOT_ASCII`; or when the store fails.
    pub async fn list_authorized(&self, service: &Service, asked: ListAuthorized<'_>) -> Result<ClientPage, Refusal> {
        let mut keys: BTreeSet<ClientKey> = BTreeSet::new();
        for subject in self.subjects(service.id, asked.subject).await? {
            let filter = TokenFilter {
                service: Some(service.id),
                kinds: vec![TokenKind::Access, TokenKind::Refresh],
                subject: Some(subject),
                state: Some(StateName::Active),
                ..TokenFilter::default()
            };
            let mut after = 0;
            loop {
                let tokens = self.ledger.store().tokens_after(&filter, after, STEP).await?;
                keys.extend(tokens.iter().filter_map(|token| token.client));
                match tokens.last() {
                    Some(last) if tokens.len() == STEP as usize => after = last.id.get(),
                    _ => break,
                }
            }
        }
        let mut found = Vec::new();
        for key in keys {
            let client = self.ledger.entities().client(key).await?;
            found.extend(client.filter(|client| asked.developer.is_none_or(|name| is_of(client, name))));
        }
        Ok(cut(found, asked.skip, asked.limit))
    }
}

fn is_of(client: &Client, developer: &str) -> bool {
    let own = client.backend.as_ref().and_then(|own| own.document.get("developer"));
    own.and_then(Value::as_str) == Some(developer)
}

fn cut(all: Vec<Arc<Client>>, skip: u64, limit: u32) -> ClientPage {
    let total = all.len() as u64;
    let skip = usize::try_from(skip).unwrap_or(usize::MAX);
    ClientPage { clients: all.into_iter().skip(skip).take(limit as usize).collect(), total }
}
