//! What can be typed.

mod client;
mod client_properties;
mod key;
mod revocation;
mod robot_host;
mod scan;
mod service;
mod target;
mod token;
mod user;
mod vector;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use client::{ClientCommand, ClientFields};
pub(crate) use key::{KeyCommand, Rotate};
pub(crate) use revocation::{RevocationCommand, RevocationId, Revocations, Revoke};
pub(crate) use scan::Scan;
pub(crate) use service::ServiceCommand;
pub(crate) use target::Target;
pub(crate) use token::{Amend, Import, Mint, Rotate as RotateToken, TokenCommand, TokenList, TokenText};
pub(crate) use user::{UserCommand, UserFields};
pub(crate) use vector::{VectorCommand, VectorInit};

/// A self-hosted token authority: issues, inspects, lists, changes, exchanges and revokes tokens.
#[derive(Debug, Parser)]
#[command(name = "jeton", version, max_term_width = 100)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Try everything on this machine: an embedded store, plain HTTP on loopback, ready-made credentials
    Dev(Dev),
    /// Serve in production
    Serve(Serve),
    /// Write a first configuration and a bootstrap administrator credential
    Init(Init),
    /// Say what is wrong with configuration, store, keys and certificates, without serving
    Check(Check),
    /// Mint, inspect, list, amend, rotate, import and revoke tokens
    #[command(subcommand)]
    Token(TokenCommand),
    /// Create, list, show, update and delete clients
    #[command(subcommand)]
    Client(ClientCommand),
    /// Create, list, show, update and delete users
    #[command(subcommand)]
    User(UserCommand),
    /// List, rotate and retire signing keys
    #[command(subcommand)]
    Key(KeyCommand),
    /// List, show, enable and disable services
    #[command(subcommand)]
    Service(ServiceCommand),
    /// Give Vector robots a home: certificates, and the robots that live here
    #[command(subcommand)]
    Vector(VectorCommand),
    /// Find Jeton's tokens in files, offline, by their checksum
    Scan(Scan),
    /// Say what an error code or a refusal means and what to do
    Explain(Explain),
    /// Say whether a running server is healthy, by the exit code: 0 if it is, 1 if not
    Health(Health),
    /// Measure a running server
    Bench(Box<jeton_bench::Args>),
    /// Print a completion script for a shell
    Completions(Completions),
}

/// Arguments of `jeton dev`.
#[derive(Debug, Args)]
pub(crate) struct Dev {
    /// Address and port to listen on; loopback only
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS:PORT")]
    pub(crate) listen: SocketAddr,
    /// Folder of the embedded store and the keys
    #[arg(long, default_value = "./jeton-data", value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// Form of log lines
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) log_format: LogFormat,
    /// Print one JSON document instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

/// Arguments of `jeton serve`.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The configuration
    #[arg(long, default_value = "jeton.toml", value_name = "FILE")]
    pub(crate) config: PathBuf,
    /// Form of log lines
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) log_format: LogFormat,
}

/// Arguments of `jeton init`.
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The configuration to write; it must not exist
    #[arg(long, default_value = "jeton.toml", value_name = "FILE")]
    pub(crate) config: PathBuf,
    /// Print one JSON document instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

/// Arguments of `jeton check`.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// The configuration
    #[arg(long, default_value = "jeton.toml", value_name = "FILE")]
    pub(crate) config: PathBuf,
    /// Print the JSON Schema of the configuration instead, for editors
    #[arg(long)]
    pub(crate) schema: bool,
    /// Print one JSON document instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

/// Arguments of `jeton explain`.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// An error code, a refusal's id, or the reference of a refusal (`rf_…`, from the header `Jeton-Refusal`)
    #[arg(value_name = "CODE")]
    pub(crate) code: String,
    /// Where the server is, for references.
    #[command(flatten)]
    pub(crate) target: Target,
}

/// Arguments of `jeton health`.
#[derive(Debug, Args)]
pub(crate) struct Health {
    /// Whether the process answers at all, without asking the store
    #[arg(long)]
    pub(crate) live: bool,
    /// Where the server is.
    #[command(flatten)]
    pub(crate) target: Target,
}

/// Arguments of `jeton completions`.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

/// Form of log lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people
    #[default]
    Text,
    /// One JSON object a line
    Json,
}
