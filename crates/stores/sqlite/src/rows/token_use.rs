//! When tokens were last used.

use jeton_model::ids::TokenId;
use jeton_model::records::TokenUse;
use rusqlite::{Connection, params};

use super::column;
use crate::fault::{Done, Fault};

/// What is known of these tokens' use; those never used are left out.
pub(crate) fn of(connection: &Connection, tokens: &[TokenId]) -> Done<Vec<TokenUse>> {
    let mut found = Vec::with_capacity(tokens.len());
    for id in tokens {
        found.extend(one(connection, *id)?);
    }
    Ok(found)
}

/// Adds to what is known.
pub(crate) fn add(connection: &Connection, later: &TokenUse) -> Done<()> {
    let mut known = match one(connection, later.token)? {
        Some(known) => known,
        None => TokenUse { count: 0, ..later.clone() },
    };
    known.add(later);
    let sql = "INSERT OR REPLACE INTO token_use (id, last, count, source, scopes) VALUES (?1, ?2, ?3, ?4, ?5)";
    connection.prepare_cached(sql)?.execute(params![
        known.token.sql(),
        known.last.millis(),
        i64::try_from(known.count).unwrap_or(i64::MAX),
        &*known.source,
        known.scopes.as_str(),
    ])?;
    Ok(())
}

/// Removes the uses of the tokens with these ids that no longer exist.
pub(crate) fn tidy(connection: &Connection, low: i64, high: i64) -> Done<()> {
    let sql = "DELETE FROM token_use WHERE id BETWEEN ?1 AND ?2 AND NOT EXISTS \
        (SELECT 1 FROM token t WHERE t.id = token_use.id)";
    connection.prepare_cached(sql)?.execute([low, high])?;
    Ok(())
}

fn one(connection: &Connection, id: TokenId) -> Done<Option<TokenUse>> {
    let mut statement = connection.prepare_cached("SELECT last, count, source, scopes FROM token_use WHERE id = ?1")?;
    let mut rows = statement.query([id.sql()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let corrupt = || Fault::Corrupt("use of a token");
    Ok(Some(TokenUse {
        token: id,
        last: column::read_time(row, 0)?.ok_or_else(corrupt)?,
        count: row.get::<_, i64>(1)?.unsigned_abs(),
        source: column::read_shared(row, 2)?,
        scopes: column::read_scope(row, 3)?,
    }))
}
