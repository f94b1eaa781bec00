//! Logs: one line an event on stderr. Never a token, a code, a secret or a password.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

use crate::args::LogFormat;

/// What is logged when `JETON_LOG` says nothing.
const USUAL: &str = "info";

/// Starts logging. A filter that does not read is as if it were not there, with a line that says so.
pub(crate) fn start(format: LogFormat) {
    let asked = std::env::var("JETON_LOG").unwrap_or_default();
    let asked = if asked.trim().is_empty() { USUAL.to_owned() } else { asked };
    let (filter, complaint) = match EnvFilter::try_new(&asked) {
        Ok(filter) => (filter, None),
        Err(error) => (EnvFilter::new(USUAL), Some(error)),
    };
    let builder = fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    // A second call in one process (tests) changes nothing.
    let _ = match format {
        LogFormat::Json => builder.json().flatten_event(true).with_current_span(false).try_init(),
        LogFormat::Text => builder.with_ansi(colours()).try_init(),
    };
    if let Some(error) = complaint {
        tracing::warn!("JETON_LOG does not read ({error}): logging at {USUAL}");
    }
}

/// Colour only on a terminal; `NO_COLOR` is obeyed.
fn colours() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
