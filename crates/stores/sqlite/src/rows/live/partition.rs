//! The position of a token in the lists of live tokens.

use jeton_model::ids::{ClientKey, GrantId, TokenId};
use jeton_model::records::{Token, TokenKind, TokenState};
use rusqlite::{Connection, OptionalExtension};

use crate::fault::Done;
use crate::rows::owner::Owner;

/// Tokens of one owner and kind that end, or that never do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Partition {
    /// In which service.
    pub(crate) service: i64,
    /// Whose.
    pub(crate) owner: Owner,
    /// Twice the kind, plus one for those that end.
    pub(crate) number: i64,
}

/// A position in a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    /// The expiry in milliseconds since 1970; 0 of what never ends.
    pub(crate) expires: i64,
    /// The token.
    pub(crate) id: i64,
}

impl Key {
    /// Before every token.
    pub(super) const FIRST: Self = Self { expires: i64::MIN, id: 0 };
}

/// A row of the list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Row {
    /// The partition.
    pub(crate) partition: Partition,
    /// Where.
    pub(crate) key: Key,
}

/// The owners of a token that have such a list, one of each at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Its service.
    Service,
    /// Its client.
    Client,
    /// Its subject.
    Subject,
}

impl Class {
    /// All, in the order they are written in.
    const ALL: [Self; 3] = [Self::Service, Self::Client, Self::Subject];

    /// The next one in that order.
    pub(crate) const fn next(self) -> Option<Self> {
        match self {
            Self::Service => Some(Self::Client),
            Self::Client => Some(Self::Subject),
            Self::Subject => None,
        }
    }
}

/// A token as these lists need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LiveRow {
    /// Its number.
    pub(crate) id: i64,
    service: i64,
    kind: i64,
    /// Its expiry in milliseconds since 1970.
    pub(crate) expires: Option<i64>,
    /// Its client.
    pub(crate) client: Option<i64>,
    /// Its subject.
    pub(crate) subject: Option<Owner>,
    /// Its family.
    pub(crate) grant: Option<i64>,
}

/// The partition of a kind.
pub(super) fn partition(kind: i64, ends: bool) -> i64 {
    2 * kind + i64::from(ends)
}

impl LiveRow {
    /// Of a token; none when it has ended already.
    pub(crate) fn of(token: &Token) -> Option<Self> {
        (token.state == TokenState::Active).then(|| Self {
            id: token.id.sql(),
            service: token.service.sql(),
            kind: TokenKind::sql(token.kind).into(),
            expires: token.expires.map(|t| t.millis()),
            client: token.client.map(ClientKey::sql),
            subject: token.subject.as_ref().map(Owner::subject),
            grant: token.grant.map(GrantId::sql),
        })
    }

    /// From [`LIVING_COLUMNS`], which begin at `at`, and whether it is active.
    pub(crate) fn of_row(row: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<(Self, bool)> {
        let user = row.get::<_, Option<i64>>(at + 5)?.map(Owner::User);
        let living = Self {
            id: row.get(at)?,
            service: row.get(at + 1)?,
            kind: row.get(at + 2)?,
            expires: row.get(at + 3)?,
            client: row.get(at + 4)?,
            subject: match user {
                Some(user) => Some(user),
                None => row.get::<_, Option<std::sync::Arc<str>>>(at + 6)?.map(Owner::Name),
            },
            grant: row.get(at + 7)?,
        };
        Ok((living, row.get(at + 8)?))
    }

    /// The same with another expiry.
    pub(crate) fn moved(&self, expires: Option<i64>) -> Self {
        Self { expires, ..self.clone() }
    }

    /// Its row in the list of an owner.
    pub(crate) fn row(&self, class: Class) -> Option<Row> {
        let owner = match class {
            Class::Service => Owner::Service(self.service),
            Class::Client => Owner::Client(self.client?),
            Class::Subject => self.subject.clone()?,
        };
        let partition =
            Partition { service: self.service, owner, number: partition(self.kind, self.expires.is_some()) };
        Some(Row { partition, key: Key { expires: self.expires.unwrap_or(0), id: self.id } })
    }

    /// All its rows.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Row> + '_ {
        Class::ALL.into_iter().filter_map(|class| self.row(class))
    }
}

/// The columns of a token that [`LiveRow::of_row`] takes.
pub(crate) const LIVING_COLUMNS: &str =
    "id, service, kind, expires, client, subject_user, subject_name, grant_id, life < x'01'";

/// A token, ended or not, and whether it is active.
pub(crate) fn read(connection: &Connection, id: TokenId) -> Done<Option<(LiveRow, bool)>> {
    let sql = format!("SELECT {LIVING_COLUMNS} FROM token WHERE id = ?1");
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement.query_row([id.sql()], |row| LiveRow::of_row(row, 0)).optional()?)
}
