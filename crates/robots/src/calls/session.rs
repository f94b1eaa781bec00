//! Whose account session a text is.

use std::sync::Arc;

use crate::Robots;
use crate::refusals::ROBOT_OWNER_DISABLED;
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
    /// The session with this text. A browser's session is none.
    ///
    /// # Errors
    /// Those of [`Self::live`], where it may count again.
    pub(crate) async fn session(&self, text: &str) -> Result<Option<AccountSession>, Refusal> {
        if text.is_empty() {
            return Ok(None);
        }
        let settings = self.settings();
        if settings.session_tokens.iter().any(|known| !known.is_empty() && known.matches(text)) {
            let user = self.household().await?;
            let session = AccountSession { user, token: None };
            return if session.user.enabled { Ok(Some(session)) } else { Err(ROBOT_OWNER_DISABLED) };
        }
        let Some(live) = self.live(text).await? else { return Ok(None) };
        if live.token.kind != TokenKind::Session || live.token.format != TokenFormat::Foreign {
            return Ok(None);
        }
        Ok(live.user.map(|user| AccountSession { user, token: Some(live.token) }))
    }
}
