//! Finds a record: by a text, by the hash of one, or by its number.

use std::sync::Arc;

use jeton_jose::base64url;
use jeton_model::Refusal;
use jeton_model::ids::{GrantId, ID_LIMIT, ServiceId, TokenId};
use jeton_model::records::{Subject, Token, TokenKind, TokenState};
use jeton_model::store::{Page, TokenFilter};

use super::Record;
use crate::Backend;

impl Backend {
    /// The token that an identifier names in a service: the text of an access or a refresh token, its signed copy, or the hash of
    /// its text. It may have expired; one that was replaced or ended names nothing.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn token_named(&self, service: ServiceId, identifier: &str) -> Result<Option<Arc<Token>>, Refusal> {
        let mut found = self.ledger.find(service, identifier).await?;
        if found.is_none()
            && let Some(hash) = base64url::decode(identifier).ok().and_then(|bytes| bytes.try_into().ok())
        {
            found = self.ledger.find_by_hash(service, hash).await?;
        }
        let is_named = |token: &Arc<Token>| {
            matches!(token.kind, TokenKind::Access | TokenKind::Refresh) && token.state == TokenState::Active
        };
        Ok(found.filter(is_named))
    }

    /// The record of a token: its own if it is an access token, else that of its authorization's latest access token.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn record_of(&self, token: Arc<Token>) -> Result<Record, Refusal> {
        let grant = match token.grant {
            Some(id) => self.ledger.grant(id).await?,
            None => None,
        };
        let mut access = Arc::clone(&token);
        if let (TokenKind::Refresh, Some(_)) = (token.kind, token.grant) {
            let filter = TokenFilter {
                service: Some(token.service),
                kinds: vec![TokenKind::Access],
                grant: token.grant,
                live_at: Some(self.ledger.now()),
                ..TokenFilter::default()
            };
            let mut all = self.ledger.store().tokens(&filter, Page::first(100)).await?.items;
            access = all.pop().map_or(access, Arc::new);
        }
        let client = match access.client {
            Some(key) => self.ledger.entities().client(key).await?,
            None => None,
        };
        let user = match access.subject {
            Some(Subject::User(key)) => self.ledger.entities().user(key).await?,
            _ => None,
        };
        let refresh = match &grant {
            Some(grant) => self.refresh_of(&token, grant, client.as_deref()).await?,
            None => None,
        };
        Ok(Record { token: access, grant, refresh, client, user })
    }

    /// The token that a record's number names: the latest access token of an authorization, or a token that belongs to none.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn token_numbered(&self, service: ServiceId, number: &str) -> Result<Option<Arc<Token>>, Refusal> {
        let Some(number) = number.parse().ok().filter(|number| *number < ID_LIMIT) else { return Ok(None) };
        let filter = TokenFilter {
            service: Some(service),
            kinds: vec![TokenKind::Access],
            grant: Some(GrantId::new(number)),
            live_at: Some(self.ledger.now()),
            ..TokenFilter::default()
        };
        if let Some(token) = self.ledger.store().tokens(&filter, Page::first(100)).await?.items.pop() {
            return Ok(Some(Arc::new(token)));
        }
        let alone = self.ledger.token(TokenId::new(number)).await?;
        let is_record = |token: &Arc<Token>| token.service == service && token.kind == TokenKind::Access;
        Ok(alone.filter(|token| is_record(token) && token.grant.is_none()))
    }
}
