//! Records stored as JSON: the few kinds that are seldom written.

use jeton_model::store::{Listing, Page};
use rusqlite::{Connection, Params, ToSql};
use serde::de::DeserializeOwned;

use super::column::read_json;
use crate::fault::Done;

/// The longest page of a list.
pub(super) const LONGEST_PAGE: u32 = 100_000;

/// The one record whose body the query finds in its first column.
pub(super) fn find<T: DeserializeOwned>(
    connection: &Connection,
    what: &'static str,
    sql: &str,
    params: impl Params,
) -> Done<Option<T>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    rows.next()?.map(|row| read_json(row, 0).map_err(|f| f.about(what))).transpose()
}

/// A list of records: its two queries, which begin with the same parameters. `page` has three more: after which
/// number, how many, how many to skip.
pub(super) struct List {
    /// The noun.
    pub(super) what: &'static str,
    /// Counts all.
    pub(super) count: &'static str,
    /// Selects the bodies of a page.
    pub(super) page: &'static str,
}

impl List {
    /// Reads a page.
    pub(super) fn read<T: DeserializeOwned>(
        &self,
        connection: &Connection,
        key: &[&dyn ToSql],
        page: Page,
    ) -> Done<Listing<T>> {
        let total: i64 = connection.prepare_cached(self.count)?.query_row(key, |row| row.get(0))?;
        let mut items = Vec::new();
        if page.limit > 0 {
            let (after, skip) = (number(page.after), number(page.skip));
            let limit = page.limit.min(LONGEST_PAGE);
            let mut params = key.to_vec();
            params.extend_from_slice(&[&after as &dyn ToSql, &limit, &skip]);
            let mut statement = connection.prepare_cached(self.page)?;
            let mut rows = statement.query(params.as_slice())?;
            while let Some(row) = rows.next()? {
                items.push(read_json(row, 0).map_err(|f| f.about(self.what))?);
            }
        }
        Ok(Listing { items, total: total.unsigned_abs() })
    }
}

/// A caller's number for SQL; beyond its range there is nothing anyway.
pub(super) fn number(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
