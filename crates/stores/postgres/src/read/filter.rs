//! A filter as a condition.

use jeton_model::records::TokenKind;
use jeton_model::store::TokenFilter;
use jeton_model::terms::Term;
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

    /// Adds a condition in which every `?` is the parameter.
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

    /// Adds a parameter for another part of the statement; returns its name there.
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
        for term in filter.terms() {
            c.term(term);
        }
        // The index of a service's ends is one of each kind.
        let by_end = filter.service.is_some() && (filter.expires_before.is_some() || filter.expires_from.is_some());
        if by_end && filter.kinds.is_empty() {
            c.term(Term::Kinds(&TokenKind::ALL));
        }
        c
    }

    /// [`Term::holds`] in SQL.
    fn term(&mut self, term: Term<'_>) {
        match term {
            Term::Number(column, comparison, number) => {
                self.number(&format!("t.{} {} ?", column.name(), comparison.sign()), number);
            }
            Term::Kinds(kinds) => {
                let kinds: Vec<i16> = kinds.iter().map(|kind| kind.sql()).collect();
                self.and("t.kind = ANY(?)", Box::new(kinds), Type::INT2_ARRAY);
            }
            // The index knows a name's beginning only.
            Term::ExternalSubject(name) => {
                self.text("left(t.subject_name, 64) = left(?, 64) AND t.subject_name = ?", name);
            }
            Term::Binding(print) => self.and("substr(t.binding, 2) = ?", Box::new(print.to_vec()), Type::BYTEA),
            Term::Ends(true) => self.sql.push_str(" AND t.expires IS NOT NULL"),
            Term::Ends(false) => self.sql.push_str(" AND t.expires IS NULL"),
            Term::State(name) => self.number("t.state = ?", name.sql().into()),
            Term::Scope(word) => self.text("? = ANY(string_to_array(t.scope, ' '))", word),
            Term::UsedFrom(at) => self.number(USED_FROM, at.millis()),
            Term::UsedBefore(at) => self.number(NOT_USED_FROM, at.millis()),
            Term::LiveAt(now) => self.number(LIVE, now.millis()),
        }
    }
}

/// Active, not expired, family not revoked. A family without a grant row has ended.
const LIVE: &str = "t.state = 0 AND (t.expires IS NULL OR t.expires > ?) AND (t.grant_id IS NULL OR \
    EXISTS (SELECT 1 FROM grants AS g WHERE g.id = t.grant_id AND g.state = 0))";

/// Whether the token was used at or after a moment.
const USED_FROM: &str = "EXISTS (SELECT 1 FROM token_uses AS u WHERE u.id = t.id AND u.last >= ?)";

/// Whether the token was not used since a moment.
const NOT_USED_FROM: &str = "NOT EXISTS (SELECT 1 FROM token_uses AS u WHERE u.id = t.id AND u.last >= ?)";
