//! In which lists a token is, and where.

use aws_lc_rs::digest::{SHA256, digest};
use jeton_model::records::{Subject, Token};

use super::axis::place;

/// Whose list it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Owner {
    /// That of the whole service.
    Service,
    /// A client's, by number.
    Client(i64),
    /// A user's, by number.
    User(i64),
    /// That of a name from elsewhere, by its SHA-256: an index row has a bound, a name has none.
    Name([u8; 32]),
}

impl Owner {
    /// Of a subject.
    pub(crate) fn of(subject: &Subject) -> Self {
        match subject {
            Subject::User(key) => Self::User(key.sql()),
            Subject::External(name) => Self::named(name),
        }
    }

    /// Of a name from elsewhere.
    pub(crate) fn named(name: &str) -> Self {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, name.as_bytes()).as_ref());
        Self::Name(hash)
    }

    /// The column `facet`.
    pub(crate) const fn facet(&self) -> i16 {
        match self {
            Self::Service => 0,
            Self::Client(_) => 1,
            Self::User(_) => 2,
            Self::Name(_) => 3,
        }
    }

    /// The column `owner`.
    pub(crate) fn key(&self) -> Vec<u8> {
        match self {
            Self::Service => Vec::new(),
            Self::Client(number) | Self::User(number) => number.to_be_bytes().to_vec(),
            Self::Name(hash) => hash.to_vec(),
        }
    }
}

/// The lists of a token and its place there.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    pub(crate) service: i64,
    pub(crate) kind: i16,
    pub(crate) client: Option<i64>,
    pub(crate) subject: Option<Owner>,
    /// The place ([`place`]).
    pub(crate) place: i64,
}

impl Slot {
    /// Of a token.
    pub(crate) fn of(token: &Token) -> Self {
        Self {
            service: token.service.sql(),
            kind: token.kind.sql(),
            client: token.client.map(|key| key.sql()),
            subject: token.subject.as_ref().map(Owner::of),
            place: place(token.id.sql(), token.expires.map(|at| at.millis())),
        }
    }

    /// The token ends at another millisecond now.
    pub(crate) fn move_to(&mut self, id: i64, expires: Option<i64>) {
        self.place = place(id, expires);
    }

    /// Each list.
    pub(super) fn owners(&self) -> impl Iterator<Item = Owner> {
        [Some(Owner::Service), self.client.map(Owner::Client), self.subject].into_iter().flatten()
    }
}
