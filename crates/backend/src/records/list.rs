//! Lists records (`docs/contracts/authlete.md` section 2.2).

use std::sync::Arc;

use futures::future::try_join_all;
use jeton_administration::Caller;
use jeton_model::Refusal;
use jeton_model::ids::{GrantId, ServiceId};
use jeton_model::records::{Client, Token, TokenKind};
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
    /// The records, in the order of [`Backend::list_records`].
    pub records: Vec<Record>,
    /// How many there are in all.
    pub total: u64,
}

/// Up to how many records a list is sorted as a whole: ten of the largest pages.
const SORTED: u32 = 200;

impl Backend {
    /// A page of the records of a service, with the total. Up to 200 records are in the order in which they were created, which
    /// nothing moves; a longer list is in the order in which the access tokens end, which both stores answer at once whatever its
    /// size. An index for the other order would cost each token that is issued another row.
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
        let now = self.ledger.now();
        let filters: Vec<_> = subjects
            .into_iter()
            .map(|subject| {
                let filter = TokenFilter {
                    service: Some(service),
                    kinds: vec![TokenKind::Access],
                    client: asked.client.as_ref().map(|client| client.key),
                    subject,
                    ..TokenFilter::default()
                };
                filter.by_expiry(asked.status, now)
            })
            .collect();
        let (mut items, total) = self.by_end(&administrator, &filters, (asked.skip, asked.limit)).await?;
        if asked.limit > 0 && total <= SORTED.into() {
            if (items.len() as u64) < total {
                (items, _) = self.by_end(&administrator, &filters, (0, SORTED)).await?;
            }
            items.sort_by_key(|token| (token.grant.map_or(token.id.get(), GrantId::get), token.id));
            let skip = usize::try_from(asked.skip).unwrap_or(usize::MAX);
            items = items.into_iter().skip(skip).take(asked.limit as usize).collect();
        }
        let records = try_join_all(items.into_iter().map(|token| self.record_of(Arc::new(token)))).await?;
        Ok(RecordPage { records, total })
    }

    /// The tokens of these filters, one after the other, each in the order in which they end: so many after the first ones, and how
    /// many there are in all.
    async fn by_end(
        &self,
        caller: &Caller,
        filters: &[TokenFilter],
        (skip, limit): (u64, u32),
    ) -> Result<(Vec<Token>, u64), Refusal> {
        let (mut items, mut total) = (Vec::new(), 0_u64);
        for filter in filters {
            // What is left out, and what the page still has room for.
            let room = limit.saturating_sub(u32::try_from(items.len()).unwrap_or(u32::MAX));
            let page = Page { order: Order::Expiry, skip: skip.saturating_sub(total), ..Page::first(room) };
            let listing = self.administration.tokens.list(caller, filter.clone(), page).await?;
            items.extend(listing.items);
            total += listing.total;
        }
        Ok((items, total))
    }
}
