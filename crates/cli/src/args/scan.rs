//! `jeton scan …`

use std::path::PathBuf;

use clap::Args;

/// Arguments of `jeton scan`.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 1 when a token was found, 0 when none was, 2 when something could not be read.")]
pub(crate) struct Scan {
    /// Files, folders with everything below them, or `-` for standard input
    #[arg(required = true, value_name = "PATH")]
    pub(crate) path: Vec<PathBuf>,
    /// Report what was found to a server, which ends it; anybody may
    #[arg(long)]
    pub(crate) report: bool,
    /// The server's URL (or JETON_URL; else the local socket)
    #[arg(long, value_name = "URL", requires = "report")]
    pub(crate) url: Option<String>,
    /// Certificates to trust with an https URL, as PEM (default: the system's)
    #[arg(long, value_name = "FILE", requires = "report")]
    pub(crate) ca: Option<PathBuf>,
    /// Print one JSON document instead of text
    #[arg(long)]
    pub(crate) json: bool,
}
