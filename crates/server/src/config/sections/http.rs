//! `[http]`: the main listener, its TLS and its limits.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::config::addresses;
use crate::config::duration::{self, DurationText};
use crate::proxy::TrustedProxies;

/// The main listener.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Http {
    /// Address and port to listen on; or a list of them.
    #[serde(deserialize_with = "addresses::deserialize")]
    #[schemars(with = "addresses::Addresses")]
    pub listen: Vec<SocketAddr>,
    /// Certificate chain as PEM; with `tls_key` it turns TLS on.
    #[schemars(extend("format" = "jeton-path"))]
    pub tls_cert: Option<PathBuf>,
    /// Private key of the certificate as PEM.
    #[schemars(extend("format" = "jeton-path"))]
    pub tls_key: Option<PathBuf>,
    /// Certificate authorities of client certificates as PEM; if set, the server requests a client certificate but does
    /// not require one.
    #[schemars(extend("format" = "jeton-path"))]
    pub client_ca: Option<PathBuf>,
    /// Also accept client certificates that `client_ca` did not sign, for `self_signed_tls_client_auth`; they prove
    /// only possession of their key.
    pub self_signed_client_certificates: bool,
    /// Networks whose hosts may set `Forwarded`, `X-Forwarded-For` and `client_certificate_header`: addresses or CIDR blocks.
    pub trusted_proxies: TrustedProxies,
    /// The one header in which those proxies send the certificate of their client, such as `Client-Cert`. They must set
    /// it themselves and remove headers of this name from clients' requests. If not set, no header is read.
    pub client_certificate_header: Option<String>,
    /// Whether those proxies check client certificates against the authorities before they send them; if not, such a
    /// certificate proves only possession of its key.
    pub proxies_verify_client_certificates: bool,
    /// Connections served at the same time. A further one replaces the one whose client has kept the server waiting
    /// longest (for the body of a request, or by not reading answers), if that is a second or more, or else an idle
    /// one; if there is none, it waits.
    pub max_connections: usize,
    /// Connections per address (IPv6: per /64) at the same time; a further one replaces an idle one, or is closed. The
    /// local machine and `trusted_proxies` have no limit.
    pub max_connections_per_address: usize,
    /// The longest time from the beginning of a request to the beginning of its answer.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub request_timeout: Duration,
    /// How long a client may take to read an answer, from its beginning to its end; after that its connection is
    /// closed. The time of bodies that the client abandoned before they were complete is added up for the whole
    /// connection.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub answer_timeout: Duration,
    /// How long a client may take for the TLS handshake, and for the headers of a request.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub header_timeout: Duration,
    /// How long a connection may stay open between two requests.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub idle_timeout: Duration,
    /// The largest request body, in bytes. Authlete's API, which reads no body before it knows who calls, takes 1048576 in any case.
    pub max_body: usize,
    /// Threads that serve requests; one per processor when not set.
    pub workers: Option<usize>,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 8080))],
            tls_cert: None,
            tls_key: None,
            client_ca: None,
            self_signed_client_certificates: false,
            trusted_proxies: TrustedProxies::default(),
            client_certificate_header: None,
            proxies_verify_client_certificates: false,
            max_connections: 10_000,
            max_connections_per_address: 256,
            request_timeout: Duration::from_secs(30),
            answer_timeout: Duration::from_secs(60),
            header_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(75),
            max_body: 65_536,
            workers: None,
        }
    }
}
