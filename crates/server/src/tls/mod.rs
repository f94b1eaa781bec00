//! TLS: certificate files that can be read again while serving, and client certificates that are asked for.

mod client;
mod error;
mod files;
mod reload;

pub use error::TlsError;
pub use files::TlsFiles;
pub use reload::TlsReloader;
