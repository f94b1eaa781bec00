//! Arguments of the bare server.

use std::net::SocketAddr;

/// Arguments of `jeton bench bare`.
#[derive(Clone, Debug, clap::Args)]
pub struct BareArgs {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS:PORT")]
    pub listen: SocketAddr,
    /// Bytes of the answer of POST /token
    #[arg(long, default_value_t = 300, value_name = "BYTES")]
    pub token: usize,
    /// Bytes of the answer of POST /introspect
    #[arg(long, default_value_t = 300, value_name = "BYTES")]
    pub introspect: usize,
    /// Bytes of the answer of POST /token/revoke
    #[arg(long, default_value_t = 0, value_name = "BYTES")]
    pub revoke: usize,
    /// Bytes of the answer of GET /access-tokens
    #[arg(long, default_value_t = 4096, value_name = "BYTES")]
    pub list: usize,
    /// Bytes of the answer of POST /auth/token/create
    #[arg(long, default_value_t = 500, value_name = "BYTES")]
    pub backend_create: usize,
    /// Bytes of the answer of POST /auth/introspection
    #[arg(long, default_value_t = 600, value_name = "BYTES")]
    pub backend_introspect: usize,
    /// Worker threads (default: one a processor)
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// Stop when standard input ends, so that the server cannot outlive the run that started it
    #[arg(long)]
    pub with_parent: bool,
}
