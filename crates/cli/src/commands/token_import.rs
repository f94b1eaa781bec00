//! `jeton token import`: takes over tokens made elsewhere, by the hash of their text.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal as _};
use std::path::Path;

use http::Method;
use serde_json::{Map, Value, json};

use crate::args::Import;
use crate::exit::{Done, Failure};
use crate::output;
use crate::remote::Remote;
use crate::stderr::note;

/// How many tokens one request contains.
const TOGETHER: usize = 500;
/// The longest line, in bytes.
const LONGEST: usize = 64 * 1024;

/// One token of the file: its line number, and its members.
type Entry = Done<(u64, Map<String, Value>)>;

pub(super) fn run(args: &Import) -> Done {
    let input: Box<dyn io::Read> = if args.file == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        let cannot = |error| Failure::misuse(format_args!("cannot read {}: {error}", args.file.display()));
        Box::new(File::open(&args.file).map_err(cannot)?)
    };
    let mut input = BufReader::new(input);
    let first = input.fill_buf().map_err(Failure::failed)?.iter().find(|byte| !byte.is_ascii_whitespace()).copied();
    let mut entries: Box<dyn Iterator<Item = Entry>> =
        if first == Some(b'{') { Box::new(json_lines(input)) } else { Box::new(csv_rows(input)?) };
    let mut session = Session { remote: Remote::find(&args.target)?, imported: 0, failed: Vec::new() };
    loop {
        let mut now = Vec::with_capacity(TOGETHER);
        for entry in entries.by_ref().take(TOGETHER) {
            now.push(entry?);
        }
        if now.is_empty() {
            return session.finish(args.target.json);
        }
        session.send(now)?;
    }
}

struct Session {
    remote: Remote,
    imported: u64,
    failed: Vec<Value>,
}

impl Session {
    fn send(&mut self, entries: Vec<(u64, Map<String, Value>)>) -> Done {
        let (lines, tokens): (Vec<_>, Vec<_>) = entries.into_iter().unzip();
        let mut body = Map::new();
        body.insert("tokens".into(), tokens.into());
        let answer = self.remote.send(Method::POST, &["tokens", "import"], body)?;
        self.imported += answer.get("imported").and_then(Value::as_u64).unwrap_or_default();
        let results = answer.get("results").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for (line, result) in lines.iter().zip(results) {
            if let Some(error) = result.get("error") {
                let message = result.get("message").unwrap_or(&Value::Null);
                note!("error: line {line}: {}", message.as_str().unwrap_or_default());
                self.failed.push(json!({ "line": line, "error": error, "message": message }));
            }
        }
        if io::stderr().is_terminal() {
            note!("{} imported, {} not, up to line {}", self.imported, self.failed.len(), lines.last().unwrap_or(&0));
        }
        Ok(())
    }

    fn finish(self, as_json: bool) -> Done {
        let Self { imported, failed, .. } = self;
        let refused = failed.len();
        if as_json {
            output::json(&json!({ "imported": imported, "failed": failed }))?;
        } else {
            note!("{imported} tokens imported");
        }
        if refused > 0 { Err(Failure::failed(format_args!("{refused} tokens were not imported"))) } else { Ok(()) }
    }
}

/// One object a line, with the members of the API.
fn json_lines(input: impl BufRead) -> impl Iterator<Item = Entry> {
    let lines = (1_u64..).zip(input.split(b'\n'));
    lines.filter(|(_, line)| !line.as_ref().is_ok_and(|line| line.trim_ascii().is_empty())).map(|(number, line)| {
        let line = line.map_err(Failure::failed)?;
        let wrong = |why: &dyn std::fmt::Display| Failure::misuse(format_args!("line {number}: {why}"));
        if line.len() > LONGEST {
            return Err(wrong(&"the line is too long"));
        }
        serde_json::from_slice(&line).map(|token| (number, token)).map_err(|_| wrong(&"not a JSON object"))
    })
}

/// The first row names the columns; an empty cell is a member left out. Several ranges in one cell are separated by
/// spaces.
fn csv_rows(input: impl io::Read) -> Done<impl Iterator<Item = Entry>> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(input);
    let names = reader.headers().map_err(|error| Failure::misuse(format_args!("the first row: {error}")))?.clone();
    Ok(reader.into_records().map(move |row| {
        let row = row.map_err(|error| Failure::misuse(format_args!("{error}")))?;
        let line = row.position().map_or(0, csv::Position::line);
        let cells = names.iter().zip(&row).filter(|(_, cell)| !cell.is_empty());
        Ok((line, cells.map(|(name, cell)| (name.to_owned(), member(name, cell))).collect()))
    }))
}

fn member(name: &str, cell: &str) -> Value {
    match name {
        "expires_at" => cell.parse::<i64>().map_or_else(|_| cell.into(), Value::from),
        "address_ranges" => cell.split_whitespace().collect::<Vec<_>>().into(),
        _ => cell.into(),
    }
}
