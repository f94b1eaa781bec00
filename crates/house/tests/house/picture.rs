//! The picture of the crates in `docs/ARCHITECTURE.md` is drawn from the code.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::dependencies::level;
use crate::generated;
use crate::packages::{Package, packages};
use crate::tree::below;

const MARK: &str = "<!-- drawn: crates -->\n";

/// The binary: what it is built from ships.
const BINARY: &str = "jeton";

const LEGEND: &str = "\
Generated from the code by `JETON_WRITE_DOCS=1 cargo test -p jeton-house`. An arrow is a dependency of a crate that ships; dependencies that follow from
others are left out. Lines are lines of Rust without tests, rounded to hundreds; a test fails when they are wrong by a tenth. The share is
of all crates that ship.
";

/// What can be reached from a crate by the dependencies of what ships.
fn reached(name: &str) -> BTreeSet<&'static str> {
    let (mut found, mut next) = (BTreeSet::new(), Vec::from_iter(packages().get(name)));
    while let Some(package) = next.pop() {
        let new = package.uses().filter(|to| found.insert(*to));
        next.extend(new.filter_map(|to| packages().get(to)));
    }
    found
}

/// The crates that a crate names and that no other one that it names reaches.
fn arrows(package: &'static Package) -> Vec<&'static str> {
    let all: BTreeSet<_> = package.uses().collect();
    let follows = |to: &&str| all.iter().any(|other| reached(other).contains(to));
    all.iter().copied().filter(|to| !follows(to)).collect()
}

/// Lines of Rust that are not in files of tests.
fn lines(package: &Package) -> usize {
    let source = format!("{}/src/", package.folder);
    below(&source).filter(|file| file.is_code()).map(|file| file.text.lines().count()).sum()
}

/// Lines rounded to hundreds: the previous number while it is nearly right, so that a small change does not change the
/// picture.
fn drawn_lines(package: &Package, before: Option<usize>) -> usize {
    let now = lines(package);
    let is_near = |drawn: &usize| drawn.abs_diff(now) <= (now / 10).max(200);
    before.filter(is_near).unwrap_or_else(|| (now + 50) / 100 * 100)
}

/// The lines of each crate in a picture that was drawn before.
fn lines_in(picture: &str) -> BTreeMap<&str, usize> {
    let rows = picture.lines().filter_map(|row| row.strip_prefix("| `"));
    rows.filter_map(|row| {
        let (name, rest) = row.split_once('`')?;
        let size = rest.split('|').nth(2)?.trim();
        let number = size.split(|c: char| !c.is_ascii_digit() && c != ',').next()?;
        Some((name, number.replace(',', "").parse().ok()?))
    })
    .collect()
}

/// A number with a comma between its thousands.
fn grouped(number: usize) -> String {
    match (number / 1000, number % 1000) {
        (0, rest) => rest.to_string(),
        (thousands, rest) => format!("{thousands},{rest:03}"),
    }
}

/// What a crate is called in the picture.
fn short(name: &str) -> &str {
    name.strip_prefix("jeton-").unwrap_or(name)
}

/// The picture; `before`: the one that is there.
fn picture(before: &str) -> String {
    let before = lines_in(before);
    let mut ships = reached(BINARY);
    ships.insert(BINARY);
    let lines: BTreeMap<_, _> = packages()
        .iter()
        .map(|(name, package)| (name.as_str(), drawn_lines(package, before.get(name.as_str()).copied())))
        .collect();
    let total: usize = lines.iter().filter(|(name, _)| ships.contains(*name)).map(|(_, lines)| lines).sum();
    let share = |lines: usize| (lines * 100 + total / 2) / total.max(1);
    let mut rows: Vec<_> = packages().iter().collect();
    rows.sort_by_key(|(name, _)| (!ships.contains(name.as_str()), Reverse(level(name)), *name));

    let mut text = String::from("```mermaid\ngraph TD\n");
    let node = |name: &str| short(name).replace('-', "_");
    for (name, _) in rows.iter().filter(|(name, _)| ships.contains(name.as_str())) {
        let share = share(lines.get(name.as_str()).copied().unwrap_or_default());
        // Writing into a String cannot fail.
        let _ = writeln!(text, "    {}[\"{} · {share} %\"]", node(name), short(name));
    }
    for (name, package) in rows.iter().filter(|(name, _)| ships.contains(name.as_str())) {
        let to: Vec<_> = arrows(package).into_iter().map(node).collect();
        if !to.is_empty() {
            let _ = writeln!(text, "    {} --> {}", node(name), to.join(" & "));
        }
    }
    text.push_str("```\n\n");
    text.push_str(LEGEND);
    text.push_str("\n| crate | folder | lines | arrows to | what it is |\n| --- | --- | --- | --- | --- |\n");
    for (name, package) in rows {
        let counted = lines.get(name.as_str()).copied().unwrap_or_default();
        let size = match ships.contains(name.as_str()) {
            true => format!("{} ({} %)", grouped(counted), share(counted)),
            false => format!("{} (only for tests)", grouped(counted)),
        };
        let to: Vec<_> = arrows(package).into_iter().map(short).collect();
        let _ = writeln!(
            text,
            "| `{name}` | `{}` | {size} | {} | {} |",
            package.folder,
            to.join(", "),
            package.description
        );
    }
    text
}

#[test]
fn the_picture_of_the_crates_is_drawn_from_the_code() {
    generated::part("docs/ARCHITECTURE.md", MARK, picture);
}

#[test]
fn lines_are_read_from_a_picture_as_they_are_drawn() {
    let rows = "| `jeton-a` | `crates/a` | 12,300 (5 %) | b | x |\n| `jeton-b` | `b` | 900 (only for tests) |  | y, 1 |\n| crate |";
    assert_eq!(lines_in(rows), [("jeton-a", 12_300), ("jeton-b", 900)].into());
    assert_eq!([grouped(900), grouped(12_030)], ["900", "12,030"]);
}
