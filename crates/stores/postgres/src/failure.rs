//! The failure of the database, for the caller.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jeton_model::store::StoreError;
use tokio_postgres::error::SqlState;

use crate::chance::dice;
use crate::fault::{Fault, is_demoted, is_shutdown};

/// Why a transaction was not completed.
#[derive(Debug)]
pub(crate) enum TransactionError {
    /// Two transactions crossed, nothing was written: the same again may succeed.
    Crossed(Fault),
    /// Something of this name exists, nothing was written. `single_use`: it is a single-use entry.
    Exists {
        /// Whether the name is that of a single-use entry.
        single_use: bool,
    },
    /// A statement was refused, nothing was written.
    Refused(StoreError),
    /// There is no connection, nothing was written.
    Down(Fault),
    /// The connection broke, or no answer arrived in time, while it committed: it is unknown what was written, or will
    /// be.
    Unknown(Fault),
}

impl TransactionError {
    /// What a fault means. `committing`: the commit was already on its way.
    pub(crate) fn of(fault: Fault, committing: bool) -> Self {
        let gone = |fault| if committing { Self::Unknown(fault) } else { Self::Down(fault) };
        let Fault::Driver(error) = &fault else { return gone(fault) };
        let Some(db) = error.as_db_error() else {
            // Without an answer of the server the connection is broken, or a value did not fit its column's type.
            return if fault.is_gone() { gone(fault) } else { Self::Refused(StoreError::failed(fault)) };
        };
        let code = db.code();
        if fault.is_crossing() {
            Self::Crossed(fault)
        } else if *code == SqlState::UNIQUE_VIOLATION {
            Self::Exists { single_use: db.constraint().is_some_and(|name| name.starts_with("once_entries")) }
        } else if is_demoted(code) || fault.is_lost_statement() {
            // A statement was refused, so the commit behind it was a rollback; over another connection it may go.
            Self::Down(fault)
        } else if is_shutdown(code) {
            gone(fault)
        } else {
            Self::Refused(StoreError::failed(fault))
        }
    }

    /// The error for the caller.
    pub(crate) fn into_error(self) -> StoreError {
        match self {
            Self::Refused(error) => error,
            Self::Crossed(fault) | Self::Down(fault) => StoreError::failed(fault),
            Self::Exists { .. } => StoreError::message("something of this name exists"),
            Self::Unknown(fault) => unknown(&fault),
        }
    }
}

/// Nobody knows whether a write took effect.
pub(crate) fn unknown(fault: &Fault) -> StoreError {
    StoreError::message(format_args!("whether the write took effect is unknown: {fault}"))
}

/// Whether two schema changes of different nodes met: the same again finds the other's work done.
pub(crate) fn is_race(fault: &Fault) -> bool {
    const RACES: [SqlState; 7] = [
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::LOCK_NOT_AVAILABLE,
        SqlState::UNIQUE_VIOLATION,
        SqlState::DUPLICATE_TABLE,
        SqlState::DUPLICATE_OBJECT,
        SqlState::INTERNAL_ERROR,
    ];
    fault.code().is_some_and(|code| RACES.contains(code))
}

/// How long to wait before the nth retry: twice as long each time, with jitter so that two that met part ways.
pub(crate) fn pause(attempt: u32) -> Duration {
    let most = 2_u64.saturating_pow(attempt.min(7));
    Duration::from_micros(most * 500 + dice() % (most * 1500))
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
