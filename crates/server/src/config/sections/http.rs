//! `[http]`: the main listener, its TLS and its limits.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::config::duration::{self, DurationText};
use crate::proxy::TrustedProxies;

/// The main listener.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Http {
    /// Address and port to listen on.
    #[schemars(with = "String", extend("format" = "jeton-address"))]
    pub listen: SocketAddr,
    /// Certificate chain as PEM; with `tls_key` it turns TLS on.
    #[schemars(extend("format" = "jeton-path"))]
    pub tls_cert: Option<PathBuf>,
    /// Private key of the certificate as PEM.
    #[schemars(extend("format" = "jeton-path"))]
    pub tls_key: Option<PathBuf>,
    /// Authorities of client certificates as PEM; with it a certificate is asked for, never demanded.
    #[schemars(extend("format" = "jeton-path"))]
    pub client_ca: Option<PathBuf>,
    /// Also accept client certificates that `client_ca` did not sign, for `self_signed_tls_client_auth`; they prove
    /// possession of their key and nothing else.
    pub self_signed_client_certificates: bool,
    /// Networks whose hosts may set `Forwarded`, `X-Forwarded-For` and `client_certificate_header`: addresses or CIDR blocks.
    pub trusted_proxies: TrustedProxies,
    /// The one header in which those proxies tell the certificate of their client, such as `Client-Cert`. They must set it
    /// themselves and remove what clients send under this name. Without it they tell no certificates.
    pub client_certificate_header: Option<String>,
    /// Whether those proxies check client certificates against the authorities before they tell them; if not, a certificate
    /// that they tell proves possession of its key and nothing else.
    pub proxies_verify_client_certificates: bool,
    /// Connections served at once. A further one takes the place of the one whose client has kept us waiting longest (for the
    /// body of a request, or by not taking answers), if that is a second or more, or of one on which nothing runs; if there
    /// is none, it waits.
    pub max_connections: usize,
    /// Connections of one address at once, of one /64 in IPv6; a further one takes the place of one on which nothing runs, or
    /// is closed. This machine and `trusted_proxies` may have any number.
    pub max_connections_per_address: usize,
    /// How long a request may take until its answer begins.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub request_timeout: Duration,
    /// How long a client may take to receive an answer, from its beginning to its end; then its connection is closed. The time
    /// of bodies that the client gave up before they were handed over whole counts too, for all of a connection together.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub answer_timeout: Duration,
    /// How long a client may take for the TLS handshake, and for the head of a request.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub header_timeout: Duration,
    /// How long a connection may stay open between two requests.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub idle_timeout: Duration,
    /// The largest request body, in bytes.
    pub max_body: usize,
    /// Threads that serve requests; one for each processor when not set.
    pub workers: Option<usize>,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
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
