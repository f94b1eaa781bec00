//! Resolves the names in a filter to ids.

use std::time::Duration;

use super::words::{Name, Parse, WORDS};
use super::{FilterWords, StateWord};
use jeton_ledger::Ledger;
use jeton_model::ids::ServiceId;
use jeton_model::refusal::{Refusal, invalid};
use jeton_model::store::{StateName, TokenFilter, earlier};

impl FilterWords {
    /// The filter that these words mean in a service; none when they match no token, because a name does not exist or they
    /// contradict each other.
    ///
    /// # Errors
    /// `INVALID` for `state=suspended` while there are several suspensions, or when the store fails.
    pub async fn resolve(&self, ledger: &Ledger, service: ServiceId) -> Result<Option<TokenFilter>, Refusal> {
        let mut filter = TokenFilter { service: Some(service), ..self.parsed.filter.clone() };
        for word in WORDS {
            let (Parse::Name(look_up), Some(text)) = (word.parse, self.text(word.name)) else { continue };
            let found = look_up(Name { ledger, service, text }).await?;
            let Some(both) = found.and_then(|found| filter.and(&found)) else { return Ok(None) };
            filter = both;
        }
        match self.parsed.state {
            None | Some(StateWord::Live | StateWord::Suspended) => {}
            Some(StateWord::Revoked) => filter.state = Some(StateName::Revoked),
            Some(StateWord::Rotated) => filter.state = Some(StateName::Rotated),
            Some(StateWord::Expired) => {
                filter.state = Some(StateName::Active);
                let passed = ledger.now() + Duration::from_millis(1);
                filter.expires_before = earlier(filter.expires_before, Some(passed));
            }
        }
        self.held(ledger, service, filter).await
    }

    /// Limits a filter to the tokens that the named suspension covers.
    async fn held(
        &self,
        ledger: &Ledger,
        service: ServiceId,
        filter: TokenFilter,
    ) -> Result<Option<TokenFilter>, Refusal> {
        if self.parsed.suspension.is_none() && self.parsed.state != Some(StateWord::Suspended) {
            return Ok(Some(filter));
        }
        let active = ledger.suspended().all_of(service).await?;
        let holder = match self.parsed.suspension {
            Some(id) => active.iter().find(|suspension| suspension.id == id),
            None if active.len() > 1 => {
                return Err(invalid("state", "there are several suspensions: say suspension=NUMBER"));
            }
            None => active.first(),
        };
        let live = TokenFilter { live_at: Some(ledger.now()), ..filter };
        Ok(holder.and_then(|suspension| live.and(&suspension.filter)))
    }
}
