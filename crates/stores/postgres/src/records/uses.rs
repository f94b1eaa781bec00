//! When tokens were last used.

use std::collections::BTreeMap;
use std::sync::Arc;

use jeton_model::clock::Timestamp;
use jeton_model::ids::TokenId;
use jeton_model::records::TokenUse;
use jeton_model::scope::Scope;
use jeton_model::store::StoreError;
use tokio_postgres::Row;

use super::{Fields, Param, column};

/// Adds to what is known, in the order of numbers; takes [`arrays`].
pub(crate) const ADD: &str = "INSERT INTO token_uses AS known (id, last, count, source, scopes) \
    SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[]) \
    ON CONFLICT (id) DO UPDATE SET last = greatest(known.last, excluded.last), \
    count = known.count + excluded.count, \
    source = CASE WHEN excluded.last >= known.last THEN excluded.source ELSE known.source END, \
    scopes = CASE WHEN known.scopes = excluded.scopes THEN known.scopes ELSE \
    (SELECT coalesce(string_agg(DISTINCT word, ' '), '') FROM \
    unnest(string_to_array(known.scopes || ' ' || excluded.scopes, ' ')) AS word WHERE word <> '') END";

/// One use a token, as columns.
pub(crate) fn arrays<'a>(uses: &BTreeMap<TokenId, TokenUse>) -> Vec<Param<'a>> {
    let rows: Vec<TokenUse> = uses.values().cloned().collect();
    vec![
        column(&rows, |u| u.token.sql()),
        column(&rows, |u| u.last.millis()),
        column(&rows, |u| i64::try_from(u.count).unwrap_or(i64::MAX)),
        column(&rows, |u| u.source.to_string()),
        column(&rows, |u| u.scopes.to_string()),
    ]
}

/// A use from the columns id, last, count, source and scopes, which begin at `first`.
pub(crate) fn read(row: &Row, first: usize) -> Result<TokenUse, StoreError> {
    let mut f = Fields::of(row, first, "use of a token");
    Ok(TokenUse {
        token: TokenId::from_sql(f.read()?),
        last: Timestamp::from_millis(f.read()?),
        count: f.read::<i64>()?.unsigned_abs(),
        source: Arc::from(f.read::<&str>()?),
        scopes: f.convert(|text: &str| Scope::parse(text).ok())?,
    })
}
