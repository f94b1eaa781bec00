//! The `jeton` binary: commands and the wiring.
//!
//! `args` defines the command line, `commands` executes it. The commands that serve (`serve`, `dev`) are in `serve/`
//! and `dev/`; those that talk to a running server use `remote/`; `output/` and `stderr` print. Only this crate knows
//! stores and faces.

#![warn(clippy::print_stdout, clippy::print_stderr)] // They panic when the reader has closed the pipe: see `output` and `stderr`.

mod args;
mod check;
mod commands;
mod dev;
mod exit;
mod init;
mod logging;
mod metrics;
mod openapi;
mod output;
mod remote;
mod serve;
mod stderr;
mod vector_home;

use std::process::ExitCode;

use clap::Parser as _;

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = args::Cli::parse();
    let code = match commands::run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    };
    logging::finish();
    code
}
