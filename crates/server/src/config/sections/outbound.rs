//! `[outbound]`: requests to other servers.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::config::duration::{self, DurationText};
use crate::proxy::Network;

/// Requests to other servers: keys of clients, identity providers, message providers.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Outbound {
    /// Networks that clients' URLs may reach although they are not public, also by plain HTTP: addresses or CIDR
    /// blocks. When not set, such URLs may reach only public addresses, by https.
    pub allow: Vec<Network>,
    /// Certificate authorities that are trusted in addition to the system's, as PEM.
    #[schemars(extend("format" = "jeton-path"))]
    pub ca: Option<PathBuf>,
    /// The time limit of one request, name look-up included.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub timeout: Duration,
}

impl Default for Outbound {
    fn default() -> Self {
        Self { allow: Vec::new(), ca: None, timeout: Duration::from_secs(10) }
    }
}

impl Outbound {
    /// Whether an address lies in one of the networks of `allow`.
    #[must_use]
    pub fn allows(&self, address: IpAddr) -> bool {
        self.allow.iter().any(|network| network.contains(address))
    }
}
