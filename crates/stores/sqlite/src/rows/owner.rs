//! Whose tokens are listed.

use std::sync::Arc;

use jeton_model::ids::{ClientKey, GrantId, TokenId};
use jeton_model::records::{Subject, Token};
use rusqlite::ToSql;
use rusqlite::types::ToSqlOutput;

/// Whose tokens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Owner {
    /// A client's.
    Client(i64),
    /// A family's.
    Grant(i64),
    /// A user's.
    User(i64),
    /// Made from a token.
    Parent(i64),
    /// A name's that another system vouches for.
    Name(Arc<str>),
    /// A service's: only in the lists of live tokens (`live`).
    Service(i64),
}

impl Owner {
    /// The number in the column "by". Numbers are never reused.
    pub(crate) const fn by(&self) -> i64 {
        match self {
            Self::Client(_) => 0,
            Self::Grant(_) => 1,
            Self::User(_) => 2,
            Self::Parent(_) => 3,
            Self::Name(_) => 4,
            Self::Service(_) => 5,
        }
    }

    /// A subject's.
    pub(crate) fn subject(subject: &Subject) -> Self {
        match subject {
            Subject::User(key) => Self::User(key.sql()),
            Subject::External(name) => Self::Name(Arc::clone(name)),
        }
    }

    /// All owners of a token.
    pub(crate) fn of(token: &Token) -> impl Iterator<Item = Self> + '_ {
        let client = token.client.map(|c: ClientKey| Self::Client(c.sql()));
        let grant = token.grant.map(|g: GrantId| Self::Grant(g.sql()));
        let parent = token.parent.map(|p: TokenId| Self::Parent(p.sql()));
        [client, grant, token.subject.as_ref().map(Self::subject), parent].into_iter().flatten()
    }
}

impl ToSql for Owner {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Self::Client(n) | Self::Grant(n) | Self::User(n) | Self::Parent(n) | Self::Service(n) => n.to_sql(),
            Self::Name(name) => name.to_sql(),
        }
    }
}
