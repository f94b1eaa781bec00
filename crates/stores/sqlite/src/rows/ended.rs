//! Ended tokens, until they are removed from the lists of live tokens. Written in the commit that ends them, so that no
//! crash loses them.

use rusqlite::Connection;

use crate::fault::{Done, Fault};

/// A token or a family that ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ended {
    /// A token.
    Token(i64),
    /// A family: all its tokens.
    Family(i64),
}

impl Ended {
    /// A family's number is negative.
    const fn sql(self) -> i64 {
        match self {
            Self::Token(id) => id,
            Self::Family(id) => -id,
        }
    }

    const fn from_sql(n: i64) -> Self {
        if n < 0 { Self::Family(-n) } else { Self::Token(n) }
    }
}

/// Writes some in one row; returns its place.
pub(crate) fn add(connection: &Connection, ended: &[Ended]) -> Done<i64> {
    let bytes: Vec<u8> = ended.iter().flat_map(|one| one.sql().to_be_bytes()).collect();
    connection.prepare_cached("INSERT INTO ended (ids) VALUES (?1)")?.execute([bytes])?;
    Ok(connection.last_insert_rowid())
}

/// All of them, and the last place; 0 when there is none.
pub(crate) fn all(connection: &Connection) -> Done<(Vec<Ended>, i64)> {
    let mut statement = connection.prepare_cached("SELECT seq, ids FROM ended ORDER BY seq")?;
    let mut rows = statement.query([])?;
    let (mut ended, mut last) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let bytes = row.get_ref(1)?.as_blob().map_err(|_| Fault::Corrupt("ends"))?;
        let (numbers, []) = bytes.as_chunks::<8>() else { return Err(Fault::Corrupt("ends")) };
        ended.extend(numbers.iter().map(|n| Ended::from_sql(i64::from_be_bytes(*n))));
        last = row.get(0)?;
    }
    Ok((ended, last))
}

/// Removes those up to a place.
pub(crate) fn delete(connection: &Connection, through: i64) -> Done<()> {
    connection.prepare_cached("DELETE FROM ended WHERE seq <= ?1")?.execute([through])?;
    Ok(())
}
