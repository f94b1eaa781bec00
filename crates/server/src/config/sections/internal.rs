//! `[internal]`: the addresses for internal callers.

use std::net::SocketAddr;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::config::addresses;

/// Further addresses, for callers inside the network: everything that `[http]` serves is served there too, without a proxy in
/// front. What `only` names is then no longer served at the addresses of `[http]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Internal {
    /// Address and port for internal callers, or a list of them; off when there are none. The network must keep others away.
    #[serde(deserialize_with = "addresses::deserialize")]
    #[schemars(with = "addresses::Addresses")]
    pub listen: Vec<SocketAddr>,
    /// Certificate chain of these addresses as PEM; with `tls_key` it turns TLS on.
    #[schemars(extend("format" = "jeton-path"))]
    pub tls_cert: Option<PathBuf>,
    /// Private key of the certificate as PEM.
    #[schemars(extend("format" = "jeton-path"))]
    pub tls_key: Option<PathBuf>,
    /// The URL under which internal callers reach these addresses, such as `http://jeton.internal:8081`: discovery names the endpoints
    /// for programs below it to those who ask there. The issuer and the pages for people stay as they are.
    pub url: Option<String>,
    /// Paths that are served here only, with all below them: `["/admin", "/console", "/introspect"]`.
    pub only: Vec<String>,
}
