//! `jeton bench`

use crate::exit::{Done, Failure};

pub(super) fn run(args: jeton_bench::Args) -> Done {
    let json = args.json();
    let report = jeton_bench::run(args).map_err(|error| {
        let line = format!("{error:#}");
        if jeton_bench::exit_code(&error) == 2 { Failure::misuse(line) } else { Failure::failed(line) }
    })?;
    if json {
        print!("{}", report.json().map_err(Failure::failed)?);
    } else {
        crate::output::line(&report);
    }
    match report.errors() {
        0 => Ok(()),
        errors => Err(Failure::failed(format_args!("{errors} requests failed, so the figures say nothing"))),
    }
}
