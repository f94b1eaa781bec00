//! Why TLS cannot be set up.

use std::path::PathBuf;

/// Why TLS cannot be set up. Each names the file to look at.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// A file cannot be read, or is not PEM.
    #[error("cannot read a certificate or a key from {}: {source}", path.display())]
    Pem {
        /// The file.
        path: PathBuf,
        /// The reader's error.
        source: rustls::pki_types::pem::Error,
    },
    /// A file is PEM but contains no certificate.
    #[error("{} holds no certificate", path.display())]
    NoCertificate {
        /// The file.
        path: PathBuf,
    },
    /// The certificate and the key do not match, or one of them is not supported.
    #[error("the certificate {} cannot be used: {source}", path.display())]
    Certificate {
        /// The certificate's file.
        path: PathBuf,
        /// What the TLS library said.
        source: rustls::Error,
    },
    /// An authority of client certificates cannot be used.
    #[error("the authorities in {} cannot be used: {reason}", path.display())]
    Authorities {
        /// The file.
        path: PathBuf,
        /// What the TLS library said.
        reason: String,
    },
}
