//! Reports of leaked tokens: whoever finds the text of a token presents it here, and the token is revoked.
//!
//! Open to unauthenticated callers: the holder of the text could use the token, so revoking it gains them nothing. The answer
//! does not depend on the text.

use std::sync::Arc;

use jeton_jose::Secret;
use jeton_jose::digest::constant_time_eq;

use super::{ApiTokens, Source};
use crate::api_tokens::refusals::LEAK_REPORTS_LIMIT;
use jeton_ledger::formats::{self, MAX_LENGTH};
use jeton_ledger::ledger::Ending;
use jeton_ledger::request_source::RequestSource;
use jeton_model::Refusal;
use jeton_model::ids::ServiceId;
use jeton_model::records::{Actor, Reason, Token, TokenState};
use jeton_model::refusals::INVALID;

/// How many texts one report may contain.
pub const MOST_LEAKED: usize = 100;

impl ApiTokens {
    /// Revokes every live token among these texts, of any kind; a refresh token ends its family. What a text that has ended can still
    /// be exchanged for ends too. The answer does not reveal what they were. `within`: only those of this service.
    ///
    /// # Errors
    /// [`LEAK_REPORTS_LIMIT`] when the address reports too fast, [`INVALID`] for more than [`MOST_LEAKED`] texts, or when the
    /// store fails.
    pub async fn report_leaked(
        &self,
        texts: &[Secret],
        origin: &RequestSource,
        within: Option<ServiceId>,
    ) -> Result<(), Refusal> {
        if texts.is_empty() || texts.len() > MOST_LEAKED {
            return Err(INVALID.with(format!("send 1 to {MOST_LEAKED} tokens")));
        }
        if !self.leak_reports.take(origin.addr, texts.len(), self.ledger.now()) {
            return Err(LEAK_REPORTS_LIMIT);
        }
        let mut failed = None;
        for text in texts {
            // A failure does not prevent the others from being revoked.
            failed = self.end_leaked(text.expose().trim(), origin, within).await.err().or(failed);
        }
        failed.map_or(Ok(()), Err)
    }

    async fn end_leaked(&self, text: &str, origin: &RequestSource, within: Option<ServiceId>) -> Result<(), Refusal> {
        if text.is_empty() || text.len() > MAX_LENGTH {
            return Ok(());
        }
        let from = match Source::from(origin) {
            Source::Network(network) => format!("reported from {network}"),
            _ => "reported from an unknown address".to_owned(),
        };
        let ending = Ending::new(Reason::Leaked, Actor::System).noting(from);
        let is_live = |token: &Arc<Token>| {
            let ended = matches!(token.state, TokenState::Revoked { .. });
            let is_here = within.is_none_or(|service| service == token.service);
            is_here && !ended && token.expires.is_none_or(|end| end > self.ledger.now())
        };
        match self.find_anywhere(text).await?.filter(is_live) {
            Some(token) => self.ledger.revoke(&token, ending).await.map(drop),
            None => ending.of_renewable(&self.ledger, text, within).await,
        }
    }

    /// The row of a text, in any service; proven as by [`Ledger::find`].
    async fn find_anywhere(&self, text: &str) -> Result<Option<Arc<Token>>, Refusal> {
        let presented = formats::verifier(text);
        let mut rows = self.ledger.secrets().rows_of(text).peekable();
        if rows.peek().is_none() {
            for service in self.ledger.entities().services() {
                if let Some(row) = self.ledger.store().token_by_alias(service.id, presented.0).await? {
                    return Ok(Some(Arc::new(row)).filter(|row| constant_time_eq(&row.verifier.0, &presented.0)));
                }
            }
        }
        for id in rows {
            let found = self.ledger.token(id).await?;
            if let Some(row) = found.filter(|row| constant_time_eq(&row.verifier.0, &presented.0)) {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }
}
