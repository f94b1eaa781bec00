//! `[outbound]`: asking other machines.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::config::duration::{self, DurationText};
use crate::proxy::Network;

/// Asking other machines: keys of clients, providers of identities, senders of messages.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Outbound {
    /// Networks that URLs from strangers may reach although they are not public, and by plain HTTP: addresses or CIDR blocks.
    /// Without it only public addresses, by https.
    pub allow: Vec<Network>,
    /// Authorities that are trusted beside the system's, as PEM.
    #[schemars(extend("format" = "jeton-path"))]
    pub ca: Option<PathBuf>,
    /// The longest that one request may take, name lookup included.
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
