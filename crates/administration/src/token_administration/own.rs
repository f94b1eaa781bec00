//! A person's own tokens (`docs/contracts/indigo-iam.md` section 4), and those of a client for administrators in the same form.

use std::sync::Arc;

use super::values::Shows;
use super::{ListedToken, TokenList, TokenLists};
use crate::{TokenOwner, TokenReader, named};
use jeton_ledger::ledger::{Ending, Reach};
use jeton_ledger::refusal::Refusal;
use jeton_model::ids::{ServiceId, TokenId};
use jeton_model::records::{Actor, Reason, Service, Subject, Token};
use jeton_model::store::{Order, Page, TokenFilter};

/// How many are told at most: the contract's list has no pages.
const MOST: u32 = 1000;

impl TokenLists {
    /// The person's live tokens, what ends first first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn own(
        &self,
        owner: &TokenOwner,
        service: &Service,
        list: TokenList,
    ) -> Result<Vec<ListedToken>, Refusal> {
        let subject = Some(Subject::User(owner.user.key));
        let filter = TokenFilter { subject, ..list.live(service.id, self.ledger.now()) };
        self.whole(&filter, Shows::to_owner(owner, service)).await
    }

    /// One of them.
    ///
    /// # Errors
    /// [`Refusal::NotFound`]; [`Refusal::RoleNeeded`] when it is somebody else's; or when the store fails.
    pub async fn own_one(
        &self,
        owner: &TokenOwner,
        service: &Service,
        list: TokenList,
        id: TokenId,
    ) -> Result<ListedToken, Refusal> {
        let row = self.own_row(owner, service.id, list, id).await?;
        self.described_one(&row, Shows::to_owner(owner, service)).await
    }

    /// Ends one of them.
    ///
    /// # Errors
    /// As [`Self::own_one`].
    pub async fn end_own(
        &self,
        owner: &TokenOwner,
        service: ServiceId,
        list: TokenList,
        id: TokenId,
        reach: Reach,
    ) -> Result<(), Refusal> {
        let row = self.own_row(owner, service, list, id).await?;
        let ended =
            self.ledger.revoke(&row, Ending::new(Reason::User, Actor::User(owner.user.key)).reaching(reach)).await?;
        if ended.changed { Ok(()) } else { Err(Refusal::NotFound("token")) }
    }

    /// A client's live access tokens.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for the client; or when the store fails.
    pub async fn of_client(
        &self,
        reader: &TokenReader,
        service: &Service,
        client_id: &str,
    ) -> Result<Vec<ListedToken>, Refusal> {
        let client = named::client(&self.ledger, service.id, client_id).await?;
        let filter = TokenFilter { client: Some(client.key), ..TokenList::Access.live(service.id, self.ledger.now()) };
        self.whole(&filter, Shows::to_reader(reader, service)).await
    }

    async fn whole(&self, filter: &TokenFilter, shows: Shows) -> Result<Vec<ListedToken>, Refusal> {
        let page = Page { order: Order::Expiry, ..Page::first(MOST) };
        let rows = self.ledger.list(filter, page).await?.items;
        self.described(rows, true, shows).await
    }

    async fn own_row(
        &self,
        owner: &TokenOwner,
        service: ServiceId,
        list: TokenList,
        id: TokenId,
    ) -> Result<Arc<Token>, Refusal> {
        let row = self.listed_row(service, list, id).await?.ok_or(Refusal::NotFound("token"))?;
        if row.subject == Some(Subject::User(owner.user.key)) { Ok(row) } else { Err(Refusal::RoleNeeded("owner")) }
    }
}
