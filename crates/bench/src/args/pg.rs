//! Arguments of the plain PostgreSQL client.

/// Arguments of `jeton bench pg`.
#[derive(Clone, clap::Args)]
pub struct PgArgs {
    /// The database, on this machine and without TLS: `postgres://user:password@127.0.0.1/name`. A scratch table is made in it
    /// and dropped
    #[arg(long, env = "JETON_STORE__URL", hide_env_values = true, value_name = "URL")]
    pub store_url: String,
    /// Runs of each measurement
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub rounds: u32,
    /// Seconds of a run
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub secs: u32,
    /// Connections, each with one statement at a time
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub conns: u32,
    /// Print one JSON document instead of a table
    #[arg(long)]
    pub json: bool,
}

/// Leaves the address out: it carries a password.
impl std::fmt::Debug for PgArgs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { store_url: _, rounds, secs, conns, json } = self;
        f.debug_struct("PgArgs")
            .field("rounds", rounds)
            .field("secs", secs)
            .field("conns", conns)
            .field("json", json)
            .finish_non_exhaustive()
    }
}
