//! `ListRevokedTokens`: the JWTs that other services must refuse, in pages that do not move.

use std::time::Duration;

use jeton_jose::Secret;

use crate::settings::AppScope;
use crate::{Presented, Robots};
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::records::{GrantState, Token, TokenKind, TokenState};
use jeton_model::store::TokenFilter;

/// How long an ended JWT is listed.
const LISTED: Duration = Duration::from_hours(24);
/// How many rows one page looks at, and so how many JWTs it has at most.
const ROWS: u32 = 256;

/// A page of JWTs.
#[derive(Debug, Default)]
pub struct RevokedPage {
    /// Their texts.
    pub tokens: Vec<Secret>,
    /// Where the next page begins.
    pub last_key: String,
    /// Whether this is the last page.
    pub done: bool,
}

impl Robots {
    /// The JWTs that have ended in the last day before their time, in the order in which they were issued. `previous_key`: the
    /// `last_key` of the page before; empty, or one that is none, begins anew. A page may have none although more follow.
    ///
    /// # Errors
    /// Those of the app key; or when the store fails.
    pub async fn revoked_tokens(&self, presented: &Presented<'_>, previous_key: &str) -> Result<RevokedPage, Refusal> {
        self.app(presented, &[AppScope::Service])?;
        let now = self.ledger.now();
        let filter = TokenFilter {
            service: Some(self.settings().service),
            kinds: vec![TokenKind::Robot],
            // An expired one is refused anyway.
            expires_from: Some(now),
            ..TokenFilter::default()
        };
        let after = previous_key.parse().unwrap_or(0);
        let rows = self.ledger.store().tokens_after(&filter, after, ROWS).await?;
        let mut page = RevokedPage { done: rows.len() < ROWS as usize, ..RevokedPage::default() };
        page.last_key = rows.last().map_or_else(|| previous_key.to_owned(), |row| row.id.to_string());
        for row in &rows {
            if self.ended_at(row).await?.is_some_and(|at| now < at + LISTED) {
                page.tokens.extend(self.ledger.secrets().opened_value(row));
            }
        }
        Ok(page)
    }

    /// When a JWT ended, by itself or with its family.
    async fn ended_at(&self, row: &Token) -> Result<Option<Timestamp>, Refusal> {
        if let TokenState::Revoked { at, .. } = row.state {
            return Ok(Some(at));
        }
        let Some(family) = row.grant else { return Ok(None) };
        Ok(match self.ledger.store().grant(family).await?.map(|family| family.state) {
            Some(GrantState::Revoked { at, .. }) => Some(at),
            Some(GrantState::Active) => None,
            None => Some(row.issued),
        })
    }
}
