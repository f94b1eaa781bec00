//! Whether a token is suspended.

use std::sync::Arc;

use super::Ledger;
use crate::refusal::Refusal;
use crate::suspension::Suspension;
use jeton_model::ids::ServiceId;
use jeton_model::records::Token;
use jeton_model::terms::Facts;

impl Ledger {
    /// Whether an active suspension means this token, which is live otherwise.
    pub(crate) async fn is_suspended(&self, token: &Token) -> Result<bool, Refusal> {
        let Some(some) = self.suspended().of(token.service).await? else { return Ok(false) };
        for suspension in some.iter().filter(|suspension| suspension.filter.fits_row(token)) {
            if !suspension.filter.asks_for_use() || self.used_as_said(suspension, token).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The active suspensions of a service, oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn active_suspensions(&self, service: ServiceId) -> Result<Arc<[Suspension]>, Refusal> {
        Ok(self.suspended().of(service).await?.unwrap_or_default())
    }

    /// Whether the token was last used when the filter says. A suspended one is not used, so the answer stays.
    async fn used_as_said(&self, suspension: &Suspension, token: &Token) -> Result<bool, Refusal> {
        let last_used = self.store().uses(&[token.id]).await?.first().map(|used| used.last);
        Ok(suspension.filter.means(token, &Facts { last_used, family_lives: true }))
    }
}
