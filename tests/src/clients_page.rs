//! `docs/clients.md`: the clients that run against Jeton with their defaults. Each test compares its own row with what it did,
//! or writes it when `JETON_WRITE_DOCS` is set.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, Result, ensure};

/// The column of the version, from 0.
const VERSION: usize = 2;

/// Where a client comes from, and so whether its version is pinned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A registry, with a lock file here.
    Pinned(&'static str),
    /// The system's packages: another system has another version.
    System,
}

/// One client's row.
#[derive(Debug)]
pub struct Row<'a> {
    /// The name by which people know it.
    pub client: &'a str,
    /// Where it comes from.
    pub from: Origin,
    /// Its version, as it says itself.
    pub version: &'a str,
    /// What it did, in this order.
    pub steps: &'a [String],
}

impl Row<'_> {
    fn line(&self) -> String {
        let from = match self.from {
            Origin::Pinned(registry) => registry,
            Origin::System => "Debian",
        };
        let steps: Vec<String> = self.steps.iter().map(|step| step.replace('-', " ")).collect();
        format!("| {} | {from} | {} | {} |", self.client, self.version, steps.join(", "))
    }

    /// Whether `line` says the same. The version of what the system brings is only the writer's.
    fn is_said_by(&self, line: &str) -> bool {
        let compared = |line: &str| -> Vec<String> {
            let cells = line.split(" | ").enumerate();
            let own = cells.filter(|(column, _)| !(self.from == Origin::System && *column == VERSION));
            own.map(|(_, cell)| cell.to_owned()).collect()
        };
        compared(line) == compared(&self.line())
    }
}

/// Compares the page's row of this client with `row`, or writes it.
///
/// # Errors
/// The page cannot be read or written, or says something else.
pub fn keep(row: &Row<'_>) -> Result<()> {
    // The tests of one program write to the same page.
    static PAGE: Mutex<()> = Mutex::new(());
    let _one_at_a_time = PAGE.lock().unwrap_or_else(PoisonError::into_inner);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/clients.md");
    let page = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let own = format!("| {} | ", row.client);
    let is_said = page.lines().any(|line| line.starts_with(&own) && row.is_said_by(line));
    if std::env::var_os("JETON_WRITE_DOCS").is_some() {
        let written = if is_said { page } else { replaced(&page, &own, row.line()) };
        return Ok(std::fs::write(&path, written)?);
    }
    ensure!(
        is_said,
        "docs/clients.md does not say this; run JETON_WRITE_DOCS=1 cargo test -p jeton-tests --test defaults:\n{}",
        row.line()
    );
    Ok(())
}

/// The page with `line` in place of the row that starts with `own`, sorted by name.
fn replaced(page: &str, own: &str, line: String) -> String {
    let is_row = |line: &&str| line.starts_with("| ") && !line.starts_with("| client |") && !line.starts_with("| ---");
    let others = page.lines().filter(is_row).filter(|row| !row.starts_with(own)).map(str::to_owned);
    let mut rows: Vec<String> = others.chain([line]).collect();
    rows.sort_by_key(|row| row.to_lowercase());
    let head = page.lines().filter(|line| !is_row(line)).map(str::to_owned);
    head.chain(rows).map(|line| line + "\n").collect()
}
