//! Statements: prepared under a name if the session is not shared, sent unprepared each time if a pooler may use
//! another session for each transaction.
//!
//! The text contains the type of each parameter (`$1::bigint`), so that the server need not be asked for it.

use std::sync::Arc;

use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Row, Statement};

use crate::fault::Fault;
use crate::records::Param;

/// A statement, ready to be asked.
#[derive(Clone)]
pub(crate) enum Query {
    /// Prepared in this session.
    Named(Statement),
    /// Parsed and planned each time.
    Unnamed(Arc<Text>),
}

/// A statement's text with the types of its parameters.
pub(crate) struct Text {
    sql: String,
    types: Vec<Type>,
}

impl Query {
    /// Prepares a statement under a name.
    pub(crate) async fn named(client: &Client, sql: &str) -> Result<Self, Fault> {
        Ok(Self::Named(client.prepare(sql).await?))
    }

    /// A statement that is sent whole.
    pub(crate) fn unnamed(sql: &str) -> Self {
        Self::Unnamed(Arc::new(Text { sql: sql.to_owned(), types: types(sql) }))
    }

    /// The rows.
    pub(crate) async fn rows(&self, client: &Client, parameters: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Fault> {
        match self {
            Self::Named(statement) => Ok(client.query(statement, parameters).await?),
            Self::Unnamed(text) => {
                let typed: Vec<_> = parameters.iter().copied().zip(text.types.iter().cloned()).collect();
                Ok(client.query_typed(&text.sql, &typed).await?)
            }
        }
    }

    /// How many rows it changed.
    pub(crate) async fn run(&self, client: &Client, parameters: Vec<Param<'_>>) -> Result<u64, Fault> {
        match self {
            Self::Named(statement) => Ok(client.execute_raw(statement, parameters).await?),
            Self::Unnamed(text) => {
                let values = parameters.iter().map(|value| &**value as &(dyn ToSql + Sync));
                let typed: Vec<_> = values.zip(text.types.iter().cloned()).collect();
                Ok(client.execute_typed(&text.sql, &typed).await?)
            }
        }
    }
}

/// The types of the parameters, by number, as the text's casts have them. What has no cast is left to the server, which
/// then may take it for a text.
fn types(sql: &str) -> Vec<Type> {
    let mut found: Vec<Type> = Vec::new();
    for (at, _) in sql.match_indices('$') {
        let rest = sql.get(at + 1..).unwrap_or_default();
        let digits = rest.chars().take_while(char::is_ascii_digit).count();
        let (number, rest) = rest.split_at(digits);
        let Ok(number @ 1..) = number.parse::<usize>() else { continue };
        if found.len() < number {
            found.resize(number, Type::UNKNOWN);
        }
        if let (Some(kind), Some(place)) = (rest.strip_prefix("::").and_then(cast), found.get_mut(number - 1)) {
            *place = kind;
        }
    }
    found
}

/// The type that a text begins with.
fn cast(text: &str) -> Option<Type> {
    let word = text.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    let array = text.get(word.len()..).is_some_and(|rest| rest.starts_with("[]"));
    Some(match (word, array) {
        ("bigint", false) => Type::INT8,
        ("bigint", true) => Type::INT8_ARRAY,
        ("smallint", false) => Type::INT2,
        ("smallint", true) => Type::INT2_ARRAY,
        ("text", false) => Type::TEXT,
        ("text", true) => Type::TEXT_ARRAY,
        ("bytea", false) => Type::BYTEA,
        ("bytea", true) => Type::BYTEA_ARRAY,
        ("bool", true) => Type::BOOL_ARRAY,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_says_the_types() {
        let sql =
            "SELECT $2::smallint[], $1::bigint, $1, unnest($3::text[]) WHERE a = $10::bytea AND $4::bool[] IS NULL";
        let found = types(sql);
        assert_eq!(found[..4], [Type::INT8, Type::INT2_ARRAY, Type::TEXT_ARRAY, Type::BOOL_ARRAY]);
        assert_eq!((found.len(), &found[8], &found[9]), (10, &Type::UNKNOWN, &Type::BYTEA));
        assert!(types("SELECT 'costs $ 5', 1").is_empty());
    }
}
