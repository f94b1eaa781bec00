//! `jeton service …`

use clap::{Args, Subcommand};

use super::Target;

/// What can be done with services.
#[derive(Debug, Subcommand)]
pub(crate) enum ServiceCommand {
    /// List services
    List(ServiceList),
    /// Show a service
    Show(ServiceNumber),
    /// Switch a service on
    Enable(ServiceNumber),
    /// Switch a service off: it issues nothing and finds no token valid
    Disable(ServiceNumber),
}

/// Arguments of `jeton service list`.
#[derive(Debug, Args)]
pub(crate) struct ServiceList {
    /// Where the server is.
    #[command(flatten)]
    pub(crate) target: Target,
}

/// A service by number.
#[derive(Debug, Args)]
pub(crate) struct ServiceNumber {
    /// Its number
    pub(crate) id: u64,
    /// Where the server is.
    #[command(flatten)]
    pub(crate) target: Target,
}
