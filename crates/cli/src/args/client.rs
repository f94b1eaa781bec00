//! `jeton client …`: the options have the names of RFC 7591.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Target;
use super::client_properties::PropertyOptions;

/// What can be done with clients.
#[derive(Debug, Subcommand)]
pub(crate) enum ClientCommand {
    /// Register a client; a secret that is made for it is printed once
    Create(Box<ClientFields>),
    /// List clients
    List(Paged),
    /// Show a client
    Show(ClientName),
    /// Change the given settings, keep all others
    Update(Box<ClientFields>),
    /// Delete a client and revoke its tokens
    Delete(ClientName),
    /// Give a client a new secret, printed once
    Secret(ClientName),
    /// Take over a client from the person who registered it, so that it works without them
    Adopt(ClientName),
}

/// A client by name.
#[derive(Debug, Args)]
pub(crate) struct ClientName {
    /// Its name on the wire
    #[arg(value_name = "CLIENT_ID")]
    pub(crate) client_id: String,
    /// Where the server is.
    #[command(flatten)]
    pub(crate) target: Target,
}

/// A page of a list.
#[derive(Debug, Args)]
pub(crate) struct Paged {
    /// Only entries after this number: `next` of the previous page
    #[arg(long, value_name = "NUMBER")]
    pub(crate) after: Option<u64>,
    /// At most this many
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(0..=1000))]
    pub(crate) limit: u32,
    /// Where the server is.
    #[command(flatten)]
    pub(crate) target: Target,
}

impl Paged {
    /// The parameters of the query.
    pub(crate) fn query(&self) -> Vec<(&'static str, String)> {
        let after = self.after.map(|number| ("after", number.to_string()));
        [("limit", self.limit.to_string())].into_iter().chain(after).collect()
    }
}

/// What a client is.
#[derive(Debug, Args)]
pub(crate) struct ClientFields {
    /// Its name on the wire
    #[arg(value_name = "CLIENT_ID")]
    pub(crate) client_id: String,
    /// What it is, each property by an option of its own.
    #[command(flatten)]
    pub(crate) properties: PropertyOptions,
    /// Read its secret from standard input instead of making one
    #[arg(long)]
    pub(crate) secret_stdin: bool,
    /// A JSON file with further metadata under their RFC 7591 names
    #[arg(long, value_name = "FILE")]
    pub(crate) metadata: Option<PathBuf>,
    /// Where the server is.
    #[command(flatten)]
    pub(crate) target: Target,
}
