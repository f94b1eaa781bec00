//! Arguments of a load run.

use std::path::PathBuf;

use super::op::Op;

/// Arguments of a load run on an OAuth server.
#[derive(Clone, Debug, clap::Args)]
pub struct LoadArgs {
    /// The server; its endpoints are read from its discovery document
    #[arg(long, default_value = "http://127.0.0.1:8080", value_name = "URL")]
    pub url: String,
    /// Token endpoint, where discovery does not name it
    #[arg(long, value_name = "URL")]
    pub token_url: Option<String>,
    /// Introspection endpoint, where discovery does not name it
    #[arg(long, value_name = "URL")]
    pub introspect_url: Option<String>,
    /// Revocation endpoint, where discovery does not name it
    #[arg(long, value_name = "URL")]
    pub revoke_url: Option<String>,
    /// What the list operation GETs
    #[arg(long, value_name = "URL")]
    pub list_url: Option<String>,
    /// Authlete's API of one service, such as http://127.0.0.1:8080/api/1, for the backend operations
    #[arg(long, value_name = "URL")]
    pub backend_url: Option<String>,

    /// The client that asks
    #[arg(long, value_name = "ID")]
    pub client_id: Option<String>,
    /// File with the client's secret (otherwise JETON_BENCH_CLIENT_SECRET)
    #[arg(long, value_name = "FILE")]
    pub client_secret_file: Option<PathBuf>,
    /// How the client authenticates
    #[arg(long, value_enum, default_value_t = ClientAuth::Basic)]
    pub client_auth: ClientAuth,
    /// Scope of the issued tokens (default: none is sent)
    #[arg(long, value_name = "SCOPE")]
    pub scope: Option<String>,
    /// File with the Bearer token of the list operation (otherwise JETON_BENCH_LIST_TOKEN; otherwise the client's Basic)
    #[arg(long, value_name = "FILE")]
    pub list_token_file: Option<PathBuf>,
    /// File with the access token of that service (otherwise JETON_BENCH_BACKEND_TOKEN)
    #[arg(long, value_name = "FILE")]
    pub backend_token_file: Option<PathBuf>,
    /// Subject for whom the backend creates tokens, each with a refresh token (default: the client acts for itself)
    #[arg(long, value_name = "NAME")]
    pub backend_subject: Option<String>,

    /// File of refresh tokens, one a line, at least one a connection. Rotated ones are written back at the end
    #[arg(long, value_name = "FILE")]
    pub refresh_file: Option<PathBuf>,
    /// User whose refresh tokens are made by the password grant, where there is no --refresh-file
    #[arg(long, value_name = "NAME", conflicts_with = "refresh_file")]
    pub username: Option<String>,
    /// File with that user's password (otherwise JETON_BENCH_PASSWORD)
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// Scope of the password grant (default: --scope and offline_access)
    #[arg(long, value_name = "SCOPE")]
    pub refresh_scope: Option<String>,

    /// What to measure
    #[arg(long, value_enum, value_delimiter = ',', default_value = "issue,introspect,revoke,refresh")]
    pub ops: Vec<Op>,
    /// Runs of each operation
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub rounds: u32,
    /// Seconds of a run (of the bare server: half, at least 2 or as many as this)
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub secs: u32,
    /// Connections, each with one request at a time; they are made before the clock starts
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub conns: u32,
    /// Number of live tokens that introspection cycles through
    #[arg(long, default_value_t = 5000, value_parser = clap::value_parser!(u32).range(1..))]
    pub live: u32,
    /// The server's process ids: CPU time and memory of their process trees are reported
    #[arg(long, value_delimiter = ',', value_name = "PID")]
    pub pid: Vec<u32>,

    /// A bare server that already runs (default: one is started)
    #[arg(long, value_name = "URL", conflicts_with = "no_bare")]
    pub bare_url: Option<String>,
    /// Do not measure a bare server
    #[arg(long)]
    pub no_bare: bool,

    /// Print one JSON document instead of a table
    #[arg(long)]
    pub json: bool,
    /// Append one JSON line a run to this file
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// How the client authenticates at the endpoints (the names of RFC 7591, shortened).
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ClientAuth {
    /// `client_secret_basic`
    Basic,
    /// `client_secret_post`
    Post,
    /// A public client: only its id is sent
    None,
}
