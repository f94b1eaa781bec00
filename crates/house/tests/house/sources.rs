//! What every source keeps.

use crate::tree::{Text, none, texts};

/// The longest file.
const LONGEST: usize = 600;

/// `path:line` of every line that holds one of the words.
fn lines_with(files: impl Iterator<Item = &'static Text>, words: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        for (at, line) in file.text.lines().enumerate() {
            if words.iter().any(|word| line.contains(word.as_str())) {
                found.push(format!("{}:{}: {}", file.path, at + 1, line.trim()));
            }
        }
    }
    found
}

#[test]
fn no_file_is_longer_than_600_lines() {
    // A ledger that was kept with its answers is data, not code.
    let is_data = |file: &&Text| file.path.ends_with(".md") || file.path.starts_with("tests/fixtures/");
    let long: Vec<_> = texts()
        .iter()
        .filter(|file| !is_data(file) && file.text.lines().count() > LONGEST)
        .map(|file| format!("{}: {} lines", file.path, file.text.lines().count()))
        .collect();
    none(&long, "Split these: one file, one thing; the median here is about 80 lines:");
}

#[test]
fn no_source_names_a_place_of_one_machine() {
    // Written in pieces, so that this file does not name one itself.
    let words = [["/wo", "rk/"], ["/ro", "ot/"], ["/home", "/"]].map(|parts| parts.concat());
    let found = lines_with(texts().iter(), &words);
    none(&found, "Name no folder of a machine: take it as a parameter, or make a temporary one:");
}

#[test]
fn nothing_is_left_to_be_done() {
    let words = ["todo", "unimplemented", "dbg"].map(|word| format!("{word}!("));
    let found = lines_with(texts().iter().filter(|file| file.is_rust()), &words);
    none(&found, "Finish these or take them out; what is not served yet is refused by name:");
}

#[test]
fn no_test_is_ignored() {
    let found = lines_with(texts().iter().filter(|file| file.is_rust()), &["#[ig".to_owned() + "nore"]);
    none(&found, "A test that nobody runs proves nothing: make it run, or delete it:");
}
