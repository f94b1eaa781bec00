//! `jeton health`: the health check of containers and supervisors, which have no other client at hand.

use serde_json::json;

use crate::args::Health;
use crate::exit::{Done, Failure};
use crate::output;
use crate::remote::Remote;

/// The route that tells whether the process answers.
const LIVE: &str = "live";
/// The route that tells whether requests are served and the store answers.
const READY: &str = "ready";

/// Exit code 0 if the server says that it is healthy, 1 otherwise.
pub(super) fn run(args: &Health) -> Done {
    let kind = if args.live { LIVE } else { READY };
    let remote = Remote::find_open(&args.target)?;
    let outcome = remote.health(kind).and_then(|(status, line)| {
        let healthy = status.is_success() && line == kind;
        if healthy { Ok(()) } else { Err(Failure::failed(said(&remote, status.as_u16(), &line))) }
    });
    if args.target.json {
        let problem = outcome.as_ref().err().map(|failure| failure.lines().join("; "));
        output::json(&json!({ "server": remote.place(), kind: outcome.is_ok(), "problem": problem }))?;
        return outcome.map_err(Failure::without_lines);
    }
    outcome?;
    output::line(format_args!("{}: {kind}", remote.place()));
    Ok(())
}

/// What is wrong. Of an answer that is not Jeton's nothing is repeated.
fn said(remote: &Remote, status: u16, line: &str) -> String {
    match status {
        503 if !line.is_empty() && line.len() < 80 => format!("{}: {}", remote.place(), output::printable(line)),
        _ => format!("{} answered {status}: is it a Jeton server?", remote.place()),
    }
}
