//! Why a listener cannot start.

use std::net::SocketAddr;
use std::path::PathBuf;

/// Why a listener cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ListenError {
    /// The address cannot be listened on.
    #[error("cannot listen on {addr}: {source}")]
    Tcp {
        /// The address.
        addr: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The Unix socket cannot be made.
    #[error("cannot listen on {}: {source}", path.display())]
    Unix {
        /// The socket's path.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Another process answers on the Unix socket.
    #[error("another process is serving on {}: stop it first", path.display())]
    InUse {
        /// The socket's path.
        path: PathBuf,
    },
    /// The path exists and is not a socket.
    #[error("{} is not a socket: move it away", path.display())]
    NotASocket {
        /// The path.
        path: PathBuf,
    },
}
