//! The report of a load run.

use std::fmt;

use serde::Serialize;

use super::{
    run::Run,
    spread::{Spread, median},
    table::Table,
};
use crate::args::Op;

/// What a load run measured.
#[derive(Clone, Debug, Serialize)]
pub struct LoadReport {
    /// The server, as `http://host:port`.
    pub target: String,
    /// Connections of each run.
    pub conns: u32,
    /// Seconds of each run.
    pub secs: u32,
    /// One row an operation, in the order they were measured.
    pub rows: Vec<LoadRow>,
}

/// One operation on the target, all rounds together.
#[derive(Clone, Debug, Serialize)]
pub struct LoadRow {
    /// The operation.
    pub op: Op,
    /// Rounds that this row sums up.
    pub rounds: u32,
    /// Answers a second.
    pub requests_per_second: Spread,
    /// Half of the answers came within this time: milliseconds, median of the rounds.
    pub p50_ms: f64,
    /// 90 % of the answers came within this time: milliseconds, median of the rounds.
    pub p90_ms: f64,
    /// 99 % of the answers came within this time: milliseconds, median of the rounds.
    pub p99_ms: f64,
    /// The slowest answer of all rounds, in milliseconds.
    pub max_ms: f64,
    /// Refused and unanswered requests of all rounds. With any, the row is no figure.
    pub errors: u64,
    /// The bare server beside.
    pub bare: Option<BareColumns>,
    /// CPU time of the server's processes per request, in microseconds, median of the rounds.
    pub server_cpu_us: Option<f64>,
    /// Memory of the server's processes (proportional set size), in MiB, highest of the rounds.
    pub memory_mib: Option<f64>,
}

/// The same operation on the bare server.
#[derive(Clone, Debug, Serialize)]
pub struct BareColumns {
    /// Answers a second, median of the rounds.
    pub requests_per_second: f64,
    /// In milliseconds, median of the rounds.
    pub p99_ms: f64,
    /// Target's rate divided by the bare server's, median of the pairs.
    pub ratio: f64,
    /// Target's p99 divided by the bare server's, median of the pairs.
    pub p99_ratio: f64,
    /// Refused and unanswered requests of all rounds.
    pub errors: u64,
}

impl LoadReport {
    pub(crate) fn new(target: String, conns: u32, secs: u32, runs: &[Run]) -> Self {
        let mut ops: Vec<Op> = Vec::new();
        for run in runs {
            if !ops.contains(&run.op) {
                ops.push(run.op);
            }
        }
        let rows = ops.iter().map(|op| LoadRow::new(*op, runs.iter().filter(|r| r.op == *op).collect())).collect();
        Self { target, conns, secs, rows }
    }
}

impl LoadRow {
    fn new(op: Op, runs: Vec<&Run>) -> Self {
        let sides = || runs.iter().map(|r| &r.side);
        let cpu: Vec<f64> = runs.iter().filter_map(|r| r.server_cpu_us).collect();
        Self {
            op,
            rounds: runs.len() as u32,
            requests_per_second: Spread::of(sides().map(|s| s.requests_per_second)),
            p50_ms: median(sides().map(|s| s.p50_ms)),
            p90_ms: median(sides().map(|s| s.p90_ms)),
            p99_ms: median(sides().map(|s| s.p99_ms)),
            max_ms: Spread::of(sides().map(|s| s.max_ms)).max,
            errors: sides().map(|s| s.errors).sum(),
            bare: BareColumns::new(&runs),
            server_cpu_us: (!cpu.is_empty()).then(|| median(cpu)),
            memory_mib: runs.iter().filter_map(|r| r.memory_mib).reduce(f64::max),
        }
    }
}

impl BareColumns {
    fn new(runs: &[&Run]) -> Option<Self> {
        let sides: Vec<_> = runs.iter().filter_map(|r| r.bare.as_ref()).collect();
        (!sides.is_empty()).then(|| Self {
            requests_per_second: median(sides.iter().map(|s| s.requests_per_second)),
            p99_ms: median(sides.iter().map(|s| s.p99_ms)),
            ratio: median(runs.iter().filter_map(|r| r.ratio())),
            p99_ratio: median(runs.iter().filter_map(|r| r.p99_ratio())),
            errors: sides.iter().map(|s| s.errors).sum(),
        })
    }
}

impl fmt::Display for LoadReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new(&[
            "op",
            "req/s",
            "min",
            "max",
            "p50_ms",
            "p99_ms",
            "max_ms",
            "errors",
            "bare_req/s",
            "bare_p99_ms",
            "ratio",
            "p99_ratio",
            "server_cpu_us/req",
            "MiB",
        ]);
        for row in &self.rows {
            let (rate, bare) = (row.requests_per_second, row.bare.as_ref());
            table.row(vec![
                row.op.name().to_owned(),
                format!("{:.0}", rate.median),
                format!("{:.0}", rate.min),
                format!("{:.0}", rate.max),
                format!("{:.2}", row.p50_ms),
                format!("{:.2}", row.p99_ms),
                format!("{:.2}", row.max_ms),
                row.errors.to_string(),
                or_dash(bare.map(|b| b.requests_per_second), 0),
                or_dash(bare.map(|b| b.p99_ms), 2),
                or_dash(bare.map(|b| b.ratio), 3),
                or_dash(bare.map(|b| b.p99_ratio), 2),
                or_dash(row.server_cpu_us, 1),
                or_dash(row.memory_mib, 1),
            ]);
        }
        table.fmt(f)
    }
}

fn or_dash(value: Option<f64>, decimals: usize) -> String {
    value.map_or_else(|| "-".to_owned(), |v| format!("{v:.decimals$}"))
}
