//! Resolves the names in a filter to ids.

use std::time::Duration;

use crate::Administration;
use crate::filter::{FilterWords, StateWord};
use jeton_ledger::refusal::{Refusal, invalid};
use jeton_model::ids::ServiceId;
use jeton_model::records::Subject;
use jeton_model::store::{StateName, TokenFilter, earlier};

impl Administration {
    /// The filter that words mean in a service; none when they name somebody who does not exist, or contradict each other,
    /// and so no token.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for `state=suspended` while there are several suspensions, or when the store fails.
    pub async fn read_filter(&self, service: ServiceId, words: &FilterWords) -> Result<Option<TokenFilter>, Refusal> {
        let directory = self.ledger.directory();
        let mut filter = TokenFilter { service: Some(service), ..words.plain.clone() };
        if let Some(client_id) = words.text("client_id") {
            let Some(client) = directory.client_by_id(service, client_id).await? else { return Ok(None) };
            filter.client = Some(client.key);
        }
        if let Some(username) = words.text("username") {
            let Some(user) = directory.user_by_name(service, username).await? else { return Ok(None) };
            filter.subject = Some(Subject::User(user.key));
        }
        if let Some(sub) = words.text("sub") {
            let subject = match directory.user_by_sub(service, sub).await? {
                Some(user) => Subject::User(user.key),
                None => Subject::External(sub.into()),
            };
            if filter.subject.as_ref().is_some_and(|other| *other != subject) {
                return Ok(None);
            }
            filter.subject = Some(subject);
        }
        if let Some(name) = words.text("device") {
            let Some(device) = self.ledger.store().device_by_name(service, name).await? else { return Ok(None) };
            filter.device = Some(device.id);
        }
        match words.state {
            None | Some(StateWord::Live | StateWord::Suspended) => {}
            Some(StateWord::Revoked) => filter.state = Some(StateName::Revoked),
            Some(StateWord::Rotated) => filter.state = Some(StateName::Rotated),
            Some(StateWord::Expired) => {
                filter.state = Some(StateName::Active);
                let passed = self.ledger.now() + Duration::from_millis(1);
                filter.expires_before = earlier(filter.expires_before, Some(passed));
            }
        }
        self.held(service, words, filter).await
    }

    /// Of what a filter means, that which the named suspension holds.
    async fn held(
        &self,
        service: ServiceId,
        words: &FilterWords,
        filter: TokenFilter,
    ) -> Result<Option<TokenFilter>, Refusal> {
        if words.suspension.is_none() && words.state != Some(StateWord::Suspended) {
            return Ok(Some(filter));
        }
        let active = self.ledger.active_suspensions(service).await?;
        let holder = match words.suspension {
            Some(id) => active.iter().find(|suspension| suspension.id == id),
            None if active.len() > 1 => {
                return Err(invalid("state", "there are several suspensions: say suspension=NUMBER"));
            }
            None => active.first(),
        };
        let live = TokenFilter { live_at: Some(self.ledger.now()), ..filter };
        Ok(holder.and_then(|suspension| live.and(&suspension.filter)))
    }
}
