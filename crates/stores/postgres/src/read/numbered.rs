//! Pages in the order of numbers.

use jeton_model::store::Page;
use tokio_postgres::types::Type;

use super::filter::Condition;
use crate::records::{Param, tokens};

/// The statement for the rows of a page in the order of numbers.
pub(super) fn numbered(condition: &mut Condition, page: Page) -> String {
    let wanted = condition.sql().to_owned();
    let [after, limit, skip] =
        [page.after, page.limit.into(), page.skip].map(|n| condition.bind(number(n), Type::INT8));
    format!(
        "SELECT {} FROM tokens AS t WHERE {wanted} AND t.id > {after} ORDER BY t.id LIMIT {limit} OFFSET {skip}",
        tokens::COLUMNS
    )
}

/// A number as the database has it; beyond its end there is nothing anyway.
pub(super) fn number(n: u64) -> Param<'static> {
    Box::new(i64::try_from(n).unwrap_or(i64::MAX))
}
