//! What an exchanged token stands on (RFC 8693): its subject token, that one's own subject token, and the families they are of.
//!
//! - A token that was exchanged within the family of its subject token is worth nothing once that one was revoked.
//! - One without a family is worth nothing once that one is not valid any more, for whatever reason.
//! - A family that was exchanged (it has a refresh token) ends with the family it came from, and with the revocation of a
//!   token it was made from. It outlives the mere expiry of these, and a refresh that puts another in their place.
//!
//! All of it is asked at each look and nothing is written when something ends, so no way of ending something can miss it.
//! A token that was not exchanged pays nothing for it.

use std::sync::Arc;

use super::{Inspection, Ledger, inspect};
use crate::clock::Timestamp;
use crate::ids::{ClientKey, TokenId};
use crate::model::{Exchanged, Grant, GrantState, Reason, Token, TokenKind, TokenState};
use crate::refusal::Refusal;

/// How many exchanges may lie between a token and what was authorized, within one family and between families.
const LINEAGE: usize = 8;

/// What a new exchange hands down.
pub(crate) struct Lineage {
    /// The subject token, and those that it was exchanged from itself, the latest first.
    pub(crate) tokens: Vec<TokenId>,
    /// To whom these were issued.
    pub(crate) clients: Vec<ClientKey>,
}

impl Ledger {
    /// The lineage of what will be exchanged from a valid token. None: too many exchanges lie behind it already.
    pub(crate) async fn lineage(&self, subject: &Inspection) -> Result<Option<Lineage>, Refusal> {
        let mut lineage = Lineage { tokens: Vec::new(), clients: Vec::new() };
        let mut next = Some(Arc::clone(&subject.token));
        while let Some(token) = next {
            if lineage.tokens.len() == LINEAGE {
                return Ok(None);
            }
            lineage.tokens.push(token.id);
            lineage.clients.extend(token.client.filter(|client| !lineage.clients.contains(client)));
            next = match subject_of(&token) {
                Some(id) => self.token(id).await?,
                None => None,
            };
        }
        let mut family = subject.grant.clone();
        for _ in 0..LINEAGE {
            let Some(from) = family.as_deref().and_then(exchanged) else { return Ok(Some(lineage)) };
            family = self.grant(from.family).await?;
        }
        Ok(None)
    }

    /// Whether a token was not exchanged, or what it was exchanged for has not been ended since.
    pub(super) async fn stands(&self, token: &Token, now: Timestamp) -> Result<bool, Refusal> {
        let mut next = subject_of(token);
        for _ in 0..LINEAGE {
            let Some(id) = next else { return Ok(true) };
            let Some(subject) = self.token(id).await? else { return Ok(false) };
            let over = match token.grant {
                None => inspect::own_end(&subject, now).is_some(),
                Some(family) if subject.grant == Some(family) => is_revoked(&subject),
                Some(_) => ends_families(subject.state),
            };
            let held = subject.client.is_none() || self.client_of(subject.client, subject.issued).await?.is_some();
            if over || !held || self.is_suspended(&subject).await? {
                return Ok(false);
            }
            next = subject_of(&subject);
        }
        Ok(next.is_none())
    }

    /// Whether a family was not exchanged, or nothing that it was exchanged from has been ended since.
    pub(super) async fn descends(&self, family: &Arc<Grant>, now: Timestamp) -> Result<bool, Refusal> {
        if exchanged(family).is_none() {
            return Ok(true);
        }
        let mut family = Arc::clone(family);
        for _ in 0..LINEAGE {
            let Some(from) = exchanged(&family) else { return Ok(true) };
            for id in &from.tokens {
                // One that is not there any more had expired.
                if let Some(token) = self.token(*id).await?
                    && (ends_families(token.state) || self.is_suspended(&token).await?)
                {
                    return Ok(false);
                }
            }
            for client in &from.clients {
                if self.client_of(Some(*client), family.created).await?.is_none() {
                    return Ok(false);
                }
            }
            let Some(origin) = self.grant(from.family).await?.filter(|grant| is_open(grant, now)) else {
                return Ok(false);
            };
            if origin.client.is_some() && self.client_of(origin.client, family.created).await?.is_none() {
                return Ok(false);
            }
            family = origin;
        }
        Ok(exchanged(&family).is_none())
    }
}

/// Whether a family is neither revoked nor over.
pub(super) fn is_open(grant: &Grant, now: Timestamp) -> bool {
    grant.state == GrantState::Active && grant.expires.is_none_or(|at| now < at)
}

fn exchanged(grant: &Grant) -> Option<&Exchanged> {
    grant.details.as_ref().and_then(|details| details.exchanged.as_ref())
}

/// The token that this one was exchanged for. An access token without a family that has a parent was exchanged, too: earlier
/// versions did not say so. (An RPT's parent is the one it took the place of.)
fn subject_of(token: &Token) -> Option<TokenId> {
    let said = token.details.as_ref().is_some_and(|details| details.exchanged);
    let follows = token.grant.is_none() && token.kind == TokenKind::Access;
    if said || follows { token.parent } else { None }
}

/// Whether a subject token in this state ends the families that were made from it: one that another took the place of, as a
/// routine refresh does, has done no wrong.
pub(super) fn ends_families(state: TokenState) -> bool {
    matches!(state, TokenState::Revoked { why, .. } if why != Reason::Superseded)
}

fn is_revoked(token: &Token) -> bool {
    matches!(token.state, TokenState::Revoked { .. })
}
