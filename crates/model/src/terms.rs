//! The filter of tokens: its members, the condition of each, when a token meets it, and two filters combined.
//!
//! This is the only definition. Lists, previews, suspensions, undoing and ending them use it: in memory through
//! [`TokenFilter::means`], in a database through the condition that a store writes for each [`Term`]. A store matches
//! on the term and has no condition of its own; the conformance suite compares each store's conditions with
//! [`Term::holds`]. A member that compares a number of the token's row is a [`Term::Number`], which every store handles
//! already.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::ids::{ClientKey, DeviceId, GrantId, ServiceId, TokenId};
use crate::records::{Subject, Token, TokenKind, TokenState};

/// The one filter: lists and bulk revocations take it. Members combine with AND; none filters nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TokenFilter {
    /// In this service.
    pub service: Option<ServiceId>,
    /// Of these kinds; empty: all.
    pub kinds: Vec<TokenKind>,
    /// Issued to this client.
    pub client: Option<ClientKey>,
    /// In this subject's name.
    pub subject: Option<Subject>,
    /// Of this family.
    pub grant: Option<GrantId>,
    /// Made from this token.
    pub parent: Option<TokenId>,
    /// With this value in their scope.
    pub scope: Option<String>,
    /// Issued at or after.
    pub issued_from: Option<Timestamp>,
    /// Issued before.
    pub issued_before: Option<Timestamp>,
    /// Expiring at or after; one that never expires is not among them.
    pub expires_from: Option<Timestamp>,
    /// Expiring before.
    pub expires_before: Option<Timestamp>,
    /// Whether it has an expiry.
    pub ends: Option<bool>,
    /// Last used at or after ([`TokenUse`](crate::records::TokenUse)).
    pub used_from: Option<Timestamp>,
    /// Not used since: never, or last before.
    pub used_before: Option<Timestamp>,
    /// Issued to this device.
    pub device: Option<DeviceId>,
    /// Bound to the key or the certificate of this thumbprint ([`Binding::thumbprint`](crate::records::Binding::thumbprint)).
    pub binding: Option<[u8; 32]>,
    /// In this state, independent of the clock and the family.
    pub state: Option<StateName>,
    /// Not ended at this time: active, not expired, family not revoked. A token that is not valid yet is included. (A
    /// token expires no later than its grant: the code that writes tokens ensures this, and this condition relies on
    /// it.)
    pub live_at: Option<Timestamp>,
}

/// The name of a [`TokenState`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateName {
    /// [`TokenState::Active`].
    Active,
    /// [`TokenState::Rotated`].
    Rotated,
    /// [`TokenState::Revoked`].
    Revoked,
}

impl StateName {
    /// The number of the state in a database ([`TokenState::sql`]).
    #[must_use]
    pub const fn sql(self) -> i16 {
        match self {
            Self::Active => 0,
            Self::Rotated => 1,
            Self::Revoked => 2,
        }
    }

    /// Of a state.
    #[must_use]
    pub const fn of(state: TokenState) -> Self {
        match state {
            TokenState::Active => Self::Active,
            TokenState::Rotated { .. } => Self::Rotated,
            TokenState::Revoked { .. } => Self::Revoked,
        }
    }
}

/// One condition. A filter means the tokens that meet all of its terms.
///
/// Texts are compared byte by byte: no case folding, no normal form, no wildcards. Bounds in time are exact to the
/// millisecond; `from` includes its moment and `before` does not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Term<'a> {
    /// This number of its row compares so to that one. A token without it is not selected.
    Number(Column, Comparison, i64),
    /// Of one of these kinds; there is at least one.
    Kinds(&'a [TokenKind]),
    /// In the name of somebody known by this name elsewhere. A person and such a name are never equal.
    ExternalSubject(&'a str),
    /// Exactly this value is in its scope. What a capability scope allows does not count: `storage.read:/a` selects
    /// neither `storage.read:/` nor `storage.read:/a/b`. An invalid value (empty, or with a space in it) selects
    /// nothing.
    Scope(&'a str),
    /// Whether it has an expiry.
    Ends(bool),
    /// Last used at or after. A token without a recorded use is not selected.
    UsedFrom(Timestamp),
    /// Not used since: last before, or no use is known.
    UsedBefore(Timestamp),
    /// Bound to the key or the certificate of this SHA-256 thumbprint.
    Binding(&'a [u8; 32]),
    /// Its row is in this state, independent of the clock and the family.
    State(StateName),
    /// Not ended at this moment: active, not expired, its family (if it has one) there and not revoked. A token that ends
    /// at this very moment has ended; one that has not started yet has not.
    LiveAt(Timestamp),
}

/// A number of a token's row, in the column of this name. Moments are in milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// Its service.
    Service,
    /// Its client; none: it has none.
    Client,
    /// Its family; none: it is one of its own.
    Grant,
    /// The token it was made from.
    Parent,
    /// The person in whose name it is.
    User,
    /// Its device.
    Device,
    /// When it was issued.
    Issued,
    /// When it ends; none: never.
    Expires,
}

impl Column {
    /// Its name in a database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Client => "client",
            Self::Grant => "grant_id",
            Self::Parent => "parent",
            Self::User => "subject_user",
            Self::Device => "device",
            Self::Issued => "issued",
            Self::Expires => "expires",
        }
    }

    fn of(self, token: &Token) -> Option<i64> {
        match (self, &token.subject) {
            (Self::Service, _) => Some(token.service.sql()),
            (Self::Client, _) => token.client.map(ClientKey::sql),
            (Self::Grant, _) => token.grant.map(GrantId::sql),
            (Self::Parent, _) => token.parent.map(TokenId::sql),
            (Self::User, Some(Subject::User(key))) => Some(key.sql()),
            (Self::User, _) => None,
            (Self::Device, _) => token.device.map(DeviceId::sql),
            (Self::Issued, _) => Some(token.issued.millis()),
            (Self::Expires, _) => token.expires.map(Timestamp::millis),
        }
    }
}

/// How two numbers compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// They are equal.
    Equal,
    /// The first is no less.
    AtLeast,
    /// The first is less.
    Below,
}

impl Comparison {
    /// Its sign in a database.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::AtLeast => ">=",
            Self::Below => "<",
        }
    }

    fn holds(self, a: i64, b: i64) -> bool {
        match self {
            Self::Equal => a == b,
            Self::AtLeast => a >= b,
            Self::Below => a < b,
        }
    }
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
            Self::Number(column, comparison, number) => column.of(token).is_some_and(|n| comparison.holds(n, number)),
            Self::Kinds(kinds) => kinds.contains(&token.kind),
            Self::ExternalSubject(name) => matches!(&token.subject, Some(Subject::External(other)) if **other == *name),
            Self::Scope(word) => token.scope.names(word),
            Self::Ends(ends) => token.expires.is_some() == ends,
            Self::UsedFrom(at) => facts.last_used.is_some_and(|last| last >= at),
            Self::UsedBefore(at) => facts.last_used.is_none_or(|last| last < at),
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
        let number = |column, comparison, number: Option<i64>| number.map(|n| Term::Number(column, comparison, n));
        let at = |moment: &Option<Timestamp>| moment.map(Timestamp::millis);
        [
            number(Column::Service, Comparison::Equal, service.map(ServiceId::sql)),
            number(Column::Client, Comparison::Equal, client.map(ClientKey::sql)),
            number(Column::Grant, Comparison::Equal, grant.map(GrantId::sql)),
            number(Column::Parent, Comparison::Equal, parent.map(TokenId::sql)),
            (!kinds.is_empty()).then_some(Term::Kinds(kinds)),
            subject.as_ref().map(|subject| match subject {
                Subject::User(key) => Term::Number(Column::User, Comparison::Equal, key.sql()),
                Subject::External(name) => Term::ExternalSubject(name),
            }),
            number(Column::Device, Comparison::Equal, device.map(DeviceId::sql)),
            binding.as_ref().map(Term::Binding),
            number(Column::Issued, Comparison::AtLeast, at(issued_from)),
            number(Column::Issued, Comparison::Below, at(issued_before)),
            number(Column::Expires, Comparison::AtLeast, at(expires_from)),
            number(Column::Expires, Comparison::Below, at(expires_before)),
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

/// Which tokens a list contains of those that were neither revoked nor rotated, nor their family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByExpiry {
    /// Those that have not expired.
    Valid,
    /// Those that have, until a sweep removes them.
    Expired,
    /// Both.
    All,
}

impl TokenFilter {
    /// This filter, for the tokens that were neither revoked nor rotated, nor their family: by whether they have expired. Each
    /// store answers all three with their totals without counting row by row, where it answers [`Self::live_at`] so.
    #[must_use]
    pub fn by_expiry(self, which: ByExpiry, now: Timestamp) -> Self {
        // At that moment nothing had expired.
        const BEFORE_ALL: Timestamp = Timestamp::from_millis(0);
        match which {
            ByExpiry::Valid => Self { live_at: Some(now), ..self },
            ByExpiry::All => Self { live_at: Some(BEFORE_ALL), ..self },
            ByExpiry::Expired => {
                Self { live_at: Some(BEFORE_ALL), expires_before: Some(now + Duration::from_millis(1)), ..self }
            }
        }
    }

    /// Whether it asks when a token was last used.
    #[must_use]
    pub fn asks_for_use(&self) -> bool {
        self.used_from.is_some() || self.used_before.is_some()
    }

    /// What both filters mean; none when nothing can be both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Option<Self> {
        let kinds = match (self.kinds.is_empty(), other.kinds.is_empty()) {
            (true, _) => other.kinds.clone(),
            (_, true) => self.kinds.clone(),
            _ => self.kinds.iter().copied().filter(|kind| other.kinds.contains(kind)).collect(),
        };
        if kinds.is_empty() && !(self.kinds.is_empty() && other.kinds.is_empty()) {
            return None;
        }
        Some(Self {
            service: same(&self.service, &other.service)?,
            kinds,
            client: same(&self.client, &other.client)?,
            subject: same(&self.subject, &other.subject)?,
            grant: same(&self.grant, &other.grant)?,
            parent: same(&self.parent, &other.parent)?,
            scope: same(&self.scope, &other.scope)?,
            issued_from: self.issued_from.max(other.issued_from),
            issued_before: earlier(self.issued_before, other.issued_before),
            expires_from: self.expires_from.max(other.expires_from),
            expires_before: earlier(self.expires_before, other.expires_before),
            ends: same(&self.ends, &other.ends)?,
            used_from: self.used_from.max(other.used_from),
            used_before: earlier(self.used_before, other.used_before),
            device: same(&self.device, &other.device)?,
            binding: same(&self.binding, &other.binding)?,
            state: same(&self.state, &other.state)?,
            live_at: self.live_at.max(other.live_at),
        })
    }
}

/// The earlier of two bounds, either of which may be absent.
#[must_use]
pub fn earlier<T: Ord>(a: Option<T>, b: Option<T>) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// The condition that satisfies both; the outer none: they contradict each other.
fn same<T: Clone + PartialEq>(a: &Option<T>, b: &Option<T>) -> Option<Option<T>> {
    match (a, b) {
        (Some(a), Some(b)) if a != b => None,
        _ => Some(a.clone().or_else(|| b.clone())),
    }
}
