//! Amend: change a live token, or the authorization that it belongs to.
//!
//! An amended token has no more rights than its family and its client, and does not outlive its family. An amended family has no
//! more rights than its client; it is the only verb that can give a family more rights than it was made with, for administrators.

mod family;
mod text;

pub(super) use text::NEW_TEXT;

use std::sync::Arc;

pub use family::{AmendedFamily, FamilyAmendment};

use super::{LONGEST_LIFETIME, Ledger, MintedToken};
use crate::formats::verifier;
use crate::refusals::SCOPE_NOT_ALLOWED;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::ClientKey;
use jeton_model::records::{Actor, Binding, Event, EventKind, Grant, Token, TokenDetails, TokenState};
use jeton_model::refusals::{INVALID, NOT_FOUND, RECORD_CHANGED};
use jeton_model::scope::Scope;
use jeton_model::store::{Command, Lost, Outcome, Precondition, TokenChange, Write};

/// What to change; none leaves a member unchanged.
#[derive(Clone, Debug, Default)]
pub struct Amendment {
    /// New scope, within those of the family and the client.
    pub scope: Option<Scope>,
    /// New expiry; `Some(None)`: never.
    pub expires: Option<Option<Timestamp>>,
    /// New details. What the ledger keeps in them about the token's origin stays.
    pub details: Option<TokenDetails>,
    /// The key that it is bound to from now on: that of its family, if the family is bound.
    pub binding: Option<Binding>,
    /// Whether it gets a new text, in the form of a reference token; the old one is unknown from then on. Only of access, refresh
    /// and API tokens that are not JWTs.
    pub renew: bool,
}

/// A token that was changed.
#[derive(Debug)]
pub struct Amended {
    /// The row as it is now.
    pub token: Arc<Token>,
    /// The token with its new text, if it got one.
    pub renewed: Option<MintedToken>,
}

/// A change that passed the checks.
struct Planned {
    change: TokenChange,
    renewed: Option<MintedToken>,
}

impl Ledger {
    /// Changes a live token. The text stays, unless a new one is asked for; that of a JWT stays as it is, only the ledger's answer
    /// changes.
    ///
    /// # Errors
    /// [`SCOPE_NOT_ALLOWED`] when the scope exceeds that of the family or the client, [`INVALID`] when the expiry lies beyond the
    /// family's or more than [`LONGEST_LIFETIME`] away, when the family is bound to another key, or for a new text of a token that
    /// cannot have one; [`NOT_FOUND`] when the token has ended, [`RECORD_CHANGED`] when another request gave it a new text at the same
    /// moment, or when the store fails.
    pub async fn amend(&self, token: &Arc<Token>, amendment: Amendment, actor: Actor) -> Result<Amended, Refusal> {
        let now = self.now();
        let family = match token.grant {
            Some(id) => Some(self.live_family(id, now).await?.ok_or_else(ended)?),
            None => None,
        };
        let Planned { change, renewed } = self.planned(token, family.as_deref(), amendment, now).await?;
        let writes = writes(token, change, renewed.is_some(), actor, now);
        let command = Command { when: Some(Precondition::Active(token.id)), writes };
        if let Outcome::Lost(lost) = self.store.apply(command).await? {
            return Err(outrun(&lost).unwrap_or_else(ended));
        }
        self.amended(token, renewed).await
    }

    /// A changed token, as it is now.
    async fn amended(&self, token: &Token, renewed: Option<MintedToken>) -> Result<Amended, Refusal> {
        let row = self.token(token.id).await?.ok_or_else(ended)?;
        // Another call may have ended it at the same moment, or given it another text: then this one works nowhere.
        let is_latest = renewed.as_ref().is_none_or(|minted| row.verifier == verifier(minted.text.expose()));
        if row.state != TokenState::Active || !is_latest {
            return Err(ended());
        }
        Ok(Amended { token: row, renewed })
    }

    /// Checks an amendment against the family as it will be, and makes the new text.
    async fn planned(
        &self,
        token: &Token,
        family: Option<&Grant>,
        amendment: Amendment,
        now: Timestamp,
    ) -> Result<Planned, Refusal> {
        if token.expires.is_some_and(|at| at <= now)
            || self.suspended().means(token).await?
            || self.orphaned(token, now).await?.is_some()
        {
            return Err(ended());
        }
        let Amendment { scope, expires, details, binding, renew } = amendment;
        if let Some(scope) = &scope {
            let client = self.scope_of(token.client).await?;
            for outer in family.map(|family| &family.scope).into_iter().chain(&client) {
                if let Some(beyond) = scope.beyond(outer) {
                    return Err(SCOPE_NOT_ALLOWED.with(beyond));
                }
            }
        }
        within_reach(expires, now)?;
        // No token outlives its family: lists and their totals rely on it.
        if let (Some(end), Some(family)) = (expires, family.and_then(|family| family.expires))
            && end.is_none_or(|end| end > family)
        {
            return Err(INVALID.with("expires lies beyond the end of the token's authorization"));
        }
        if binding.is_some() && family.and_then(|family| family.binding).is_some_and(|own| binding != Some(own)) {
            return Err(INVALID.with("binding differs from that of the token's authorization"));
        }
        let details = details.map(|details| Arc::new(kept(token, details)));
        let mut planned =
            Planned { change: TokenChange { scope, expires, binding, details, text: None }, renewed: None };
        if renew {
            self.renew(token, family, &mut planned, now).await?;
        }
        Ok(planned)
    }

    /// The scope of a client; none: no client bounds it.
    async fn scope_of(&self, client: Option<ClientKey>) -> Result<Option<Scope>, Refusal> {
        let Some(key) = client else { return Ok(None) };
        Ok(self.entities().client(key).await?.map(|client| client.scope.clone()))
    }
}

/// New details with what the ledger keeps in the old ones.
fn kept(token: &Token, new: TokenDetails) -> TokenDetails {
    let Some(old) = token.details.as_ref() else { return new };
    TokenDetails {
        exchanged: old.exchanged,
        descends: old.descends,
        sealed_value: new.sealed_value.or_else(|| old.sealed_value.clone()),
        ..new
    }
}

/// Whether an expiry is none or within [`LONGEST_LIFETIME`].
fn within_reach(expires: Option<Option<Timestamp>>, now: Timestamp) -> Result<(), Refusal> {
    match expires.flatten() {
        Some(end) if end > now + LONGEST_LIFETIME => {
            Err(INVALID.with("expires is more than 10 years away: leave it out for never"))
        }
        _ => Ok(()),
    }
}

/// The change of a token, and the event that reports it; with a new text, what lets only one request give it.
fn writes(token: &Token, change: TokenChange, renewed: bool, actor: Actor, now: Timestamp) -> Vec<Write> {
    let mut event = Event::new(EventKind::TokenAmended, now, Some(token.service), actor);
    event.token = Some(token.id);
    event.detail = renewed.then(|| "a new text".to_owned());
    let mut writes = vec![Write::AmendToken { id: token.id, change: Box::new(change) }, Write::Event(Box::new(event))];
    if renewed {
        writes.push(text::replaces(token, now));
    }
    writes
}

/// The refusal when another request gave the token a new text at the same moment; none: it was lost for another reason.
fn outrun(lost: &Lost) -> Option<Refusal> {
    matches!(lost, Lost::Exists).then_some(RECORD_CHANGED)
}

fn ended() -> Refusal {
    NOT_FOUND.with("live token")
}
