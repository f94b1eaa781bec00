//! `[metrics]`: the listener of the metrics.

use std::net::SocketAddr;

use schemars::JsonSchema;
use serde::Deserialize;

/// The listener of `GET /metrics`; off when no address is set.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Metrics {
    /// Address and port that serve `GET /metrics`; off when not set. Use loopback: it asks for no credentials.
    #[schemars(with = "Option<String>", extend("format" = "jeton-address"))]
    pub listen: Option<SocketAddr>,
}
