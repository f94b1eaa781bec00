//! What was measured, for people and for programs.

mod load;
mod pg;
mod run;
mod spread;
mod table;

use std::fmt;

use serde::Serialize;

pub(crate) use self::run::{Run, Side};
pub use self::{
    load::{BareColumns, LoadReport, LoadRow},
    pg::{PgReport, PgRow},
    spread::Spread,
};

/// The result of [`run`](crate::run). It displays as an aligned table.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Report {
    /// Of a load run.
    Load(LoadReport),
    /// Of the plain PostgreSQL client.
    Pg(PgReport),
    /// The bare server was told to stop. There is nothing to print.
    Bare,
}

impl Report {
    /// One JSON document, with a newline at its end.
    ///
    /// # Errors
    ///
    /// None that is known: every value in a report can be written as JSON.
    pub fn json(&self) -> serde_json::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// All errors of all runs on the target. With any, the figures are none, and the command exits with 1.
    pub fn errors(&self) -> u64 {
        match self {
            Self::Load(report) => report.rows.iter().map(|row| row.errors).sum(),
            Self::Pg(report) => report.rows.iter().map(|row| row.errors).sum(),
            Self::Bare => 0,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Load(report) => report.fmt(f),
            Self::Pg(report) => report.fmt(f),
            Self::Bare => Ok(()),
        }
    }
}
