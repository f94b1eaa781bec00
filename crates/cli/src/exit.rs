//! How a command fails: lines for the person, and the exit code of `docs/contracts/operator.md`.

use std::fmt::Display;
use std::process::ExitCode;

use crate::stderr::note;

/// A command that could not do what it was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    lines: Vec<String>,
}

/// What every command returns.
pub(crate) type Done<T = ()> = Result<T, Failure>;

impl Failure {
    /// The thing asked for failed: exit code 1.
    pub(crate) fn failed(line: impl Display) -> Self {
        Self { code: 1, lines: vec![line.to_string()] }
    }

    /// The command line or the configuration is wrong: exit code 2.
    pub(crate) fn misuse(line: impl Display) -> Self {
        Self::misuses([line])
    }

    /// The same, with several lines.
    pub(crate) fn misuses(lines: impl IntoIterator<Item = impl Display>) -> Self {
        Self { code: 2, lines: lines.into_iter().map(|line| line.to_string()).collect() }
    }

    /// An exit code without further lines.
    pub(crate) fn silent(code: u8) -> Self {
        Self { code, lines: Vec::new() }
    }

    /// The same exit code, when the lines were printed already.
    pub(crate) fn without_lines(self) -> Self {
        Self::silent(self.code)
    }

    /// The lines.
    pub(crate) fn lines(&self) -> &[String] {
        &self.lines
    }

    /// Prefixes each line.
    pub(crate) fn context(mut self, before: &str) -> Self {
        for line in &mut self.lines {
            line.insert_str(0, before);
        }
        self
    }

    /// Prints the lines to stderr, each after `error:` as clap does it.
    pub(crate) fn report(&self) -> ExitCode {
        for line in &self.lines {
            note!("error: {line}");
        }
        ExitCode::from(self.code)
    }
}
