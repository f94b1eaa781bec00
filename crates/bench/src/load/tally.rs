//! What a run counted.

use std::time::Duration;

use crate::histogram::Histogram;

/// The counts of one run.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Time from sending a request to the end of its answer, for every answer whatever its status.
    pub(crate) latency: Histogram,
    /// Answers with a status of 400 and above.
    pub(crate) refused: u64,
    /// Requests without an answer: the connection failed, was cut off, or stayed silent.
    pub(crate) failed: u64,
    /// From the first request to the last answer.
    pub(crate) took: Duration,
    /// The first error's description.
    pub(crate) first_error: Option<String>,
}

impl Tally {
    /// Everything that makes a result no figure.
    pub(crate) fn errors(&self) -> u64 {
        self.refused + self.failed
    }

    /// Answers a second.
    pub(crate) fn rate(&self) -> f64 {
        match self.took.as_secs_f64() {
            0.0 => 0.0,
            seconds => self.latency.len() as f64 / seconds,
        }
    }

    pub(super) fn answered(&mut self, status: u16, body: &[u8], latency: Duration) {
        self.latency.record(u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX));
        if status >= 400 {
            self.refused += 1;
            self.first_error.get_or_insert_with(|| in_words(status, body));
        }
    }

    pub(super) fn lost(&mut self, error: &std::io::Error) {
        self.failed += 1;
        self.first_error.get_or_insert_with(|| error.to_string());
    }
}

/// A refusal on one line: its status and the start of its body.
pub(crate) fn in_words(status: u16, body: &[u8]) -> String {
    let body: String = String::from_utf8_lossy(body).chars().take(200).collect();
    format!("status {status}: {}", body.escape_debug())
}
