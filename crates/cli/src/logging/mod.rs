//! Logs: one line an event on stderr. Never a token, a code, a secret or a password.
//!
//! A log that cannot be written stops nothing and is written nowhere else: see [`lines`].

mod lines;

use std::io::{self, IsTerminal as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jeton_core::WorkerLoss;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;
use tracing_subscriber::fmt::MakeWriter;

use crate::args::LogFormat;
use lines::Lines;

/// The filter when `JETON_LOG` is not set.
const USUAL: &str = "info";

/// How long the end of the process waits for its last lines.
const LAST_LINES: Duration = Duration::from_secs(1);

static LINES: Lines = Lines::new();

/// Whether [`start`] was called.
static STARTED: AtomicBool = AtomicBool::new(false);

/// Starts logging. An invalid filter is ignored, with a line that says so.
pub(crate) fn start(format: LogFormat) {
    let asked = std::env::var("JETON_LOG").unwrap_or_default();
    let asked = if asked.trim().is_empty() { USUAL.to_owned() } else { asked };
    let (filter, complaint) = match EnvFilter::try_new(&asked) {
        Ok(filter) => (filter, None),
        Err(error) => (EnvFilter::new(USUAL), Some(error)),
    };
    if matches!(format, LogFormat::Json) {
        LINES.are_json();
    }
    // Without the thread lines are lost, and nothing else.
    let _ = std::thread::Builder::new().name("jeton-stderr".to_owned()).spawn(|| LINES.write_to(io::stderr()));
    STARTED.store(true, Ordering::Relaxed);
    // The subscriber's own complaint about a failed write would go to stderr and panic there.
    let builder = fmt().with_env_filter(filter).with_writer(Stderr).log_internal_errors(false).with_target(false);
    // A second call in one process (tests) changes nothing.
    let _ = match format {
        LogFormat::Json => builder.json().flatten_event(true).with_current_span(false).try_init(),
        LogFormat::Text => builder.with_ansi(colours()).try_init(),
    };
    // The standard hook prints to stderr itself, in another format, and waits there.
    std::panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
    if let Some(error) = complaint {
        tracing::warn!("JETON_LOG is not valid ({error}): logging at {USUAL}");
    }
}

/// A line that is not an event, such as `listening on URL`; not written where nothing is logged.
pub(crate) fn line(text: std::fmt::Arguments<'_>) -> bool {
    let started = STARTED.load(Ordering::Relaxed);
    if started {
        LINES.push(format!("{text}\n").as_bytes());
    }
    started
}

/// Waits for the last lines, a second at most.
pub(crate) fn finish() {
    LINES.flush(LAST_LINES);
}

/// Ends the process at once, with a line that says why.
pub(crate) fn worker_loss() -> WorkerLoss {
    WorkerLoss::new(|name| {
        WorkerLoss::log(name);
        finish();
        std::process::abort()
    })
}

/// Colour only on a terminal; `NO_COLOR` is obeyed.
fn colours() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Where the subscriber writes: each call is one whole line.
struct Stderr;

impl io::Write for Stderr {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        LINES.push(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Stderr {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        Self
    }
}
