//! What a listener allows.

use std::time::Duration;

use crate::config::Http;

/// What a listener allows its clients.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections served at once; further ones wait to be accepted.
    pub max_connections: usize,
    /// How long a client may take for the TLS handshake, and for the head of a request.
    pub header_timeout: Duration,
    /// How long a connection may stay open without a request.
    pub idle_timeout: Duration,
    /// How long a request may take until its answer begins; for ever when not set.
    pub request_timeout: Option<Duration>,
    /// The largest request body, in bytes.
    pub max_body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self::from(&Http::default())
    }
}

impl From<&Http> for Limits {
    fn from(http: &Http) -> Self {
        Self {
            max_connections: http.max_connections,
            header_timeout: http.header_timeout,
            idle_timeout: http.idle_timeout,
            request_timeout: Some(http.request_timeout),
            max_body: http.max_body,
        }
    }
}
