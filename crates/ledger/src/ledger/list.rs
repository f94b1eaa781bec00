//! List: which tokens there are. One filter for every face.

use std::sync::Arc;

use super::Ledger;
use jeton_model::Refusal;
use jeton_model::ids::{ServiceId, TokenId};
use jeton_model::records::{Event, Token, TokenState};
use jeton_model::refusals::BUSY;
use jeton_model::store::{Listing, Page, TokenFilter};

/// The largest page.
const MAX_PAGE: u32 = 1000;

/// How often a page is read again at most because tokens of it were ended. Each time brings it on by at least one, as a rule
/// by a whole page and all that was exchanged for the same tokens.
const ROUNDS: usize = 64;

impl Ledger {
    /// A page of tokens with the total; includes everything answered before the call.
    ///
    /// What has ended only by what it was exchanged from is in no page of live tokens: it is ended for good when a page meets it,
    /// and the page is read again. The total counts it until then, and is exact for everything else.
    ///
    /// # Errors
    /// When the store fails; [`BUSY`] while there is more to end than one list should.
    pub async fn list(&self, filter: &TokenFilter, page: Page) -> Result<Listing<Token>, Refusal> {
        if filter.used_from.is_some() || filter.used_before.is_some() {
            // Of this node; those of others lag by seconds.
            self.uses.flush().await?;
        }
        let page = Page { limit: page.limit.min(MAX_PAGE), ..page };
        for _ in 0..ROUNDS {
            let listing = self.store.tokens(filter, page).await?;
            if filter.live_at.is_none() || !self.end_fallen(&listing.items).await? {
                return Ok(listing);
            }
        }
        Err(BUSY)
    }

    /// One token by number, for administrators: no text is needed to see it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn token_by_number(&self, service: ServiceId, id: TokenId) -> Result<Option<Arc<Token>>, Refusal> {
        Ok(self.token(id).await?.filter(|t| t.service == service))
    }

    /// One token by number, if a service's lists of live tokens have it now: it has ended neither by itself nor with its family,
    /// nor by what it was exchanged from. They also have what is suspended and what is not valid yet.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn listed(&self, service: ServiceId, id: TokenId) -> Result<Option<Arc<Token>>, Refusal> {
        let now = self.now();
        let is_active = |row: &Token| matches!(row.state, TokenState::Active) && row.expires.is_none_or(|at| now < at);
        let found = self.token(id).await?.filter(|row| row.service == service && is_active(row));
        let Some(row) = found else { return Ok(None) };
        if let Some(family) = row.grant
            && self.live_family(family, now).await?.is_none()
        {
            return Ok(None);
        }
        let has_fallen = self.fallen(&row, now).await?.is_some();
        Ok((!has_fallen).then_some(row))
    }

    /// The latest events, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn events(&self, service: Option<ServiceId>, limit: u32) -> Result<Vec<Event>, Refusal> {
        Ok(self.store.events(service, limit.min(MAX_PAGE)).await?)
    }
}
