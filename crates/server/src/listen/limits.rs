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
    /// Paths where a body may be larger.
    pub larger_bodies: Option<LargerBodies>,
}

/// Paths where a body may be larger, since it is read only when it is known who sends it.
#[derive(Clone, Copy, Debug)]
pub struct LargerBodies {
    /// Whether a path is one of them.
    pub at: fn(&str) -> bool,
    /// The largest body there, in bytes.
    pub most: usize,
}

impl Limits {
    /// The largest body at a path.
    pub(super) fn body_at(&self, path: &str) -> usize {
        let larger = self.larger_bodies.filter(|larger| larger.most > self.max_body && (larger.at)(path));
        larger.map_or(self.max_body, |larger| larger.most)
    }

    /// The largest body anywhere.
    pub(super) fn largest_body(&self) -> usize {
        self.larger_bodies.map_or(self.max_body, |larger| larger.most.max(self.max_body))
    }
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
            larger_bodies: None,
        }
    }
}
