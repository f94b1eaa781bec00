//! What the tests got no answer from: `./test` runs this after all tests, with the folder of the records that they wrote
//! (`crates/testkit/src/coverage.rs`). It fails if there is a refusal that no test was answered with, a method of a route that
//! succeeded in no test, or a member of discovery that no test reads.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;
use std::sync::LazyLock;
use std::{env, fs, io};

use jeton_core::refusals::kinds;
use jeton_served::FACES;

/// Refusals that no request to a served house can cause, and why.
const UNREACHABLE: &[(&str, &str)] = &[
    (
        "plan_exceeded",
        "a plan that gives more than its family has: a defect of a grant type, which the check of plans catches",
    ),
    ("pair_repeated", "why a batch of tokens failed: its status says so by a code"),
];

/// A route: the name of its face, and its summary. A handler that is served at several paths with one summary is one route.
type Served = (&'static str, &'static str);

/// The records of all processes.
#[derive(Default)]
struct Records {
    /// The ids of the refusals.
    refusals: BTreeSet<String>,
    /// Methods of what was served without a refusal.
    successes: BTreeSet<(String, Served)>,
    /// Documents with members.
    offered: BTreeSet<(String, String)>,
    read: BTreeSet<(String, String)>,
}

impl Records {
    fn of(folder: &Path) -> io::Result<Self> {
        let mut records = Self::default();
        for file in fs::read_dir(folder)? {
            for line in fs::read_to_string(file?.path())?.lines() {
                records.add(&line.split(' ').collect::<Vec<_>>());
            }
        }
        Ok(records)
    }

    fn add(&mut self, line: &[&str]) {
        match *line {
            ["answer", method, path, status, "-"] if matches!(status.get(..1), Some("2" | "3")) => {
                self.successes.extend(served_at(method, path).map(|served| (method.to_owned(), served)));
            }
            ["answer", _, _, _, refusal] => drop(self.refusals.insert(refusal.to_owned())),
            ["offered", document, member] => drop(self.offered.insert((document.to_owned(), member.to_owned()))),
            ["read", document, member] => drop(self.read.insert((document.to_owned(), member.to_owned()))),
            _ => {}
        }
    }
}

/// All routes: their paths, split at the slashes, their methods, and what they serve. Those with fewer names in braces come first,
/// since they are served first.
static ROUTES: LazyLock<Vec<(Vec<&str>, &str, Served)>> = LazyLock::new(|| {
    let mut all: Vec<(Vec<&str>, &str, Served)> = Vec::new();
    for face in FACES {
        let routes = face.routes();
        all.extend(routes.map(|route| (parts(route.path), route.methods, (face.name, route.summary))));
    }
    all.sort_by_key(|(names, ..)| names.iter().filter(|name| name.starts_with('{')).count());
    all
});

/// The parts of a path; a slash at its end is none.
fn parts(path: &str) -> Vec<&str> {
    path.trim_end_matches('/').split('/').collect()
}

/// What a method serves at a path.
fn served_at(method: &str, path: &str) -> Option<Served> {
    let parts = parts(path);
    let mut all = ROUTES.iter().filter(|(_, methods, _)| methods.split(' ').any(|each| each == method));
    all.find(|(names, ..)| serves(names, &parts)).map(|(.., served)| *served)
}

fn serves(names: &[&str], parts: &[&str]) -> bool {
    match (names, parts) {
        ([], []) => true,
        ([name], [_, ..]) if name.starts_with("{*") => true,
        ([name, names @ ..], [part, parts @ ..]) => (name == part || name.starts_with('{')) && serves(names, parts),
        _ => false,
    }
}

/// What is missing, one line each.
fn missing(records: &Records) -> Vec<String> {
    let mut missing = Vec::new();
    for id in kinds().map(|kind| kind.id) {
        match (records.refusals.contains(id), UNREACHABLE.iter().any(|(known, _)| *known == id)) {
            (false, false) => missing.push(format!("{id}: no test is answered with this refusal")),
            (true, true) => missing.push(format!("{id}: a test is answered with it: take it out of UNREACHABLE")),
            _ => {}
        }
    }
    for face in FACES {
        for route in face.routes() {
            let served = (face.name, route.summary);
            let failing = |method: &&str| !records.successes.contains(&((*method).to_owned(), served));
            // What is not served yet has nothing to succeed in.
            let methods =
                route.methods.split(' ').filter(failing).filter(|_| !route.summary.starts_with("Not served yet"));
            missing.extend(methods.map(|method| format!("{method} {}: succeeds in no test", route.path)));
        }
    }
    let unread = records.offered.difference(&records.read);
    missing.extend(unread.map(|(document, member)| format!("{document}: no test reads the member {member}")));
    missing
}

fn main() -> ExitCode {
    let Some(folder) = env::args_os().nth(1) else {
        eprintln!("coverage: name the folder of the records");
        return ExitCode::FAILURE;
    };
    match Records::of(Path::new(&folder)).map(|records| missing(&records)) {
        Ok(missing) if missing.is_empty() => ExitCode::SUCCESS,
        Ok(missing) => {
            eprintln!("coverage: write tests that send requests (by `House::send`) for these, and see the answer:");
            missing.iter().for_each(|line| eprintln!("  {line}"));
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("coverage: {}: {error}", Path::new(&folder).display());
            ExitCode::FAILURE
        }
    }
}
