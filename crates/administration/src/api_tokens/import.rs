//! Importing tokens that were made elsewhere, by the hash of their text, so that their holders can keep them.

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;

use super::create::check_words;
use super::{AddressRanges, ApiTokens, Lifetime};
use crate::{Caller, named};
use jeton_ledger::ledger::{Exchanged, Given, GivenText, Plan, TokenPlan};
use jeton_ledger::refusals::{GRANT_ENDED, SCOPE_NOT_ALLOWED, plan_exceeded};
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::TokenId;
use jeton_model::records::{Service, TokenDetails, TokenFormat, TokenKind, Verifier};
use jeton_model::refusals::{CONFLICT, INVALID};
use jeton_model::scope::Scope;
use jeton_model::store::Lost;

/// How many tokens one call imports.
pub const MOST_IMPORTED: usize = 1000;
/// How many of them are written at the same time.
const AT_ONCE: usize = 64;

/// A token to import.
#[derive(Debug)]
pub struct ImportedToken {
    /// SHA-256 of its text.
    pub hash: [u8; 32],
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// The name of its user.
    pub user: Option<String>,
    /// The id of its client.
    pub client: Option<String>,
    /// Its scope; none: the client's default.
    pub scope: Option<Scope>,
    /// When it expires.
    pub end: ImportEnd,
    /// The addresses from which it may be used.
    pub ranges: AddressRanges,
}

/// When an imported token expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportEnd {
    /// As the policy says for a token made now.
    Usual,
    /// At this time.
    At(Timestamp),
    /// Never.
    Never,
}

impl ApiTokens {
    /// Imports tokens, each completely or not at all; returns the outcome of each, in the same order.
    ///
    /// # Errors
    /// [`INVALID`] for none or more than [`MOST_IMPORTED`]. The outcome of a single token can be [`CONFLICT`] for a hash that
    /// exists already, `NOT_FOUND`, [`SCOPE_NOT_ALLOWED`], `API_TOKEN_LIFETIME`, `AUTHORITY_EXCEEDED` or [`INVALID`].
    pub async fn import(
        &self,
        caller: &Caller,
        service: &Arc<Service>,
        new: Vec<Result<ImportedToken, Refusal>>,
    ) -> Result<Vec<Result<TokenId, Refusal>>, Refusal> {
        if new.is_empty() || new.len() > MOST_IMPORTED {
            return Err(INVALID.with(format!("`tokens`: send 1 to {MOST_IMPORTED}")));
        }
        let mut outcomes = Vec::with_capacity(new.len());
        let mut waiting = new.into_iter();
        loop {
            let now: Vec<_> = waiting.by_ref().take(AT_ONCE).collect();
            if now.is_empty() {
                return Ok(outcomes);
            }
            let each = now.into_iter().map(async |new| self.import_one(caller, service, new?).await);
            outcomes.extend(join_all(each).await);
        }
    }

    async fn import_one(
        &self,
        caller: &Caller,
        service: &Arc<Service>,
        new: ImportedToken,
    ) -> Result<TokenId, Refusal> {
        check_words(&new.name, new.description.as_deref())?;
        let client = named::enabled_client(&self.ledger, service, new.client.as_deref()).await?;
        let user = named::enabled_user(&self.ledger, service, new.user.as_deref()).await?;
        let default = || client.as_ref().and_then(|client| client.default_scope.clone());
        let scope = new.scope.or_else(default).unwrap_or_else(Scope::empty);
        if let Some(beyond) = client.as_ref().and_then(|client| scope.beyond(&client.scope)) {
            return Err(SCOPE_NOT_ALLOWED.with(beyond));
        }
        caller.may_put(&scope, client.as_deref(), user.as_deref())?;
        let life = self.life_until(service, new.end)?;
        let mut details =
            TokenDetails { name: Some(new.name), description: new.description, ..TokenDetails::default() };
        new.ranges.put(&mut details);
        let token = TokenPlan {
            details,
            given: Some(Given { text: GivenText::Hash(Verifier(new.hash)), by: Some(caller.administers()?) }),
            ..TokenPlan::new(TokenKind::Api, TokenFormat::Foreign, scope, life)
        };
        let plan = Plan::new(Arc::clone(service), client);
        let plan = match user {
            Some(user) => plan.of_user(user),
            None => plan,
        };
        match self.ledger.exchange(Plan { tokens: vec![token], ..plan }).await? {
            Exchanged::Done(issued) => {
                issued.tokens.first().map(|token| token.id).ok_or_else(|| plan_exceeded("tokens"))
            }
            Exchanged::Lost(Lost::Exists) => Err(CONFLICT.with("hash")),
            Exchanged::Lost(_) => Err(GRANT_ENDED),
        }
    }

    fn life_until(&self, service: &Service, end: ImportEnd) -> Result<Option<Duration>, Refusal> {
        let policy = &service.settings.api_tokens;
        match end {
            ImportEnd::Usual => Lifetime::Usual.within(policy),
            ImportEnd::Never => Lifetime::Never.within(policy),
            ImportEnd::At(end) if end <= self.ledger.now() => Err(INVALID.with("`expires_at` has passed")),
            ImportEnd::At(end) => Lifetime::For(end.since(self.ledger.now())).within(policy),
        }
    }
}
