//! Why a file could not be opened, for the operator.

use std::io;
use std::path::PathBuf;

/// The database could not be opened. Each message is one line that says what to change.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it.
    #[error("the database {path} is in use by another process: stop that one, or set another file")]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// The file or its folder cannot be written.
    #[error("cannot write {path} ({source}): make the folder exist and be writable, or set another file")]
    Unwritable {
        /// The file that was tried.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The file is something else.
    #[error("{path} is not a Jeton database: set another file, or move this one away")]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    /// A newer Jeton wrote it.
    #[error("{path} has schema {found} and this Jeton knows {known}: run the newer Jeton that wrote it")]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema's number.
        found: i64,
        /// The newest number this build knows.
        known: i64,
    },
    /// The engine failed otherwise.
    #[error("cannot open the database {path}: {source}")]
    Engine {
        /// The file.
        path: PathBuf,
        /// The engine's error.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}
