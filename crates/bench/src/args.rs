//! The command line of `jeton bench`.

mod bare;
mod load;
mod op;
mod pg;

pub use self::{
    bare::BareArgs,
    load::{ClientAuth, LoadArgs},
    op::Op,
    pg::PgArgs,
};

/// Arguments of `jeton bench`: a load run, unless a mode is named.
///
/// Secrets never come by argument, where every process of the machine could read them: they are read from files or
/// from the environment (`JETON_BENCH_CLIENT_SECRET`, `JETON_BENCH_PASSWORD`, `JETON_BENCH_LIST_TOKEN`).
#[derive(Clone, Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    /// The load run's own arguments.
    #[command(flatten)]
    pub load: LoadArgs,
    /// Another mode than the load run.
    #[command(subcommand)]
    pub mode: Option<Mode>,
}

impl Args {
    /// Whether the result is wanted as one JSON document.
    pub fn json(&self) -> bool {
        match &self.mode {
            None => self.load.json,
            Some(Mode::Pg(args)) => args.json,
            Some(Mode::Bare(_)) => false,
        }
    }
}

/// What `jeton bench` does other than a load run.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Mode {
    /// Serve fixed answers of given sizes: the HTTP limit a load run is compared with
    #[command(hide = true)]
    Bare(BareArgs),
    /// Measure a PostgreSQL with a plain client: single-row inserts and look-ups by primary key
    Pg(PgArgs),
}
