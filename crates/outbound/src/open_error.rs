//! Why the client cannot be created.

use std::path::PathBuf;

/// The way out cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file of authorities cannot be read.
    #[error("cannot read certificates from {}: {reason}", path.display())]
    Authorities {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// TLS cannot be set up.
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
}
