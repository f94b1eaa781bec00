//! `jeton bench` without the rest of `jeton`, for work on the load generator itself:
//!
//!     cargo build --release -p jeton-bench --example load
//!     target/release/examples/load bench --client-id app --client-secret-file secret
//!
//! It also shows what a command has to do around [`jeton_bench::run`].

use std::process::ExitCode;

use clap::Parser;

// The allocator of the product, so that the bare server is of the same build in this, too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
enum Command {
    /// Put load on a server of this machine
    Bench(jeton_bench::Args),
}

fn main() -> ExitCode {
    let Command::Bench(args) = Command::parse();
    let json = args.json();
    match jeton_bench::run(args) {
        Ok(report) => {
            match report.json() {
                Ok(text) if json => print!("{text}"),
                _ => print!("{report}"),
            }
            ExitCode::from(u8::from(report.errors() > 0))
        }
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::from(jeton_bench::exit_code(&error))
        }
    }
}
