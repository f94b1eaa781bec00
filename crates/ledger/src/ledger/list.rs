//! List: which tokens exist. One filter for all faces.

use std::sync::Arc;

use super::Ledger;
use jeton_model::Refusal;
use jeton_model::ids::{ServiceId, TokenId};
use jeton_model::records::{Event, Token, TokenState};
use jeton_model::refusals::BUSY;
use jeton_model::store::{Listing, Page, TokenFilter};

/// The largest page.
const MAX_PAGE: u32 = 1000;

/// How often a page is read again at most because some of its tokens were ended. Each time removes at least one row, usually a
/// whole page and everything exchanged for the same tokens.
const ROUNDS: usize = 64;

impl Ledger {
    /// A page of tokens with the total; includes everything that was acknowledged before the call.
    ///
    /// A token that has ended only because of what it was exchanged from is on no page of live tokens: a page that contains it
    /// revokes it and is read again. Until then the total includes it; the total is exact for all others.
    ///
    /// # Errors
    /// When the store fails; [`BUSY`] while there are more such tokens than one list should end.
    pub async fn list(&self, filter: &TokenFilter, page: Page) -> Result<Listing<Token>, Refusal> {
        if filter.used_from.is_some() || filter.used_before.is_some() {
            // The uses recorded on this node; those of other nodes are seconds late.
            self.uses.flush().await?;
        }
        let page = Page { limit: page.limit.min(MAX_PAGE), ..page };
        for _ in 0..ROUNDS {
            let listing = self.store.tokens(filter, page).await?;
            if filter.live_at.is_none() || !self.end_orphaned(&listing.items).await? {
                return Ok(listing);
            }
        }
        Err(BUSY)
    }

    /// One token by number, for administrators, who need not present its text.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn token_by_number(&self, service: ServiceId, id: TokenId) -> Result<Option<Arc<Token>>, Refusal> {
        Ok(self.token(id).await?.filter(|t| t.service == service))
    }

    /// One token by number, if the service's lists of live tokens contain it now: it has not ended by itself, with its family or
    /// because of what it was exchanged from. Suspended tokens and tokens not yet valid are in these lists too.
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
        let is_orphaned = self.orphaned(&row, now).await?.is_some();
        Ok((!is_orphaned).then_some(row))
    }

    /// The latest events, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn events(&self, service: Option<ServiceId>, limit: u32) -> Result<Vec<Event>, Refusal> {
        Ok(self.store.events(service, limit.min(MAX_PAGE)).await?)
    }
}
