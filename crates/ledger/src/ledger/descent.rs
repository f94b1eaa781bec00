//! What the validity of an exchanged token depends on (RFC 8693): its subject token, the subject token of that one, and their
//! families.
//!
//! - A token exchanged within the family of its subject token is invalid once the subject token was revoked.
//! - A token exchanged without a family is invalid once its subject token is not valid, for whatever reason.
//! - A family made by an exchange (it has a refresh token) ends with the family it came from, and when a token it was made from
//!   is revoked. It does not end when these tokens merely expire or are rotated by a refresh.
//!
//! This is checked at each inspection, and nothing is written when something ends, so no way of ending a token can bypass it. A
//! token that was not exchanged needs no such check. Lists read only rows; they end the exchanged tokens that they find
//! (`orphaned.rs`).

use std::sync::Arc;

use super::{Inactive, Inspection, Ledger};
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{ClientKey, TokenId};
use jeton_model::records::{Exchanged, Grant, GrantState, Reason, Token, TokenKind, TokenState};

/// How many exchanges may lie between a token and the original authorization, within one family and between families.
const LINEAGE: usize = 8;

/// What a new exchange passes on to its tokens.
pub struct Lineage {
    /// The subject token, and the tokens that it was exchanged from, the latest first.
    pub tokens: Vec<TokenId>,
    /// The clients that these were issued to.
    pub clients: Vec<ClientKey>,
}

/// Why a token is invalid because of the tokens that it was exchanged from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InvalidLineage {
    /// One of them has ended, for this reason; that is final.
    Ended(Reason),
    /// One of them is not valid now but may become valid again, for example because it is suspended.
    Temporary(Inactive),
}

impl InvalidLineage {
    /// The reason that inspection reports.
    pub(super) const fn inactive(self) -> Inactive {
        match self {
            Self::Ended(_) => Inactive::GrantEnded,
            Self::Temporary(why) => why,
        }
    }
}

impl Lineage {
    /// The lineage of tokens to be exchanged from a valid token. None: too many exchanges lie behind it already.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn of(ledger: &Ledger, subject: &Inspection) -> Result<Option<Self>, Refusal> {
        let mut lineage = Self { tokens: Vec::new(), clients: Vec::new() };
        let mut next = Some(Arc::clone(&subject.token));
        while let Some(token) = next {
            if lineage.tokens.len() == LINEAGE {
                return Ok(None);
            }
            lineage.tokens.push(token.id);
            lineage.clients.extend(token.client.filter(|client| !lineage.clients.contains(client)));
            next = match subject_of(&token) {
                Some(id) => ledger.token(id).await?,
                None => None,
            };
        }
        let mut family = subject.grant.clone();
        for _ in 0..LINEAGE {
            let Some(from) = family.as_deref().and_then(exchanged) else { return Ok(Some(lineage)) };
            family = ledger.grant(from.family).await?;
        }
        Ok(None)
    }
}

impl Ledger {
    /// Why a token is invalid because of its subject token or that token's own subject tokens; none if they are valid. `subject`:
    /// the first of them ([`subject_of`]).
    pub(super) async fn invalid_lineage_of(
        &self,
        token: &Token,
        subject: TokenId,
        now: Timestamp,
    ) -> Result<Option<InvalidLineage>, Refusal> {
        let (mut next, mut temporary) = (Some(subject), None);
        for _ in 0..LINEAGE {
            let Some(id) = next else { return Ok(temporary) };
            let Some(subject) = self.token(id).await? else { return Ok(Some(InvalidLineage::Ended(Reason::Unknown))) };
            let end = Inactive::by_itself(&subject, now);
            let ended = match token.grant {
                None => end.is_some_and(|why| why != Inactive::NotYet),
                Some(family) if subject.grant == Some(family) => is_revoked(&subject),
                Some(_) => ends_families(subject.state),
            };
            if ended {
                return Ok(Some(InvalidLineage::Ended(reason_of(subject.state))));
            }
            let held = subject.client.is_none() || self.client_of(subject.client, subject.issued).await?.is_some();
            let not_yet = end.filter(|_| token.grant.is_none()).map(InvalidLineage::Temporary);
            temporary = temporary.or(not_yet).or(self.temporarily_invalid(&subject, held).await?);
            next = subject_of(&subject);
        }
        Ok(if next.is_none() { temporary } else { Some(InvalidLineage::Ended(Reason::Unknown)) })
    }

    /// The same check for a family and what it was exchanged from.
    pub(super) async fn invalid_lineage_of_family(
        &self,
        family: &Arc<Grant>,
        now: Timestamp,
    ) -> Result<Option<InvalidLineage>, Refusal> {
        if exchanged(family).is_none() {
            return Ok(None);
        }
        let (mut family, mut temporary) = (Arc::clone(family), None);
        for _ in 0..LINEAGE {
            let Some(from) = exchanged(&family) else { return Ok(temporary) };
            for id in &from.tokens {
                // A row that no longer exists had expired.
                let Some(token) = self.token(*id).await? else { continue };
                if ends_families(token.state) {
                    return Ok(Some(InvalidLineage::Ended(reason_of(token.state))));
                }
                temporary = temporary.or(self.temporarily_invalid(&token, true).await?);
            }
            for client in &from.clients {
                if self.client_of(Some(*client), family.created).await?.is_none() {
                    temporary = temporary.or(Some(InvalidLineage::Temporary(Inactive::ClientGone)));
                }
            }
            let Some(origin) = self.grant(from.family).await? else {
                return Ok(Some(InvalidLineage::Ended(Reason::Unknown)));
            };
            if let GrantState::Revoked { why, .. } = origin.state {
                return Ok(Some(InvalidLineage::Ended(why)));
            }
            if !origin.is_alive(now) {
                return Ok(Some(InvalidLineage::Ended(Reason::Unknown)));
            }
            if origin.client.is_some() && self.client_of(origin.client, family.created).await?.is_none() {
                temporary = temporary.or(Some(InvalidLineage::Temporary(Inactive::ClientGone)));
            }
            family = origin;
        }
        Ok(if exchanged(&family).is_none() { temporary } else { Some(InvalidLineage::Ended(Reason::Unknown)) })
    }

    /// Whether a subject token that has not ended is valid now. `held`: whether its client is active.
    async fn temporarily_invalid(&self, subject: &Token, held: bool) -> Result<Option<InvalidLineage>, Refusal> {
        Ok(match (held, self.suspended().means(subject).await?) {
            (_, true) => Some(InvalidLineage::Temporary(Inactive::Suspended)),
            (false, false) => Some(InvalidLineage::Temporary(Inactive::ClientGone)),
            (true, false) => None,
        })
    }
}

/// Whether a family was exchanged for a token of another family.
pub(super) fn is_exchanged(grant: &Grant) -> bool {
    exchanged(grant).is_some()
}

pub(super) fn exchanged(grant: &Grant) -> Option<&Exchanged> {
    grant.details.as_ref().and_then(|details| details.exchanged.as_ref())
}

/// The subject token of a token. An access token without a family that has a parent was exchanged too: earlier versions did not
/// record the subject token. (The parent of an RPT is the one that it replaced.)
pub(super) fn subject_of(token: &Token) -> Option<TokenId> {
    let said = token.details.as_ref().is_some_and(|details| details.exchanged);
    let follows = token.grant.is_none() && token.kind == TokenKind::Access;
    if said || follows { token.parent } else { None }
}

/// Whether a subject token in this state ends the families that were made from it. A routine refresh, which replaces the token,
/// does not.
pub(super) fn ends_families(state: TokenState) -> bool {
    matches!(state, TokenState::Revoked { why, .. } if why != Reason::Superseded)
}

fn is_revoked(token: &Token) -> bool {
    matches!(token.state, TokenState::Revoked { .. })
}

fn reason_of(state: TokenState) -> Reason {
    match state {
        TokenState::Revoked { why, .. } => why,
        TokenState::Active | TokenState::Rotated { .. } => Reason::Unknown,
    }
}
