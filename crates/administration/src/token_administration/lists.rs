//! The administrators' lists: which tokens are in them, and ending one or all of them.

use std::sync::Arc;

use super::values::Shows;
use super::{ListedToken, TokenList, TokenLists};
use crate::named::is_name;
use crate::{AdminCaller, TokenReader};
use jeton_ledger::ledger::{Ending, Reach};
use jeton_ledger::refusal::Refusal;
use jeton_model::ids::{ServiceId, TokenId};
use jeton_model::records::{Reason, Service, Subject, Token, User};
use jeton_model::store::{Listing, Order, Page, TokenFilter};

/// Whose tokens: both combine with AND, none is everybody's.
#[derive(Clone, Debug, Default)]
pub struct Whose {
    /// A user's name, exactly, or their `sub`.
    pub user: Option<String>,
    /// A client's wire name, exactly.
    pub client: Option<String>,
}

/// Which part of a list, and what is told of each token.
#[derive(Clone, Copy, Debug)]
pub struct TokenRange {
    /// How many come before it.
    pub skip: u64,
    /// At most so many; 0 counts only.
    pub limit: u32,
    /// Whether the refresh token issued with each is looked up.
    pub with_refresh: bool,
    /// Whether texts are shown, where that is allowed.
    pub with_value: bool,
}

impl TokenLists {
    /// A part of a list, what ends first first, with the exact total. Access tokens that never end are not in it. A name that
    /// nobody has gives an empty list.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn tokens(
        &self,
        reader: &TokenReader,
        service: &Service,
        list: TokenList,
        whose: &Whose,
        range: TokenRange,
    ) -> Result<Listing<ListedToken>, Refusal> {
        let Some(filter) = self.filter_of(service.id, list, whose).await? else {
            return Ok(Listing { items: Vec::new(), total: 0 });
        };
        let filter = TokenFilter { ends: (list == TokenList::Access).then_some(true), ..filter };
        let page = Page { order: Order::Expiry, after: 0, skip: range.skip, limit: range.limit };
        let Listing { items, total } = self.ledger.list(&filter, page).await?;
        let shows = Shows::to_reader(reader, service).only_if(range.with_value);
        Ok(Listing { items: self.described(items, range.with_refresh, shows).await?, total })
    }

    /// One token of a list.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when it is in no such list or has ended; or when the store fails.
    pub async fn token(
        &self,
        reader: &TokenReader,
        service: &Service,
        list: TokenList,
        id: TokenId,
    ) -> Result<ListedToken, Refusal> {
        let row = self.listed_row(service.id, list, id).await?.ok_or(Refusal::NotFound("token"))?;
        self.described_one(&row, Shows::to_reader(reader, service)).await
    }

    /// Ends one token of a list.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when it is in no such list or has ended, also when another caller has just ended it; or when the
    /// store fails.
    pub async fn end(
        &self,
        caller: &AdminCaller,
        service: ServiceId,
        list: TokenList,
        id: TokenId,
        reach: Reach,
    ) -> Result<(), Refusal> {
        let row = self.listed_row(service, list, id).await?.ok_or(Refusal::NotFound("token"))?;
        let ended = self.ledger.revoke(&row, Ending::new(Reason::Admin, caller.actor()).reaching(reach)).await?;
        if ended.changed { Ok(()) } else { Err(Refusal::NotFound("token")) }
    }

    /// Ends every token of a list, those that never end too; `reach` says what a refresh token takes along. Returns how many.
    ///
    /// # Errors
    /// As [`Ledger::revoke_matching`].
    pub async fn end_all(
        &self,
        caller: &AdminCaller,
        service: ServiceId,
        list: TokenList,
        whose: &Whose,
        reach: Reach,
    ) -> Result<u64, Refusal> {
        let Some(filter) = self.filter_of(service, list, whose).await? else { return Ok(0) };
        let ending = Ending::new(Reason::Admin, caller.actor()).noting("an administrator ended a whole list");
        self.ledger.revoke_matching(filter, ending.reaching(reach)).await
    }

    /// The row, if it is in the list now.
    pub(super) async fn listed_row(
        &self,
        service: ServiceId,
        list: TokenList,
        id: TokenId,
    ) -> Result<Option<Arc<Token>>, Refusal> {
        Ok(self.ledger.listed(service, id).await?.filter(|row| list.kinds().contains(&row.kind)))
    }

    /// None when a name is nobody's.
    async fn filter_of(
        &self,
        service: ServiceId,
        list: TokenList,
        whose: &Whose,
    ) -> Result<Option<TokenFilter>, Refusal> {
        let mut filter = list.live(service, self.ledger.now());
        if let Some(name) = &whose.user {
            let Some(user) = self.named_user(service, name).await? else { return Ok(None) };
            filter.subject = Some(Subject::User(user.key));
        }
        if let Some(name) = &whose.client {
            let found = match is_name(name) {
                true => self.ledger.directory().client_by_id(service, name).await?,
                false => None,
            };
            let Some(client) = found else { return Ok(None) };
            filter.client = Some(client.key);
        }
        Ok(Some(filter))
    }

    /// A user by the name that they sign in with, else by their `sub`.
    async fn named_user(&self, service: ServiceId, name: &str) -> Result<Option<Arc<User>>, Refusal> {
        if !is_name(name) {
            return Ok(None);
        }
        match self.ledger.directory().user_by_name(service, name).await? {
            Some(user) => Ok(Some(user)),
            None => Ok(self.ledger.directory().user_by_sub(service, name).await?),
        }
    }
}
