//! One run of one operation: a line of `--out`.

use std::{fmt, fs::OpenOptions, io, io::Write as _, path::Path};

use serde::Serialize;

use crate::{args::Op, load::Tally};

/// One turn: the target's side and the bare server's.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Run {
    pub(crate) target: String,
    pub(crate) op: Op,
    /// From 0.
    pub(crate) round: u32,
    pub(crate) conns: u32,
    #[serde(flatten)]
    pub(crate) side: Side,
    /// CPU time of the target's processes per request, in microseconds.
    pub(crate) server_cpu_us: Option<f64>,
    /// Memory of the target's processes after the run, in MiB.
    pub(crate) memory_mib: Option<f64>,
    pub(crate) bare: Option<Side>,
}

/// What one server did in one turn.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Side {
    pub(crate) requests: u64,
    pub(crate) seconds: f64,
    pub(crate) requests_per_second: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p90_ms: f64,
    pub(crate) p99_ms: f64,
    pub(crate) max_ms: f64,
    /// Answers with a status of 400 and above, and requests without an answer.
    pub(crate) errors: u64,
}

impl Side {
    pub(crate) fn new(tally: &Tally) -> Self {
        let ms = |nanos: u64| nanos as f64 / 1e6;
        Self {
            requests: tally.latency.len(),
            seconds: tally.took.as_secs_f64(),
            requests_per_second: tally.rate(),
            p50_ms: ms(tally.latency.percentile(0.50)),
            p90_ms: ms(tally.latency.percentile(0.90)),
            p99_ms: ms(tally.latency.percentile(0.99)),
            max_ms: ms(tally.latency.max()),
            errors: tally.errors(),
        }
    }
}

impl Run {
    /// Target's rate as a share of the bare server's.
    pub(crate) fn ratio(&self) -> Option<f64> {
        let bare = self.bare.as_ref().filter(|b| b.requests_per_second > 0.0)?;
        Some(self.side.requests_per_second / bare.requests_per_second)
    }

    /// Target's p99 as a multiple of the bare server's.
    pub(crate) fn p99_ratio(&self) -> Option<f64> {
        let bare = self.bare.as_ref().filter(|b| b.p99_ms > 0.0)?;
        Some(self.side.p99_ms / bare.p99_ms)
    }

    /// Appends this run as one line.
    pub(crate) fn append_to(&self, path: &Path) -> io::Result<()> {
        let mut line = serde_json::to_vec(self)?;
        line.push(b'\n');
        OpenOptions::new().append(true).create(true).open(path)?.write_all(&line)
    }
}

/// For the progress on stderr.
impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Side { requests_per_second, p99_ms, .. } = &self.side;
        write!(f, "{}: {requests_per_second:.0} req/s, p99 {p99_ms:.2} ms", self.op.name())?;
        match &self.bare {
            Some(bare) => write!(f, "; bare {:.0} req/s, p99 {:.2} ms", bare.requests_per_second, bare.p99_ms),
            None => Ok(()),
        }
    }
}
