//! The meaning of a filter: its conditions, and when a token meets each.
//!
//! This is the only definition. Lists, previews, suspensions, undoing and ending them use it: in memory through
//! [`TokenFilter::means`], in a database through the condition that a store writes for each [`Term`]. A store matches
//! on the term and has no condition of its own, so a new member of the filter does not compile until every store
//! handles it; the conformance suite compares each store's conditions with [`Term::holds`].

use crate::clock::Timestamp;
use crate::ids::{ClientKey, DeviceId, GrantId, ServiceId, TokenId};
use crate::records::{Subject, Token, TokenKind, TokenState};
use crate::store::{StateName, TokenFilter};

/// One condition. A filter means the tokens that meet all of its terms.
///
/// Texts are compared byte by byte: no case folding, no normal form, no wildcards. Bounds in time are exact to the
/// millisecond; `from` includes its moment and `before` does not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Term<'a> {
    /// In this service.
    Service(ServiceId),
    /// Of one of these kinds; there is at least one.
    Kinds(&'a [TokenKind]),
    /// Issued to this client; a token without a client is not.
    Client(ClientKey),
    /// In this subject's name. A person and an external name are never equal.
    Subject(&'a Subject),
    /// Of this family.
    Grant(GrantId),
    /// Made from this token.
    Parent(TokenId),
    /// Exactly this value is in its scope. What a capability scope allows does not count: `storage.read:/a` selects
    /// neither `storage.read:/` nor `storage.read:/a/b`. An invalid value (empty, or with a space in it) selects
    /// nothing.
    Scope(&'a str),
    /// Issued at or after.
    IssuedFrom(Timestamp),
    /// Issued before.
    IssuedBefore(Timestamp),
    /// Expires at or after. A token without expiry is not selected.
    ExpiresFrom(Timestamp),
    /// Expires before. A token without expiry is not selected.
    ExpiresBefore(Timestamp),
    /// Whether it has an expiry.
    Ends(bool),
    /// Last used at or after. A token without a recorded use is not selected.
    UsedFrom(Timestamp),
    /// Not used since: last before, or no use is known.
    UsedBefore(Timestamp),
    /// Issued to this device.
    Device(DeviceId),
    /// Bound to the key or the certificate of this SHA-256 thumbprint.
    Binding(&'a [u8; 32]),
    /// Its row is in this state, independent of the clock and the family.
    State(StateName),
    /// Not ended at this moment: active, not expired, its family (if it has one) there and not revoked. A token that ends
    /// at this very moment has ended; one that has not started yet has not.
    LiveAt(Timestamp),
}

/// What a filter may ask about a token and other rows know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// When it was last used, as far as that is written down.
    pub last_used: Option<Timestamp>,
    /// Whether it has no family, or one that is there and was not revoked.
    pub family_lives: bool,
}

impl Term<'_> {
    /// Whether a token meets it.
    #[must_use]
    pub fn holds(self, token: &Token, facts: &Facts) -> bool {
        match self {
            Self::Service(id) => token.service == id,
            Self::Kinds(kinds) => kinds.contains(&token.kind),
            Self::Client(key) => token.client == Some(key),
            Self::Subject(subject) => token.subject.as_ref() == Some(subject),
            Self::Grant(id) => token.grant == Some(id),
            Self::Parent(id) => token.parent == Some(id),
            Self::Scope(word) => token.scope.names(word),
            Self::IssuedFrom(at) => token.issued >= at,
            Self::IssuedBefore(at) => token.issued < at,
            Self::ExpiresFrom(at) => token.expires.is_some_and(|end| end >= at),
            Self::ExpiresBefore(at) => token.expires.is_some_and(|end| end < at),
            Self::Ends(ends) => token.expires.is_some() == ends,
            Self::UsedFrom(at) => facts.last_used.is_some_and(|last| last >= at),
            Self::UsedBefore(at) => facts.last_used.is_none_or(|last| last < at),
            Self::Device(id) => token.device == Some(id),
            Self::Binding(print) => token.binding.is_some_and(|binding| binding.thumbprint() == print),
            Self::State(name) => StateName::of(token.state) == name,
            Self::LiveAt(now) => {
                token.state == TokenState::Active && token.expires.is_none_or(|end| end > now) && facts.family_lives
            }
        }
    }

    /// Whether the token's row answers it alone.
    const fn is_of_the_row(self) -> bool {
        !matches!(self, Self::UsedFrom(_) | Self::UsedBefore(_) | Self::LiveAt(_))
    }
}

impl TokenFilter {
    /// The conditions.
    pub fn terms(&self) -> impl Iterator<Item = Term<'_>> {
        let Self {
            service,
            kinds,
            client,
            subject,
            grant,
            parent,
            scope,
            issued_from,
            issued_before,
            expires_from,
            expires_before,
            ends,
            used_from,
            used_before,
            device,
            binding,
            state,
            live_at,
        } = self;
        [
            service.map(Term::Service),
            client.map(Term::Client),
            grant.map(Term::Grant),
            parent.map(Term::Parent),
            (!kinds.is_empty()).then_some(Term::Kinds(kinds)),
            subject.as_ref().map(Term::Subject),
            device.map(Term::Device),
            binding.as_ref().map(Term::Binding),
            issued_from.map(Term::IssuedFrom),
            issued_before.map(Term::IssuedBefore),
            expires_from.map(Term::ExpiresFrom),
            expires_before.map(Term::ExpiresBefore),
            ends.map(Term::Ends),
            state.map(Term::State),
            scope.as_deref().map(Term::Scope),
            used_from.map(Term::UsedFrom),
            used_before.map(Term::UsedBefore),
            live_at.map(Term::LiveAt),
        ]
        .into_iter()
        .flatten()
    }

    /// Whether the filter means a token.
    #[must_use]
    pub fn means(&self, token: &Token, facts: &Facts) -> bool {
        self.terms().all(|term| term.holds(token, facts))
    }

    /// Whether no condition contradicts the token's row. Conditions on other rows (its use, its family) are not
    /// checked.
    #[must_use]
    pub fn fits_row(&self, token: &Token) -> bool {
        let unknown = Facts { last_used: None, family_lives: true };
        self.terms().filter(|term| term.is_of_the_row()).all(|term| term.holds(token, &unknown))
    }
}
