//! Tokens as administrators and people manage them, through every face: listing them, showing one, ending one or many.
//!
//! The [`Caller`] says who may; the [`TokenList`] says which tokens a path covers.

mod consents;
mod create;
mod described;
mod lifetime;
mod pages;
mod token_list;

use std::sync::Arc;

use jeton_jose::Secret;

use crate::Caller;
use crate::filter::FilterWords;
use crate::refusals::ROLE_NEEDED;
use jeton_ledger::Ledger;
use jeton_ledger::ledger::{Revocation, RevocationScope};
use jeton_model::Refusal;
use jeton_model::ids::{ServiceId, TokenId};
use jeton_model::records::Token;
use jeton_model::refusals::NOT_FOUND;
use jeton_model::store::{Listing, Page, TokenFilter};

pub use consents::Approval;
pub use create::NewToken;
pub use described::{ListedToken, WITHOUT_ID_TOKEN};
pub use lifetime::Lifetime;
pub(crate) use lifetime::like;
pub use pages::{TokenRange, Whose};
pub use token_list::TokenList;

/// A token by number or by its text.
pub enum TokenName {
    /// Its number.
    Number(TokenId),
    /// Its text.
    Text(Secret),
}

/// The tokens of all services, for callers that may see them. It has no state of its own. Made by
/// [`Administration::new`](crate::Administration::new).
pub struct Tokens {
    pub(crate) ledger: Arc<Ledger>,
}

impl Tokens {
    /// A page of the tokens that a filter matches and the caller sees, with the total.
    ///
    /// # Errors
    /// As [`Ledger::list`]; [`ROLE_NEEDED`] for a caller who sees no tokens.
    pub async fn list(&self, caller: &Caller, filter: TokenFilter, page: Page) -> Result<Listing<Token>, Refusal> {
        self.ledger.list(&caller.narrowed(filter)?, page).await
    }

    /// A page of the tokens that these words match and the caller sees; none when a name in them does not exist.
    ///
    /// # Errors
    /// As [`FilterWords::resolve`] and [`Self::list`].
    pub async fn matching(
        &self,
        caller: &Caller,
        service: ServiceId,
        words: &FilterWords,
        page: Page,
    ) -> Result<Option<Listing<Token>>, Refusal> {
        match words.resolve(&self.ledger, service).await? {
            Some(filter) => self.list(caller, filter, page).await.map(Some),
            None => Ok(None),
        }
    }

    /// A page of a list's tokens that the caller sees; optionally only those that have not ended.
    ///
    /// # Errors
    /// As [`Self::list`].
    pub async fn listed(
        &self,
        caller: &Caller,
        service: ServiceId,
        (list, live): (TokenList, bool),
        page: Page,
    ) -> Result<Listing<Token>, Refusal> {
        let live_at = live.then(|| self.ledger.now());
        self.list(caller, TokenFilter { live_at, ..list.of(service) }, page).await
    }

    /// The latest tokens of a service, newest first, with the total.
    ///
    /// # Errors
    /// As [`Self::list`].
    pub async fn latest(&self, caller: &Caller, service: ServiceId, count: u32) -> Result<Listing<Token>, Refusal> {
        let every = (TokenList::EVERY, false);
        let total = self.listed(caller, service, every, Page::first(0)).await?.total;
        let page = Page { after: 0, skip: total.saturating_sub(u64::from(count)), limit: count, ..Page::first(0) };
        let mut listing = self.listed(caller, service, every, page).await?;
        listing.items.reverse();
        Ok(listing)
    }

    /// One token of a list.
    ///
    /// # Errors
    /// [`NOT_FOUND`] when it is not in the list; [`ROLE_NEEDED`] or the same when the caller does not see it; or when
    /// the store fails.
    pub async fn one(
        &self,
        caller: &Caller,
        service: ServiceId,
        list: TokenList,
        name: &TokenName,
    ) -> Result<Arc<Token>, Refusal> {
        let found = match name {
            TokenName::Number(id) if list.is_of_live => self.ledger.listed(service, *id).await?,
            TokenName::Number(id) => self.ledger.token_by_number(service, *id).await?,
            TokenName::Text(text) => self.ledger.find(service, text.expose()).await?,
        };
        let is_in = |row: &Arc<Token>| list.kinds.is_empty() || list.kinds.contains(&row.kind);
        let row = found.filter(is_in).ok_or_else(|| NOT_FOUND.with("token"))?;
        match caller.sees(&row) {
            true => Ok(row),
            false if list.is_of_live => Err(ROLE_NEEDED.with("owner")),
            false => Err(NOT_FOUND.with("token")),
        }
    }

    /// Ends one token of a list; `revocation_scope` says whether a refresh token ends its family. Returns the token, and whether
    /// it was still active.
    ///
    /// # Errors
    /// As [`Self::one`]; from a list of live tokens [`NOT_FOUND`] also when another caller has just ended it.
    pub async fn end(
        &self,
        caller: &Caller,
        service: ServiceId,
        list: TokenList,
        name: &TokenName,
        revocation_scope: RevocationScope,
    ) -> Result<(Arc<Token>, Revocation), Refusal> {
        let row = self.one(caller, service, list, name).await?;
        let ended = self.ledger.revoke(&row, caller.ending(revocation_scope)?).await?;
        if list.is_of_live && !ended.changed { Err(NOT_FOUND.with("token")) } else { Ok((row, ended)) }
    }

    /// Ends every live token that a filter matches and the caller sees; `revocation_scope` says whether a refresh token ends its
    /// family, `note` goes into the event. Returns how many.
    ///
    /// # Errors
    /// As [`Ledger::revoke_matching`].
    pub(crate) async fn end_matching(
        &self,
        caller: &Caller,
        filter: TokenFilter,
        (note, revocation_scope): (&'static str, RevocationScope),
    ) -> Result<u64, Refusal> {
        self.ledger.revoke_matching(caller.narrowed(filter)?, caller.ending(revocation_scope)?.noting(note)).await
    }
}
