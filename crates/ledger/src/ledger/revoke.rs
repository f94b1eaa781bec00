//! Revoke: end a token or a family permanently.

use std::sync::Arc;

use super::settle::changed;
use super::{Ending, Ledger};
use jeton_model::Refusal;
use jeton_model::ids::{GrantId, ServiceId};
use jeton_model::records::{Event, EventKind, Reason, Token, TokenState};
use jeton_model::store::{Command, Write};

/// What was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// Whether anything was still active.
    pub changed: bool,
}

impl Ledger {
    /// Ends a token; a refresh token ends its whole family with the access tokens, unless `ending` limits that
    /// (`docs/contracts/oauth-token-endpoint.md` section 8), and a robot's JWT always does.
    ///
    /// # Errors
    /// When the store fails; then it is unknown whether the token has ended.
    pub async fn revoke(&self, token: &Arc<Token>, ending: Ending) -> Result<Revocation, Refusal> {
        if let Some(grant) = ending.family_of(token) {
            return self.revoke_family(token.service, grant, Some(token), ending).await;
        }
        let (id, at, why) = (token.id, self.now(), ending.why);
        let kind = if why == Reason::Leaked { EventKind::TokenLeaked } else { EventKind::TokenRevoked };
        let mut event = Event::new(kind, at, Some(token.service), ending.actor);
        event.detail = ending.note;
        event.token = Some(id);
        let mut writes = vec![Write::RevokeToken { id, at, why }, Write::Event(Box::new(event))];
        self.end_writes(token, &mut writes).await?;
        let ended = Arc::new(Token { state: TokenState::Revoked { at, why }, ..Token::clone(token) });
        let outcome = self.store.settle(Command::of(writes), move |memory, changed| {
            // A token that had ended before has another time and reason, which are read when needed.
            if changed > 0 {
                memory.token_cache.token_changed(id, Some(ended));
            }
        });
        let changed = changed(outcome.await?)?;
        self.tell_ended(token);
        Ok(Revocation { changed: changed > 0 })
    }

    /// Ends a family and with it all its tokens. `presented`: the token that identified it, for the audit trail.
    ///
    /// # Errors
    /// When the store fails; then it is unknown whether the family has ended.
    pub async fn revoke_family(
        &self,
        service: ServiceId,
        grant: GrantId,
        presented: Option<&Token>,
        ending: Ending,
    ) -> Result<Revocation, Refusal> {
        let (at, why) = (self.now(), ending.why);
        let mut event = Event::new(kind_of(why), at, Some(service), ending.actor);
        event.detail = ending.note;
        event.grant = Some(grant);
        event.token = presented.map(|t| t.id);
        let writes = vec![Write::RevokeGrant { id: grant, at, why }, Write::Event(Box::new(event))];
        let changed = self.applied(writes).await?;
        Ok(Revocation { changed: changed > 0 })
    }
}

fn kind_of(why: Reason) -> EventKind {
    match why {
        Reason::RefreshReuse => EventKind::RefreshReused,
        Reason::CodeReuse => EventKind::CodeReused,
        Reason::Leaked => EventKind::TokenLeaked,
        _ => EventKind::GrantRevoked,
    }
}
