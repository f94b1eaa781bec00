//! `jeton key …`

use clap::{Args, Subcommand};

use super::Target;

/// What can be done with signing keys.
#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// List signing keys
    List(KeyList),
    /// Publish a new key; it signs once every verifier has had time to fetch it
    Rotate(Rotate),
    /// End a key now: tokens it signed no longer verify offline
    Retire(Retire),
}

/// Arguments of `jeton key list`.
#[derive(Debug, Args)]
pub(crate) struct KeyList {
    /// Where the server is.
    #[command(flatten)]
    pub(crate) target: Target,
}

/// Arguments of `jeton key rotate`.
#[derive(Debug, Args)]
pub(crate) struct Rotate {
    /// The algorithm (default: the service's)
    #[arg(long)]
    pub(crate) alg: Option<String>,
    /// How long the key is published before it signs: 0, 90s, 1h (default: keys.publish_ahead)
    #[arg(long, value_name = "DURATION")]
    pub(crate) publish_ahead: Option<String>,
    /// Where the server is.
    #[command(flatten)]
    pub(crate) target: Target,
}

/// Arguments of `jeton key retire`.
#[derive(Debug, Args)]
pub(crate) struct Retire {
    /// The key's `kid`
    // A thumbprint may begin with a hyphen.
    #[arg(allow_hyphen_values = true)]
    pub(crate) kid: String,
    /// Where the server is.
    #[command(flatten)]
    pub(crate) target: Target,
}
