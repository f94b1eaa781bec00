//! Revoke: end a token or a family, for good.

use std::sync::Arc;

use super::settle::changed;
use super::{Ledger, Reach};
use crate::ids::{GrantId, ServiceId};
use crate::model::{Actor, Event, EventKind, Reason, Token, TokenKind, TokenState};
use crate::refusal::Refusal;
use crate::store::{Command, Write};

/// What was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// Whether anything was still alive.
    pub changed: bool,
}

impl Ledger {
    /// Ends a token; a refresh token ends its whole family, access tokens too
    /// (`contracts/oauth-token-endpoint.md` section 8).
    ///
    /// # Errors
    /// When the store fails; whether the token is ended is unknown then.
    pub async fn revoke(&self, token: &Arc<Token>, why: Reason, actor: Actor) -> Result<Revocation, Refusal> {
        self.end(token, Reach::Family, why, (actor, None)).await
    }

    /// The same; the event says something more.
    pub(crate) async fn revoke_noting(
        &self,
        token: &Arc<Token>,
        why: Reason,
        actor: Actor,
        note: String,
    ) -> Result<Revocation, Refusal> {
        self.end(token, Reach::Family, why, (actor, Some(note))).await
    }

    /// The same, as far as `reach` says.
    ///
    /// # Errors
    /// As [`Self::revoke`].
    pub(crate) async fn revoke_within(
        &self,
        token: &Arc<Token>,
        reach: Reach,
        why: Reason,
        actor: Actor,
    ) -> Result<Revocation, Refusal> {
        self.end(token, reach, why, (actor, None)).await
    }

    async fn end(
        &self,
        token: &Arc<Token>,
        reach: Reach,
        why: Reason,
        (actor, note): (Actor, Option<String>),
    ) -> Result<Revocation, Refusal> {
        if let (TokenKind::Refresh, Some(grant), Reach::Family) = (token.kind, token.grant, reach) {
            return self.end_family(token.service, grant, Some(token), why, (actor, note)).await;
        }
        let at = self.now();
        let kind = if why == Reason::Leaked { EventKind::TokenLeaked } else { EventKind::TokenRevoked };
        let mut event = Event::new(kind, at, Some(token.service), actor);
        event.detail = note;
        event.token = Some(token.id);
        let id = token.id;
        let mut writes = vec![Write::RevokeToken { id, at, why }, Write::Event(Box::new(event))];
        self.end_writes(token, &mut writes).await?;
        let ended = Arc::new(Token { state: TokenState::Revoked { at, why }, ..Token::clone(token) });
        let outcome = self.settle(Command::of(writes), move |memory, changed| {
            // One that had ended before says another moment and reason: it is read when somebody asks.
            if changed > 0 {
                memory.index.token_changed(id, Some(ended));
            }
        });
        let changed = changed(outcome.await?)?;
        self.tell_ended(token);
        Ok(Revocation { changed: changed > 0 })
    }

    /// Ends a family and so all its tokens.
    ///
    /// # Errors
    /// When the store fails; whether the family is ended is unknown then.
    pub async fn revoke_family(
        &self,
        service: ServiceId,
        grant: GrantId,
        presented: Option<&Token>,
        why: Reason,
        actor: Actor,
    ) -> Result<Revocation, Refusal> {
        self.end_family(service, grant, presented, why, (actor, None)).await
    }

    async fn end_family(
        &self,
        service: ServiceId,
        grant: GrantId,
        presented: Option<&Token>,
        why: Reason,
        (actor, note): (Actor, Option<String>),
    ) -> Result<Revocation, Refusal> {
        let at = self.now();
        let mut event = Event::new(kind_of(why), at, Some(service), actor);
        event.detail = note;
        event.grant = Some(grant);
        event.token = presented.map(|t| t.id);
        let writes = vec![Write::RevokeGrant { id: grant, at, why }, Write::Event(Box::new(event))];
        let changed = self.applied(writes).await?;
        Ok(Revocation { changed: changed > 0 })
    }

    /// Writes an event that changes nothing else.
    pub(crate) async fn record(&self, event: Event) -> Result<(), Refusal> {
        self.applied(vec![Write::Event(Box::new(event))]).await.map(drop)
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
