//! Listeners, TLS, limits, configuration and drain.
//!
//! [`config`] reads the operator's file. [`Server`] serves a router on TCP, TLS and Unix sockets: it accepts
//! connections, terminates TLS, adds the [`Peer`] to each request, enforces the limits, and finishes running requests
//! when it is told to stop.

pub mod config;
mod listen;
mod peer;
mod proxy;
mod tls;

pub use listen::{
    BoundServer, Drained, LargerBodies, Leave, Limits, ListenError, Passage, Server, Tcp, raise_open_files,
    survive_file_size_limit,
};
pub use peer::{Peer, PeerCertificate};
pub use proxy::{
    ForwardedCertificates, InvalidNetwork, Network, TrustedProxies, client_addr, client_certificate, reported_address,
};
pub use tls::{TlsError, TlsFiles, TlsReading, TlsReloader, TlsWatch, robot_certificate_problems};
