//! When tokens were last used.

use std::sync::Arc;

use jeton_core::clock::Timestamp;
use jeton_core::ids::TokenId;
use jeton_core::model::TokenUse;
use jeton_core::scope::Scope;
use jeton_core::store::StoreError;
use tokio_postgres::Row;

use super::Fields;

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
