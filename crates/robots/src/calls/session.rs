//! Whose account session a text is.

use std::sync::Arc;

use crate::Robots;
use jeton_ledger::ledger::Verdict;
use jeton_model::Refusal;
use jeton_model::records::{Token, TokenFormat, TokenKind, User};

/// A valid account session.
pub(crate) struct AccountSession {
    /// Whose it is.
    pub(crate) user: Arc<User>,
    /// Its row; none: a configured token.
    pub(crate) token: Option<Arc<Token>>,
}

impl Robots {
    /// The session with this text. The store is asked, for what is made with a session outlasts it. A browser's session is none.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn session(&self, text: &str) -> Result<Option<AccountSession>, Refusal> {
        if text.is_empty() {
            return Ok(None);
        }
        let settings = self.settings();
        if settings.session_tokens.iter().any(|known| !known.is_empty() && known.matches(text)) {
            let user = self.household().await?;
            return Ok(user.enabled.then_some(AccountSession { user, token: None }));
        }
        let Verdict::Active(live) = self.ledger.inspect(settings.service, text).await? else { return Ok(None) };
        if live.token.kind != TokenKind::Session || live.token.format != TokenFormat::Foreign {
            return Ok(None);
        }
        let Verdict::Active(live) = self.ledger.afresh(live).await? else { return Ok(None) };
        Ok(live.user.map(|user| AccountSession { user, token: Some(live.token) }))
    }
}
