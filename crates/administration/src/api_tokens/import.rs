//! Taking over tokens that were made elsewhere, by the hash of their text: nobody has to be given a new one.

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;

use super::create::check_words;
use super::{AddressRanges, ApiTokens, Lifetime};
use crate::{Caller, named};
use jeton_ledger::ledger::{Exchanged, Given, Plan, TokenPlan};
use jeton_ledger::refusal::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::TokenId;
use jeton_model::records::{Service, TokenDetails, TokenFormat, TokenKind, Verifier};
use jeton_model::scope::Scope;
use jeton_model::store::Lost;

/// How many tokens one call takes over.
pub const MOST_IMPORTED: usize = 1000;
/// How many of them are written at the same time.
const AT_ONCE: usize = 64;

/// A token to take over.
#[derive(Debug)]
pub struct ImportOrder {
    /// SHA-256 of its text.
    pub hash: [u8; 32],
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// The name of the user in whose name it is.
    pub user: Option<String>,
    /// The wire name of its client.
    pub client: Option<String>,
    /// Its rights; none: the client's default.
    pub scope: Option<Scope>,
    /// When it ends.
    pub end: ImportEnd,
    /// From where it may be used.
    pub ranges: AddressRanges,
}

/// When an imported token ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportEnd {
    /// As the policy says of a token made now.
    Usual,
    /// Then.
    At(Timestamp),
    /// Never.
    Never,
}

impl ApiTokens {
    /// Takes over tokens, each wholly or not at all; says of each what became of it, in the same order.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for none or more than [`MOST_IMPORTED`]. What is wrong with one stands in its own answer:
    /// [`Refusal::Conflict`] for a hash that is there, [`Refusal::NotFound`], [`Refusal::ScopeNotAllowed`],
    /// [`Refusal::ApiTokenLifetime`], [`Refusal::AuthorityExceeded`], [`Refusal::Invalid`].
    pub async fn import(
        &self,
        caller: &Caller,
        service: &Arc<Service>,
        orders: Vec<Result<ImportOrder, Refusal>>,
    ) -> Result<Vec<Result<TokenId, Refusal>>, Refusal> {
        if orders.is_empty() || orders.len() > MOST_IMPORTED {
            return Err(Refusal::Invalid(format!("`tokens`: send 1 to {MOST_IMPORTED}")));
        }
        let mut outcomes = Vec::with_capacity(orders.len());
        let mut waiting = orders.into_iter();
        loop {
            let now: Vec<_> = waiting.by_ref().take(AT_ONCE).collect();
            if now.is_empty() {
                return Ok(outcomes);
            }
            let each = now.into_iter().map(async |order| self.import_one(caller, service, order?).await);
            outcomes.extend(join_all(each).await);
        }
    }

    async fn import_one(
        &self,
        caller: &Caller,
        service: &Arc<Service>,
        order: ImportOrder,
    ) -> Result<TokenId, Refusal> {
        check_words(&order.name, order.description.as_deref())?;
        let client = named::enabled_client(&self.ledger, service, order.client.as_deref()).await?;
        let user = named::enabled_user(&self.ledger, service, order.user.as_deref()).await?;
        let default = || client.as_ref().and_then(|client| client.default_scope.clone());
        let scope = order.scope.or_else(default).unwrap_or_else(Scope::empty);
        if let Some(beyond) = client.as_ref().and_then(|client| scope.beyond(&client.scope)) {
            return Err(Refusal::ScopeNotAllowed(beyond));
        }
        caller.may_put(&scope, client.as_deref(), user.as_deref())?;
        let life = self.life_until(service, order.end)?;
        let mut details =
            TokenDetails { name: Some(order.name), description: order.description, ..TokenDetails::default() };
        order.ranges.put(&mut details);
        let token = TokenPlan {
            details,
            given: Some(Given { hash: Verifier(order.hash), by: caller.administers()? }),
            ..TokenPlan::new(TokenKind::Api, TokenFormat::Foreign, scope, life)
        };
        let plan = Plan::new(Arc::clone(service), client);
        let plan = match user {
            Some(user) => plan.of_user(user),
            None => plan,
        };
        match self.ledger.exchange(Plan { tokens: vec![token], ..plan }).await? {
            Exchanged::Done(issued) => {
                issued.tokens.first().map(|token| token.id).ok_or(Refusal::PlanExceeded("tokens"))
            }
            Exchanged::Lost(Lost::Exists) => Err(Refusal::Conflict("hash")),
            Exchanged::Lost(_) => Err(Refusal::GrantEnded),
        }
    }

    fn life_until(&self, service: &Service, end: ImportEnd) -> Result<Option<Duration>, Refusal> {
        let policy = &service.settings.api_tokens;
        match end {
            ImportEnd::Usual => Lifetime::Usual.within(policy),
            ImportEnd::Never => Lifetime::Never.within(policy),
            ImportEnd::At(end) if end <= self.ledger.now() => Err(Refusal::Invalid("`expires_at` has passed".into())),
            ImportEnd::At(end) => Lifetime::For(end.since(self.ledger.now())).within(policy),
        }
    }
}
