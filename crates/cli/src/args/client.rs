//! `jeton client …`: the options have the names of RFC 7591.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Target;
use super::client_metadata::MetadataOptions;

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
    /// Grants it may use, separated by commas
    #[arg(long, value_delimiter = ',', value_name = "GRANT")]
    pub(crate) grant_types: Option<Vec<String>>,
    /// Response types it may use, separated by commas
    #[arg(long, value_delimiter = ',', value_name = "TYPE")]
    pub(crate) response_types: Option<Vec<String>>,
    /// Where users may be sent back to; repeat for more
    #[arg(long, value_name = "URI")]
    pub(crate) redirect_uris: Option<Vec<String>>,
    /// Where users may be sent after signing out; repeat for more
    #[arg(long, value_name = "URI")]
    pub(crate) post_logout_redirect_uris: Option<Vec<String>>,
    /// The scopes that it may have, separated by spaces
    #[arg(long)]
    pub(crate) scope: Option<String>,
    /// What it gets when it asks for nothing
    #[arg(long, value_name = "SCOPE")]
    pub(crate) default_scope: Option<String>,
    /// How it authenticates: client_secret_basic, private_key_jwt, none, … as discovery lists them
    #[arg(long, value_name = "METHOD")]
    pub(crate) token_endpoint_auth_method: Option<String>,
    /// Form of its access tokens: jwt or opaque
    #[arg(long, value_name = "FORMAT")]
    pub(crate) access_token_format: Option<String>,
    /// Lifetime of its access tokens: seconds, 90s, 1h, 30d
    #[arg(long, value_name = "DURATION")]
    pub(crate) access_token_lifetime: Option<String>,
    /// Lifetime of its refresh tokens
    #[arg(long, value_name = "DURATION")]
    pub(crate) refresh_token_lifetime: Option<String>,
    /// Whose tokens it may introspect: own, audience or any
    #[arg(long, value_name = "WHOSE")]
    pub(crate) introspect: Option<String>,
    /// Whether it is enabled
    #[arg(long)]
    pub(crate) enabled: Option<bool>,
    /// Read its secret from standard input instead of making one
    #[arg(long)]
    pub(crate) secret_stdin: bool,
    /// A JSON file with further metadata under their RFC 7591 names
    #[arg(long, value_name = "FILE")]
    pub(crate) metadata: Option<PathBuf>,
    /// Metadata that has options of its own.
    #[command(flatten)]
    pub(crate) properties: MetadataOptions,
    /// Where the server is.
    #[command(flatten)]
    pub(crate) target: Target,
}
