//! The load generator and the bare server of the performance work.
//!
//! [`run`] does what `jeton bench` was asked for, in one of three modes:
//!
//! - **load** (no subcommand): drives a running OAuth server over plain HTTP/1.1 with keep-alive, closed loop, one thread.
//!   After each run the same load goes to a bare server that answers with bodies of the same sizes and does no work, so
//!   that a result is a *ratio* which survives a machine whose speed drifts.
//! - **bare**: that bare server itself, which the load mode starts as a child process.
//! - **pg**: a plain PostgreSQL client, the yardstick of the PostgreSQL goals.
//!
//! Read the modules in this order: [`args`](Args) says what can be asked; `flow` is the story of a run; `ops` has one
//! file an operation; `load` drives the connections; `http` is the client; [`histogram`](Histogram) and `report` hold
//! what came out.
//!
//! Only this machine is ever put under load: an address that is not loopback is [`Misuse`], whatever the options say.

mod args;
pub mod bare;
mod client;
mod clock;
mod endpoints;
mod flow;
mod histogram;
mod http;
mod json;
mod load;
mod misuse;
mod ops;
mod pg;
mod process;
mod report;
mod secret;
mod thread;

pub use args::{Args, BareArgs, ClientAuth, LoadArgs, Mode, Op, PgArgs};
pub use histogram::Histogram;
pub use misuse::{Misuse, exit_code};
pub use report::{BareColumns, LoadReport, LoadRow, PgReport, PgRow, Report, Spread};

/// Does what the command line asked for and returns what was measured.
///
/// It makes threads and runtimes of its own and blocks until it is done, so it can be called from anywhere. Progress
/// goes to stderr; nothing is written to stdout (the caller prints the [`Report`]) except by the bare server, which
/// says where it listens. The bare mode serves until the process is stopped.
///
/// # Errors
///
/// [`Misuse`] (exit code 2, see [`exit_code`]) where the command line is wrong or names another machine; anything else
/// where the measurement could not be made: the server cannot be reached, or refuses the first request.
pub fn run(args: Args) -> anyhow::Result<Report> {
    match args.mode {
        None => thread::alone(move || flow::load(args.load)).map(Report::Load),
        Some(Mode::Pg(args)) => pg::run(args).map(Report::Pg),
        Some(Mode::Bare(args)) => bare::run(args).map(|()| Report::Bare),
    }
}
