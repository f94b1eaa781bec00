//! The report of the plain PostgreSQL client.

use std::fmt;

use serde::Serialize;

use super::{spread::Spread, table::Table};

/// What the plain client measured, and what the database promises: a rate without durability is another rate.
#[derive(Clone, Debug, Serialize)]
pub struct PgReport {
    /// `server_version`.
    pub server_version: String,
    /// `synchronous_commit` as the client's sessions have it.
    pub synchronous_commit: String,
    /// `fsync` of the server.
    pub fsync: String,
    /// Connections, each with one statement at a time.
    pub conns: u32,
    /// Seconds of each run.
    pub secs: u32,
    /// `insert` and `lookup`.
    pub rows: Vec<PgRow>,
}

/// One kind of statement, all rounds together.
#[derive(Clone, Debug, Serialize)]
pub struct PgRow {
    /// `insert`: a row of about 150 bytes, committed by itself; `lookup`: a row by its primary key.
    pub op: &'static str,
    /// Statements a second.
    pub per_second: Spread,
    /// Milliseconds, all rounds together.
    pub p50_ms: f64,
    /// Milliseconds, all rounds together.
    pub p99_ms: f64,
    /// Milliseconds, the slowest of all rounds.
    pub max_ms: f64,
    /// Statements that failed.
    pub errors: u64,
}

impl fmt::Display for PgReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { server_version, synchronous_commit, fsync, conns, .. } = self;
        writeln!(
            f,
            "PostgreSQL {server_version}, fsync {fsync}, synchronous_commit {synchronous_commit}, {conns} connections"
        )?;
        let mut table = Table::new(&["op", "per_s", "min", "max", "p50_ms", "p99_ms", "max_ms", "errors"]);
        for row in &self.rows {
            table.row(vec![
                row.op.to_owned(),
                format!("{:.0}", row.per_second.median),
                format!("{:.0}", row.per_second.min),
                format!("{:.0}", row.per_second.max),
                format!("{:.2}", row.p50_ms),
                format!("{:.2}", row.p99_ms),
                format!("{:.2}", row.max_ms),
                row.errors.to_string(),
            ]);
        }
        table.fmt(f)
    }
}
