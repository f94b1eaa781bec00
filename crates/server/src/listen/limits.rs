//! What a listener allows.

use std::time::Duration;

use crate::config::Http;

/// What a listener allows its clients.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections served at once. A further one replaces one whose client has kept the server waiting for too long, or
    /// an idle one, or waits.
    pub max_connections: usize,
    /// Connections of one address (IPv6: of one /64) at once; any number when not set. This machine and its trusted
    /// proxies may have any number.
    pub max_connections_per_address: Option<usize>,
    /// How long a client may take for the TLS handshake, and for the head of a request.
    pub header_timeout: Duration,
    /// How long a connection may stay open without a request.
    pub idle_timeout: Duration,
    /// How long a request may take until its answer begins; no limit when not set.
    pub request_timeout: Option<Duration>,
    /// How long a client may take to receive an answer, from its beginning to its end; and how much time the bodies on a
    /// connection may cost that were given up before they were handed over whole.
    pub answer_timeout: Duration,
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
            max_connections_per_address: Some(http.max_connections_per_address),
            header_timeout: http.header_timeout,
            idle_timeout: http.idle_timeout,
            request_timeout: Some(http.request_timeout),
            answer_timeout: http.answer_timeout,
            max_body: http.max_body,
        }
    }
}
