//! TLS: certificate files that can be read again while serving, and client certificates that are asked for.

mod client;
mod error;
mod files;
mod reload;
mod robots;
mod stamps;
mod watch;

pub use error::TlsError;
pub use files::TlsFiles;
pub use reload::{TlsReading, TlsReloader};
pub use robots::robot_certificate_problems;
pub use watch::TlsWatch;
