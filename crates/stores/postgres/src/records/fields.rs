//! Columns, one after the other.

use jeton_model::store::StoreError;
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, ToSql};

/// A parameter of a statement.
pub(crate) type Param<'a> = Box<dyn ToSql + Sync + Send + 'a>;

/// One column of many rows, as an array for `unnest`.
pub(crate) fn column<'a, R, V: ToSql + Sync + Send + 'a>(rows: &[R], value: impl Fn(&R) -> V) -> Param<'a> {
    Box::new(rows.iter().map(value).collect::<Vec<V>>())
}

/// Whether a text can be stored: PostgreSQL has no NUL. A record with such a name does not exist.
pub(crate) fn is_storable(text: &str) -> bool {
    !text.contains('\0')
}

/// Reads a row's columns in their order.
pub(crate) struct Fields<'r> {
    row: &'r Row,
    next: usize,
    what: &'static str,
}

impl<'r> Fields<'r> {
    /// The columns from the `first` one on; `what` names the noun when one does not read.
    pub(crate) fn of(row: &'r Row, first: usize, what: &'static str) -> Self {
        Self { row, next: first, what }
    }

    /// The next column.
    pub(crate) fn read<T: FromSql<'r>>(&mut self) -> Result<T, StoreError> {
        let value = self.row.try_get(self.next).map_err(|_| self.corrupt())?;
        self.next += 1;
        Ok(value)
    }

    /// The next column, which a conversion may refuse.
    pub(crate) fn convert<T: FromSql<'r>, V>(&mut self, to: impl FnOnce(T) -> Option<V>) -> Result<V, StoreError> {
        let value = self.read()?;
        to(value).ok_or_else(|| self.corrupt())
    }

    /// The next column, which may be null, and which a conversion may refuse.
    pub(crate) fn convert_some<T: FromSql<'r>, V>(
        &mut self,
        to: impl FnOnce(T) -> Option<V>,
    ) -> Result<Option<V>, StoreError> {
        match self.read::<Option<T>>()? {
            Some(value) => to(value).map(Some).ok_or_else(|| self.corrupt()),
            None => Ok(None),
        }
    }

    /// The row does not read.
    pub(crate) fn corrupt(&self) -> StoreError {
        StoreError::Corrupt { what: self.what }
    }
}
