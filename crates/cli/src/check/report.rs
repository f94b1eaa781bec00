//! What was found.

use std::path::Path;

use serde_json::json;

use crate::exit::{Done, Failure};
use crate::stderr::note;

/// What was found.
#[derive(Default)]
pub(super) struct Report {
    problems: Vec<String>,
    warnings: Vec<String>,
    notes: Vec<String>,
}

impl Report {
    /// Something that works but should be put right.
    pub(super) fn warning(&mut self, line: String) {
        self.warnings.push(line);
    }

    /// Information.
    pub(super) fn note(&mut self, line: String) {
        self.notes.push(line);
    }

    /// Something that must be put right.
    pub(super) fn problem(&mut self, line: String) {
        self.problems.push(line);
    }

    /// What was warned of.
    #[cfg(test)]
    pub(super) fn take_warnings(self) -> Vec<String> {
        self.warnings
    }

    /// All lines of a failure are problems.
    pub(super) fn failed(&mut self, failure: &Failure) {
        self.problems.extend(failure.lines().iter().cloned());
    }

    /// Prints it; a problem is exit code 2.
    pub(super) fn print(self, config: &Path, as_json: bool) -> Done {
        let ok = self.problems.is_empty();
        if as_json {
            let (problems, warnings, notes) = (&self.problems, &self.warnings, &self.notes);
            crate::output::line(format_args!(
                "{}",
                json!({ "ok": ok, "problems": problems, "warnings": warnings, "notes": notes })
            ));
        } else {
            self.notes.iter().for_each(|line| note!("note: {line}"));
            self.warnings.iter().for_each(|line| note!("warning: {line}"));
            if ok {
                crate::output::line(format_args!("{}: no problems", config.display()));
            }
        }
        let printed = if as_json { Vec::new() } else { self.problems };
        if ok { Ok(()) } else { Err(Failure::misuses(printed)) }
    }
}
