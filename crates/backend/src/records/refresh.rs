//! The refresh token of a record, found without a list: a list waits for what is being written, and an access token that is asked
//! about a thousand times a second has the same refresh token each time.
//!
//! The ledger numbers the tokens of one answer consecutively, the access token first. A refresh token that stays is what the later
//! access tokens were made from, and one that was rotated names its successor. All of these are rows by number, which the ledger
//! caches.

use std::sync::Arc;

use jeton_model::Refusal;
use jeton_model::ids::TokenId;
use jeton_model::records::{Client, Grant, Token, TokenKind, TokenState};
use jeton_model::store::{Page, TokenFilter};

use super::create::may_refresh;
use crate::Backend;

/// How many rotations are followed before the list is read after all.
const STEPS: usize = 16;

impl Backend {
    /// The live refresh token of the authorization that a token belongs to.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) async fn refresh_of(
        &self,
        token: &Arc<Token>,
        grant: &Grant,
        client: Option<&Client>,
    ) -> Result<Option<Arc<Token>>, Refusal> {
        let now = self.ledger.now();
        let Some(service) = self.ledger.entities().service(token.service) else { return Ok(None) };
        if !may_refresh(&grant.grant_type) || service.settings.backend.no_refresh_tokens || !grant.is_alive(now) {
            return Ok(None);
        }
        let beside = TokenId::new(token.id.get() + 1);
        let first = match (token.kind, token.parent) {
            (TokenKind::Refresh, _) => Some(Arc::clone(token)),
            (_, Some(parent)) if client.is_some_and(|client| !client.rotates(service.settings.rotation)) => {
                self.ledger.token(parent).await?
            }
            _ => self.ledger.token(beside).await?,
        };
        let is_its = |row: &Arc<Token>| row.kind == TokenKind::Refresh && row.grant == Some(grant.id);
        let mut found = first.filter(is_its);
        for _ in 0..STEPS {
            let Some(row) = found else { break };
            match row.state {
                TokenState::Active => return Ok(Some(row).filter(|row| row.expires.is_none_or(|end| now < end))),
                TokenState::Revoked { .. } => return Ok(None),
                TokenState::Rotated { to, .. } => found = self.ledger.token(to).await?.filter(is_its),
            }
        }
        if client.is_some_and(|client| !client.may_use("refresh_token")) {
            return Ok(None);
        }
        let filter = TokenFilter {
            service: Some(token.service),
            kinds: vec![TokenKind::Refresh],
            grant: Some(grant.id),
            live_at: Some(now),
            ..TokenFilter::default()
        };
        Ok(self.ledger.store().tokens(&filter, Page::first(1)).await?.items.pop().map(Arc::new))
    }
}
