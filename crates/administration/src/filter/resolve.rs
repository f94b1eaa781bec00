//! Resolves the names in a filter to ids.

use std::time::Duration;

use super::{FilterWords, StateWord};
use jeton_ledger::Ledger;
use jeton_model::ids::ServiceId;
use jeton_model::records::Subject;
use jeton_model::refusal::{Refusal, invalid};
use jeton_model::store::{StateName, TokenFilter, earlier};

impl FilterWords {
    /// The filter that these words mean in a service; none when they name somebody who does not exist, or contradict each other,
    /// and so no token.
    ///
    /// # Errors
    /// `INVALID` for `state=suspended` while there are several suspensions, or when the store fails.
    pub async fn resolve(&self, ledger: &Ledger, service: ServiceId) -> Result<Option<TokenFilter>, Refusal> {
        let directory = ledger.directory();
        let mut filter = TokenFilter { service: Some(service), ..self.plain.clone() };
        if let Some(client_id) = self.text("client_id") {
            let Some(client) = directory.client_by_id(service, client_id).await? else { return Ok(None) };
            filter.client = Some(client.key);
        }
        if let Some(username) = self.text("username") {
            let Some(user) = directory.user_by_name(service, username).await? else { return Ok(None) };
            filter.subject = Some(Subject::User(user.key));
        }
        if let Some(sub) = self.text("sub") {
            let subject = match directory.user_by_sub(service, sub).await? {
                Some(user) => Subject::User(user.key),
                None => Subject::External(sub.into()),
            };
            if filter.subject.as_ref().is_some_and(|other| *other != subject) {
                return Ok(None);
            }
            filter.subject = Some(subject);
        }
        if let Some(name) = self.text("device") {
            let Some(device) = ledger.store().device_by_name(service, name).await? else { return Ok(None) };
            filter.device = Some(device.id);
        }
        match self.state {
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

    /// Of what a filter means, that which the named suspension holds.
    async fn held(
        &self,
        ledger: &Ledger,
        service: ServiceId,
        filter: TokenFilter,
    ) -> Result<Option<TokenFilter>, Refusal> {
        if self.suspension.is_none() && self.state != Some(StateWord::Suspended) {
            return Ok(Some(filter));
        }
        let active = ledger.suspended().all_of(service).await?;
        let holder = match self.suspension {
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
