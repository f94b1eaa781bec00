//! What a failure of the database means for whoever asked.

use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::PoolError;
use jeton_core::store::StoreError;
use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

/// Why a transaction did not come to its end.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// Two transactions crossed, nothing was written: the same again may succeed.
    Crossed(Error),
    /// Something of this name exists, nothing was written. `once`: it is a single-use entry.
    Exists {
        /// Whether the name is that of a single-use entry.
        once: bool,
    },
    /// A statement was refused, nothing was written.
    Refused(StoreError),
    /// There is no connection, nothing was written.
    Down(StoreError),
    /// The connection broke while it committed: nobody knows what was written.
    Unknown(Error),
}

impl Trouble {
    /// What an error means. `committing`: the commit was already on its way.
    pub(crate) fn of(error: Error, committing: bool) -> Self {
        let Some(db) = error.as_db_error() else {
            // Without an answer of the server the connection is gone, or a value did not fit its column's type.
            return match (error.is_closed() || is_io(&error), committing) {
                (true, true) => Self::Unknown(error),
                (true, false) => Self::Down(StoreError::failed(error)),
                (false, _) => Self::Refused(StoreError::failed(error)),
            };
        };
        let code = db.code();
        if is_crossing(code) {
            Self::Crossed(error)
        } else if *code == SqlState::UNIQUE_VIOLATION {
            Self::Exists { once: db.constraint().is_some_and(|name| name.starts_with("once_entries")) }
        } else if is_shutdown(code) {
            if committing { Self::Unknown(error) } else { Self::Down(StoreError::failed(error)) }
        } else {
            Self::Refused(StoreError::failed(error))
        }
    }
}

/// Two transactions met, and this one gave way.
pub(crate) fn is_crossing(code: &SqlState) -> bool {
    [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED, SqlState::LOCK_NOT_AVAILABLE].contains(code)
}

/// Whether the same statement may succeed if it is asked again, on another connection.
pub(crate) fn is_passing(error: &Error) -> bool {
    match error.code() {
        Some(code) => is_crossing(code) || is_shutdown(code),
        None => error.is_closed() || is_io(error),
    }
}

/// The server ends the session (class 57P), the connection breaks (class 08), or it cannot say whether it committed.
fn is_shutdown(code: &SqlState) -> bool {
    let code = code.code();
    code.starts_with("57P") || code.starts_with("08") || code == "40003"
}

fn is_io(error: &Error) -> bool {
    std::error::Error::source(error).is_some_and(|e| e.is::<std::io::Error>())
}

/// Whether two schema changes of different nodes met: the same again finds the other's work done.
pub(crate) fn is_race(error: &Error) -> bool {
    const RACES: [SqlState; 7] = [
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::LOCK_NOT_AVAILABLE,
        SqlState::UNIQUE_VIOLATION,
        SqlState::DUPLICATE_TABLE,
        SqlState::DUPLICATE_OBJECT,
        SqlState::INTERNAL_ERROR,
    ];
    error.code().is_some_and(|code| RACES.contains(code))
}

/// A failure of the pool, as the port has it.
pub(crate) fn of_pool(error: PoolError) -> StoreError {
    match error {
        PoolError::Closed | PoolError::Timeout(_) => StoreError::Busy,
        other => StoreError::failed(other),
    }
}

/// How long to wait before the nth retry: twice as long each time, with jitter so that two that met part ways.
pub(crate) fn pause(attempt: u32) -> Duration {
    let most = 2_u64.saturating_pow(attempt.min(7));
    let dice = RandomState::new().build_hasher().finish();
    Duration::from_micros(most * 500 + dice % (most * 1500))
}

/// One error of many waiters: each gets a handle to it.
#[derive(Clone, Debug)]
pub(crate) struct Shared(Arc<StoreError>);

impl Shared {
    /// Makes an error that can be handed out many times.
    pub(crate) fn new(error: StoreError) -> Self {
        Self(Arc::new(error))
    }

    /// One of them.
    pub(crate) fn share(&self) -> StoreError {
        match &*self.0 {
            StoreError::Busy => StoreError::Busy,
            StoreError::Corrupt { what } => StoreError::Corrupt { what },
            StoreError::Failed(_) => StoreError::failed(self.clone()),
        }
    }
}

impl fmt::Display for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            StoreError::Failed(source) => source.fmt(f),
            other => other.fmt(f),
        }
    }
}

impl std::error::Error for Shared {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.0 {
            StoreError::Failed(source) => source.source(),
            _ => None,
        }
    }
}
