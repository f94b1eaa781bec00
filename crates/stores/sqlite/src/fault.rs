//! Internal failures, before they are assigned to a command.

use jeton_model::store::StoreError;
use rusqlite::{Error, ErrorCode, ffi};

/// A failed operation on the database.
#[derive(Debug)]
pub(crate) enum Fault {
    /// A number or a unique name is taken: concerns one command only.
    Taken,
    /// A row cannot be read.
    Corrupt(&'static str),
    /// The engine failed: concerns everything in the transaction.
    Engine(Error),
}

/// Result of an operation on the database.
pub(crate) type Done<T> = Result<T, Fault>;

impl Fault {
    /// The same, naming the noun that does not read.
    pub(crate) fn about(self, what: &'static str) -> Self {
        match self {
            Self::Corrupt(_) => Self::Corrupt(what),
            other => other,
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match &error {
            Error::SqliteFailure(f, _) if is_taken(f.extended_code) => Self::Taken,
            Error::FromSqlConversionFailure(..) | Error::InvalidColumnType(..) | Error::IntegralValueOutOfRange(..) => {
                Self::Corrupt("column")
            }
            _ => Self::Engine(error),
        }
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Taken => Self::message("a number or name is taken"),
            Fault::Corrupt(what) => Self::Corrupt { what },
            Fault::Engine(error) => Self::failed(error),
        }
    }
}

const fn is_taken(extended: i32) -> bool {
    matches!(extended, ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID)
}

/// Whether the disk itself failed, so that later syncs cannot be relied on.
pub(crate) fn is_disk_failure(error: &Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure)
}

/// Whether an error on commit leaves it unknown what is on the disk. A full disk does not: SQLite finds out before it
/// writes the mark that makes a transaction count.
pub(crate) fn is_unsure(error: &Error) -> bool {
    !matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DiskFull | ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
    )
}
