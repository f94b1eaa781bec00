//! What a person sees of their API tokens, and how they revoke one.

use std::sync::Arc;

use super::{ApiTokens, Holder};
use jeton_ledger::ledger::{Ending, Revocation, Verdict};
use jeton_ledger::refusal::Refusal;
use jeton_model::ids::TokenId;
use jeton_model::records::{Reason, Subject, Token, TokenKind};
use jeton_model::store::{Listing, Page, TokenFilter};

impl ApiTokens {
    /// A page of a person's API tokens, by number, with the total. `live`: only those that have not ended.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn own(&self, holder: &Holder, live: bool, page: Page) -> Result<Listing<Token>, Refusal> {
        let filter = TokenFilter {
            service: Some(holder.user.service),
            kinds: vec![TokenKind::Api],
            subject: Some(Subject::User(holder.user.key)),
            live_at: live.then(|| self.ledger.now()),
            ..TokenFilter::default()
        };
        self.ledger.list(&filter, page).await
    }

    /// One API token of a person, valid or not. Somebody else's is not found.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], or when the store fails.
    pub async fn own_one(&self, holder: &Holder, id: TokenId) -> Result<Verdict, Refusal> {
        let row = self.ledger.token_by_number(holder.user.service, id).await?;
        let own = |row: &Arc<Token>| row.kind == TokenKind::Api && row.subject == Some(Subject::User(holder.user.key));
        self.ledger.judge(row.filter(own).ok_or(Refusal::NotFound("token"))?).await
    }

    /// What is known of a row of a person's list.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn judge_own(&self, _: &Holder, row: Token) -> Result<Verdict, Refusal> {
        self.ledger.judge(Arc::new(row)).await
    }

    /// Ends an API token of a person.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], or when the store fails.
    pub async fn revoke_own(&self, holder: &Holder, id: TokenId) -> Result<(Arc<Token>, Revocation), Refusal> {
        let row = match self.own_one(holder, id).await? {
            Verdict::Live(live) => live.token,
            Verdict::Dead(_, row) => row.ok_or(Refusal::NotFound("token"))?,
        };
        let revocation = self.ledger.revoke(&row, Ending::new(Reason::User, holder.actor())).await?;
        Ok((row, revocation))
    }
}
