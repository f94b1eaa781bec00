//! Where a running server is.

use std::path::PathBuf;

use clap::Args;

/// Where the running server is: a URL with the token in `JETON_TOKEN`, or the local socket in the data folder.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Where the server is")]
pub(crate) struct Target {
    /// The server's URL (or JETON_URL); JETON_TOKEN is an administrator's token
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// Certificates to trust with an https URL, as PEM (default: the system's)
    #[arg(long, value_name = "FILE")]
    pub(crate) ca: Option<PathBuf>,
    /// The data folder, whose jeton.sock makes its owner the administrator
    #[arg(long, value_name = "DIR", conflicts_with = "url")]
    pub(crate) data: Option<PathBuf>,
    /// The configuration that names the data folder (default: jeton.toml, if it is there)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["url", "data"])]
    pub(crate) config: Option<PathBuf>,
    /// The service to work on, by number (default: the default service)
    #[arg(long, value_name = "ID")]
    pub(crate) service: Option<u64>,
    /// Print one JSON document instead of text
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
}
