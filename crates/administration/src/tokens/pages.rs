//! INDIGO IAM's lists (`docs/contracts/indigo-iam.md` sections 3 to 5): parts and complete lists, one token, and ending all
//! tokens of a list.

use std::sync::Arc;

use super::{ListedToken, TokenList, TokenName, Tokens};
use crate::named::is_name;
use crate::{Caller, named};
use jeton_ledger::ledger::RevocationScope;
use jeton_model::Refusal;
use jeton_model::ids::{ServiceId, TokenId};
use jeton_model::records::{Service, Subject, Token, User};
use jeton_model::refusals::NOT_FOUND;
use jeton_model::store::{Listing, Order, Page, TokenFilter};

/// How many a complete list returns at most: the contract has no pages there.
const MOST: u32 = 1000;

/// Whose tokens: both conditions combine with AND; without any, everybody's.
#[derive(Clone, Debug, Default)]
pub struct Whose {
    /// A user's name, exactly, or their `sub`.
    pub user: Option<String>,
    /// A client id, exactly.
    pub client: Option<String>,
}

/// Which part of a list, and what is shown of each token.
#[derive(Clone, Copy, Debug)]
pub struct TokenRange {
    /// How many tokens to skip.
    pub skip: u64,
    /// How many to return at most; with 0, only the total.
    pub limit: u32,
    /// Whether the refresh token issued with each is looked up.
    pub with_refresh: bool,
    /// Whether texts are shown, if that is allowed.
    pub with_value: bool,
}

impl Tokens {
    /// A part of a list, ordered by expiry, with the exact total and related data. Access tokens that never expire are not in it.
    /// For a name that does not exist the list is empty.
    ///
    /// # Errors
    /// As [`Self::list`].
    pub async fn part(
        &self,
        caller: &Caller,
        service: &Service,
        list: TokenList,
        whose: &Whose,
        range: TokenRange,
    ) -> Result<Listing<ListedToken>, Refusal> {
        let Some(filter) = self.filter_of(service.id, list, whose).await? else {
            return Ok(Listing { items: Vec::new(), total: 0 });
        };
        let filter = TokenFilter { ends: (list == TokenList::ACCESS).then_some(true), ..filter };
        let page = Page { order: Order::Expiry, after: 0, skip: range.skip, limit: range.limit };
        let Listing { items, total } = self.list(caller, filter, page).await?;
        let shown_to = caller.sees_values(service).filter(|_| range.with_value);
        Ok(Listing { items: self.described(items, range.with_refresh, shown_to).await?, total })
    }

    /// The live tokens of a list, and of a client if one is named; ordered by expiry, the first 1000 of them.
    ///
    /// # Errors
    /// [`NOT_FOUND`] for the client; as [`Self::list`].
    pub async fn whole(
        &self,
        caller: &Caller,
        service: &Service,
        list: TokenList,
        client_id: Option<&str>,
    ) -> Result<Vec<ListedToken>, Refusal> {
        let client = match client_id {
            Some(client_id) => Some(named::client(&self.ledger, service.id, client_id).await?.key),
            None => None,
        };
        let filter = TokenFilter { client, ..list.live(service.id, self.ledger.now()) };
        let page = Page { order: Order::Expiry, ..Page::first(MOST) };
        let rows = self.list(caller, filter, page).await?.items;
        self.described(rows, true, caller.sees_values(service)).await
    }

    /// One token of a list, with related data.
    ///
    /// # Errors
    /// As [`Self::one`].
    pub async fn show(
        &self,
        caller: &Caller,
        service: &Service,
        list: TokenList,
        id: TokenId,
    ) -> Result<ListedToken, Refusal> {
        let row = self.one(caller, service.id, list, &TokenName::Number(id)).await?;
        let described = self.described(vec![Token::clone(&row)], true, caller.sees_values(service)).await?.pop();
        described.ok_or_else(|| NOT_FOUND.with("token"))
    }

    /// Ends every token of a list, including those that never expire; `revocation_scope` says whether a refresh token ends its
    /// family. Returns how many.
    ///
    /// # Errors
    /// As [`Ledger::revoke_matching`](jeton_ledger::Ledger::revoke_matching).
    pub async fn end_all(
        &self,
        caller: &Caller,
        service: ServiceId,
        list: TokenList,
        whose: &Whose,
        revocation_scope: RevocationScope,
    ) -> Result<u64, Refusal> {
        let Some(filter) = self.filter_of(service, list, whose).await? else { return Ok(0) };
        self.end_matching(caller, filter, ("an administrator ended a whole list", revocation_scope)).await
    }

    /// None when a name does not exist.
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
                true => self.ledger.entities().client_by_id(service, name).await?,
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
        match self.ledger.entities().user_by_name(service, name).await? {
            Some(user) => Ok(Some(user)),
            None => Ok(self.ledger.entities().user_by_sub(service, name).await?),
        }
    }
}
