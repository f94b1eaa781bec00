//! A filter as a condition.

use jeton_core::clock::Timestamp;
use jeton_core::model::{Subject, TokenKind};
use jeton_core::store::TokenFilter;
use tokio_postgres::types::Type;

use crate::records::{Param, is_storable};

/// Conditions that are joined by AND, and their parameters.
pub(crate) struct Condition {
    sql: String,
    parameters: Vec<(Param<'static>, Type)>,
}

impl Condition {
    /// One that everything meets.
    pub(crate) fn everything() -> Self {
        Self { sql: "true".to_owned(), parameters: Vec::new() }
    }

    /// Adds a condition in which `?` stands for the parameter, every time.
    pub(crate) fn and(&mut self, condition: &str, parameter: Param<'static>, kind: Type) {
        let place = self.bind(parameter, kind);
        self.sql.push_str(" AND ");
        self.sql.push_str(&condition.replace('?', &place));
    }

    /// Adds a number's condition.
    pub(crate) fn number(&mut self, condition: &str, number: i64) {
        self.and(condition, Box::new(number), Type::INT8);
    }

    /// Adds a text's condition. What cannot be in the database is equal to nothing there.
    pub(crate) fn text(&mut self, condition: &str, text: &str) {
        if is_storable(text) {
            self.and(condition, Box::new(text.to_owned()), Type::TEXT);
        } else {
            self.sql.push_str(" AND false");
        }
    }

    /// Adds a parameter that stands elsewhere in the statement; returns how it is called there.
    pub(crate) fn bind(&mut self, parameter: Param<'static>, kind: Type) -> String {
        self.parameters.push((parameter, kind));
        format!("${}", self.parameters.len())
    }

    /// The condition.
    pub(crate) fn sql(&self) -> &str {
        &self.sql
    }

    /// The parameters in the order of their names.
    pub(crate) fn parameters(self) -> Vec<(Param<'static>, Type)> {
        self.parameters
    }

    /// Which tokens a filter means, of a table called `t`.
    pub(crate) fn tokens(filter: &TokenFilter) -> Self {
        let mut c = Self::everything();
        let mut number = |condition: &str, value: Option<i64>| {
            if let Some(value) = value {
                c.number(condition, value);
            }
        };
        number("t.service = ?", filter.service.map(|id| id.sql()));
        number("t.client = ?", filter.client.map(|key| key.sql()));
        number("t.grant_id = ?", filter.grant.map(|id| id.sql()));
        number("t.parent = ?", filter.parent.map(|id| id.sql()));
        number("t.issued >= ?", filter.issued_from.map(Timestamp::millis));
        number("t.issued < ?", filter.issued_before.map(Timestamp::millis));
        number("t.expires < ?", filter.expires_before.map(Timestamp::millis));
        number("t.expires >= ?", filter.expires_from.map(Timestamp::millis));
        number("t.device = ?", filter.device.map(|id| id.sql()));
        number(USED_FROM, filter.used_from.map(Timestamp::millis));
        number(NOT_USED_FROM, filter.used_before.map(Timestamp::millis));
        number("t.state = ?", filter.state.map(|state| state.sql().into()));
        number(LIVE, filter.live_at.map(Timestamp::millis));
        // The index of a service's ends is one of each kind.
        let by_end = filter.service.is_some() && (filter.expires_before.is_some() || filter.expires_from.is_some());
        if by_end || !filter.kinds.is_empty() {
            let kinds = if filter.kinds.is_empty() { &TokenKind::ALL } else { &filter.kinds[..] };
            let kinds: Vec<i16> = kinds.iter().map(|kind| kind.sql()).collect();
            c.and("t.kind = ANY(?)", Box::new(kinds), Type::INT2_ARRAY);
        }
        if let Some(print) = &filter.binding {
            c.and("substr(t.binding, 2) = ?", Box::new(print.to_vec()), Type::BYTEA);
        }
        if let Some(ends) = filter.ends {
            c.sql.push_str(if ends { " AND t.expires IS NOT NULL" } else { " AND t.expires IS NULL" });
        }
        match &filter.subject {
            Some(Subject::User(key)) => c.number("t.subject_user = ?", key.sql()),
            // The index knows a name's beginning only.
            Some(Subject::External(name)) => {
                c.text("left(t.subject_name, 64) = left(?, 64) AND t.subject_name = ?", name);
            }
            None => {}
        }
        if let Some(word) = &filter.scope {
            c.text("? = ANY(string_to_array(t.scope, ' '))", word);
        }
        c
    }
}

/// Active, not expired, family not revoked. A family whose grant is gone is dead.
const LIVE: &str = "t.state = 0 AND (t.expires IS NULL OR t.expires > ?) AND (t.grant_id IS NULL OR \
    EXISTS (SELECT 1 FROM grants AS g WHERE g.id = t.grant_id AND g.state = 0))";

/// Whether the token was used at or after a moment.
const USED_FROM: &str = "EXISTS (SELECT 1 FROM token_uses AS u WHERE u.id = t.id AND u.last >= ?)";

/// Whether the token was not used since a moment.
const NOT_USED_FROM: &str = "NOT EXISTS (SELECT 1 FROM token_uses AS u WHERE u.id = t.id AND u.last >= ?)";
