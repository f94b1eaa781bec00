//! Amend: change a live token without changing its text.

use std::sync::Arc;

use super::{LONGEST_LIFETIME, Ledger};
use crate::refusals::SCOPE_NOT_ALLOWED;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::records::{Actor, Event, EventKind, Token, TokenDetails};
use jeton_model::refusals::{INVALID, NOT_FOUND};
use jeton_model::scope::Scope;
use jeton_model::store::{Command, Outcome, Precondition, TokenChange, Write};

/// What to change; none leaves a member unchanged.
#[derive(Clone, Debug, Default)]
pub struct Amendment {
    /// New scope, within those of the family and the client.
    pub scope: Option<Scope>,
    /// New expiry; `Some(None)`: never.
    pub expires: Option<Option<Timestamp>>,
    /// New details.
    pub details: Option<TokenDetails>,
}

impl Ledger {
    /// Changes a live token. The text of a JWT stays as it is; only the ledger's answer changes.
    ///
    /// # Errors
    /// [`SCOPE_NOT_ALLOWED`] when the scope exceeds that of the family or the client, [`INVALID`] when the expiry lies beyond the
    /// family's or more than [`LONGEST_LIFETIME`] away, [`NOT_FOUND`] when the token has ended, or when the store fails.
    pub async fn amend(&self, token: &Arc<Token>, amendment: Amendment, actor: Actor) -> Result<Arc<Token>, Refusal> {
        let (now, ended) = (self.now(), || NOT_FOUND.with("live token"));
        let grant = match token.grant {
            Some(id) => Some(self.live_family(id, now).await?.ok_or_else(ended)?),
            None => None,
        };
        if token.expires.is_some_and(|at| at <= now)
            || self.suspended().means(token).await?
            || self.orphaned(token, now).await?.is_some()
        {
            return Err(ended());
        }
        if let Some(scope) = &amendment.scope {
            let client = match token.client {
                Some(key) => self.entities().client(key).await?,
                None => None,
            };
            for outer in
                [grant.as_ref().map(|g| g.scope.clone()), client.map(|c| c.scope.clone())].into_iter().flatten()
            {
                if let Some(beyond) = scope.beyond(&outer) {
                    return Err(SCOPE_NOT_ALLOWED.with(beyond));
                }
            }
        }
        if let Some(Some(end)) = amendment.expires
            && end > now + LONGEST_LIFETIME
        {
            return Err(INVALID.with("expires is more than 10 years away: leave it out for never"));
        }
        // No token outlives its family: lists and their totals rely on it.
        if let (Some(end), Some(family)) = (amendment.expires, grant.and_then(|g| g.expires))
            && end.is_none_or(|end| end > family)
        {
            return Err(INVALID.with("expires lies beyond the end of the token's authorization"));
        }
        let mut event = Event::new(EventKind::TokenAmended, self.now(), Some(token.service), actor);
        event.token = Some(token.id);
        let change = TokenChange {
            scope: amendment.scope,
            expires: amendment.expires,
            details: amendment.details.map(Arc::new),
        };
        let writes = vec![Write::AmendToken { id: token.id, change: Box::new(change) }, Write::Event(Box::new(event))];
        let command = Command { when: Some(Precondition::Active(token.id)), writes };
        if let Outcome::Lost(_) = self.store.apply(command).await? {
            return Err(ended());
        }
        self.token(token.id).await?.ok_or_else(|| NOT_FOUND.with("token"))
    }
}
