//! `jeton bench`

use crate::exit::{Done, Failure};
use crate::output::line;

pub(super) fn run(args: jeton_bench::Args) -> Done {
    let json = args.json();
    let report = jeton_bench::run(args).map_err(|error| {
        let line = format!("{error:#}");
        if jeton_bench::exit_code(&error) == 2 { Failure::misuse(line) } else { Failure::failed(line) }
    })?;
    if json {
        line(report.json().map_err(Failure::failed)?.trim_end());
    } else {
        crate::output::line(&report);
    }
    match report.errors() {
        0 => Ok(()),
        errors => Err(Failure::failed(format_args!("{errors} requests failed, so the figures are not valid"))),
    }
}
