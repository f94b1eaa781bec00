//! Lists records (`docs/contracts/authlete.md` section 2.2).

use std::sync::Arc;

use futures::future::try_join_all;
use jeton_model::Refusal;
use jeton_model::ids::ServiceId;
use jeton_model::records::{Client, TokenKind};
use jeton_model::store::{Order, Page, TokenFilter};
use jeton_model::terms::ByExpiry;

use super::Record;
use crate::Backend;
use crate::access::ApiCaller;

/// Which records.
pub struct ListRecords {
    /// Those of a client.
    pub client: Option<Arc<Client>>,
    /// Those of a subject.
    pub subject: Option<String>,
    /// Valid ones, expired ones, or both.
    pub status: ByExpiry,
    /// How many are left out before the page.
    pub skip: u64,
    /// How many the page has.
    pub limit: u32,
}

/// A page of records.
pub struct RecordPage {
    /// The records, by the end of their access tokens.
    pub records: Vec<Record>,
    /// How many there are in all.
    pub total: u64,
}

impl Backend {
    /// A page of the records of a service, with the total.
    ///
    /// # Errors
    /// `SUBJECT_TOO_LONG`, `SUBJECT_NOT_ASCII`, or when the store fails.
    pub async fn list_records(
        &self,
        caller: &ApiCaller,
        service: ServiceId,
        asked: ListRecords,
    ) -> Result<RecordPage, Refusal> {
        let subjects = match &asked.subject {
            None => vec![None],
            Some(text) => self.subjects(service, text).await?.into_iter().map(Some).collect(),
        };
        let administrator = caller.administrator(service);
        let (mut items, mut total) = (Vec::new(), 0_u64);
        for subject in subjects {
            let filter = TokenFilter {
                service: Some(service),
                kinds: vec![TokenKind::Access],
                client: asked.client.as_ref().map(|client| client.key),
                subject,
                ..TokenFilter::default()
            };
            let filter = filter.by_expiry(asked.status, self.ledger.now());
            // One after the other: what is left out, and what the page still has room for. In the order that both stores answer at
            // once, whatever the size.
            let room = asked.limit.saturating_sub(u32::try_from(items.len()).unwrap_or(u32::MAX));
            let skip = asked.skip.saturating_sub(total);
            let page = Page { order: Order::Expiry, skip, ..Page::first(room) };
            let listing = self.administration.tokens.list(&administrator, filter, page).await?;
            items.extend(listing.items);
            total += listing.total;
        }
        let records = try_join_all(items.into_iter().map(|token| self.record_of(Arc::new(token)))).await?;
        Ok(RecordPage { records, total })
    }
}
