//! `jeton scan`: finds Jeton's tokens in files, offline.

mod files;
mod stream;

use std::collections::HashSet;
use std::fs::File;
use std::io;
use std::path::Path;
use std::rc::Rc;

use jeton_core::formats::scan::{FoundKind, Scanner};
use jeton_jose::digest::sha256;
use serde_json::{Value, json};

use crate::args::{Scan, Target};
use crate::exit::{Done, Failure};
use crate::output;
use crate::remote::Remote;
use crate::stderr::note;
use stream::Hit;

/// How many tokens one report contains.
const TOGETHER: usize = 100;

/// What was seen so far.
struct Progress<'a> {
    scanner: Rc<Scanner>,
    remote: Option<Remote>,
    args: &'a Scan,
    /// For `--json`.
    found: Vec<Value>,
    count: u64,
    files: u64,
    bytes: u64,
    unread: u64,
    /// Texts for the next report, and the hashes of those before.
    report: Vec<String>,
    reported: HashSet<[u8; 32]>,
}

pub(super) fn run(args: &Scan) -> Done {
    let target = Target { url: args.url.clone(), ca: args.ca.clone(), ..Target::default() };
    let remote = args.report.then(|| Remote::find_open(&target)).transpose()?;
    let mut progress = Progress {
        scanner: Rc::default(),
        remote,
        args,
        found: Vec::new(),
        count: 0,
        files: 0,
        bytes: 0,
        unread: 0,
        report: Vec::new(),
        reported: HashSet::new(),
    };
    for path in &args.path {
        progress.look(path)?;
    }
    progress.send()?;
    progress.finish()
}

impl Progress<'_> {
    fn look(&mut self, path: &Path) -> Done {
        if path == Path::new("-") {
            return self.read("standard input", io::stdin().lock());
        }
        let mut paths = Vec::new();
        let mut failed = Vec::new();
        files::each(path, &mut |file| paths.push(file.to_owned()), &mut |path, error| {
            failed.push(format!("cannot read {}: {error}", path.display()));
        });
        for line in failed {
            self.miss(&line);
        }
        for file in paths {
            match File::open(&file) {
                Ok(open) => self.read(&file.display().to_string(), open)?,
                Err(error) => self.miss(&format!("cannot read {}: {error}", file.display())),
            }
        }
        Ok(())
    }

    fn read(&mut self, name: &str, from: impl io::Read) -> Done {
        let scanner = Rc::clone(&self.scanner);
        let mut seen = Ok(());
        let read = stream::scan(&scanner, from, |hit| {
            if seen.is_ok() {
                seen = self.see(name, hit);
            }
        });
        seen?;
        match read {
            Ok(bytes) => {
                self.files += 1;
                self.bytes += bytes;
            }
            Err(error) => self.miss(&format!("cannot read {name}: {error}")),
        }
        Ok(())
    }

    fn see(&mut self, name: &str, hit: Hit) -> Done {
        self.count += 1;
        if self.args.json {
            self.found.push(json!({
                "file": name, "line": hit.line, "column": hit.column, "kind": hit.kind.name(), "number": hit.number,
                "redacted": hit.redacted,
            }));
        } else {
            let name = output::printable(name);
            let (kind, number) = (hit.kind.name(), hit.number);
            output::line(format_args!("{name}:{}:{}: {kind} {number} {}", hit.line, hit.column, hit.redacted));
        }
        let is_token = matches!(hit.kind, FoundKind::Token(_));
        if self.remote.is_some() && is_token && self.reported.insert(sha256(hit.text.as_bytes())) {
            self.report.push(hit.text);
            if self.report.len() >= TOGETHER {
                self.send()?;
            }
        }
        Ok(())
    }

    fn miss(&mut self, line: &str) {
        self.unread += 1;
        note!("error: {line}");
    }

    /// Reports what was found since the last time.
    fn send(&mut self) -> Done {
        let texts = std::mem::take(&mut self.report);
        match &self.remote {
            Some(remote) if !texts.is_empty() => remote.report_leaked(texts),
            _ => Ok(()),
        }
    }

    fn finish(self) -> Done {
        let reported = self.reported.len();
        if self.args.json {
            output::json(&json!({
                "found": self.found, "files": self.files, "bytes": self.bytes, "unread": self.unread, "reported": reported,
            }))?;
        } else if self.remote.is_some() {
            note!("{reported} tokens reported");
        }
        match (self.count, self.unread) {
            (0, 0) => Ok(()),
            (0, _) => Err(Failure::silent(2)),
            _ => Err(Failure::silent(1)),
        }
    }
}
