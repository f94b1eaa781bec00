//! Records what a served house answers to tests. At the end of `./test`, `crates/house/examples/coverage.rs` reads the records and
//! names the refusals, routes and members of discovery that no test got an answer from.
//!
//! Each process appends to a file of its own in the folder that `TEST_COVERAGE` names (the binary under test refuses variables that
//! begin with `JETON_` and are none of its own). Without the variable, and if the file cannot be written, nothing is recorded and the
//! tests run as usual.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::sync::LazyLock;

/// Records an answer: to which request (without its query), with which status, and the id of the refusal if it is one.
pub fn answered(method: &str, path: &str, status: u16, refusal: Option<&str>) {
    record(format_args!("answer {method} {path} {status} {}", refusal.unwrap_or("-")));
}

/// Records that a document of discovery has a member.
pub fn offered(document: &str, member: &str) {
    record(format_args!("offered {document} {member}"));
}

/// Records that a test has read a member of a document of discovery.
pub fn read(document: &str, member: &str) {
    record(format_args!("read {document} {member}"));
}

/// Appends a line in one write, so that lines of several threads stay whole without a lock.
fn record(line: fmt::Arguments<'_>) {
    static FILE: LazyLock<Option<File>> = LazyLock::new(open);
    if let Some(mut file) = FILE.as_ref() {
        let _not_recorded = file.write_all(format!("{line}\n").as_bytes());
    }
}

fn open() -> Option<File> {
    let folder = std::env::var_os("TEST_COVERAGE")?;
    let file = Path::new(&folder).join(std::process::id().to_string());
    OpenOptions::new().create(true).append(true).open(file).ok()
}
