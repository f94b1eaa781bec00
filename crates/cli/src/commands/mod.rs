//! The commands.

mod bench;
mod client;
mod explain;
mod filter;
mod health;
mod key;
mod revocation;
mod scan;
mod service;
mod standard_input;
mod token;
mod token_columns;
mod token_import;
mod user;
mod vector;

use clap::CommandFactory as _;

use crate::args::{Cli, Command};
use crate::exit::Done;
use crate::{check, dev, init, serve};

/// Does what was typed.
pub(crate) fn run(cli: Cli) -> Done {
    match cli.command {
        Command::Dev(args) => dev::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Token(command) => token::run(command),
        Command::Client(command) => client::run(command),
        Command::User(command) => user::run(command),
        Command::Key(command) => key::run(command),
        Command::Service(command) => service::run(command),
        Command::Vector(command) => vector::run(command),
        Command::Scan(args) => scan::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Health(args) => health::run(&args),
        Command::Bench(args) => bench::run(*args),
        Command::Completions(args) => {
            clap_complete::generate(args.shell, &mut Cli::command(), "jeton", &mut std::io::stdout());
            Ok(())
        }
    }
}
