//! Rules for every source file.

use crate::tree::{Text, none, texts};

/// The longest file.
const LONGEST: usize = 600;

/// `path:line` of every line that contains one of the words.
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
    // A stored ledger with its answers is data, not code.
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

#[test]
fn whether_a_family_is_alive_is_decided_in_one_place() {
    let compared = ["== ", "!= "].map(|comparison| format!("{comparison}GrantState::"));
    let elsewhere = texts().iter().filter(|file| file.is_rust() && file.path != "crates/model/src/records/grant.rs");
    none(&lines_with(elsewhere, &compared), "Ask Grant::is_alive, or Grant::is_revoked where the time does not count:");
}

/// The files that write single-use entries without a precondition: all but the last only for callers with a valid
/// credential, or within other limits.
const WRITES_ONCE: [(&str, &str); 11] = [
    ("crates/ledger/src/ledger/amend/text.rs", "for a caller who may change the token"),
    ("crates/ledger/src/ledger/reply.rs", "with a good refresh token"),
    ("crates/ledger/src/ledger/mint.rs", "with a plan that was checked"),
    ("crates/ledger/src/ledger/mint_together.rs", "with plans that were checked"),
    ("crates/ledger/src/ledger/memory.rs", "with a good code or refresh token"),
    ("crates/ledger/src/ledger/succession.rs", "with a good API token"),
    ("crates/people/src/confirmation/sends.rs", "within the shares of [sms]"),
    ("crates/oauth/src/authorization/answer.rs", "for a person's session"),
    ("crates/uma/src/ticket.rs", "for a resource server, or in the place of a ticket"),
    ("crates/oauth/src/device/answer.rs", "for a person's session"),
    ("crates/people/src/unauthenticated.rs", "for anybody, within size, pace and total"),
];

#[test]
fn what_anybody_may_have_written_goes_through_one_place() {
    let writes = "Write::SingleUse(".to_owned();
    let crates =
        ["ledger", "people", "administration", "oauth", "uma", "core"].map(|name| format!("crates/{name}/src/"));
    let core = texts().iter().filter(|file| crates.iter().any(|at| file.path.starts_with(at)));
    let found = lines_with(core.filter(|file| !WRITES_ONCE.iter().any(|(known, _)| file.path == *known)), &[writes]);
    none(
        &found,
        "Write it by `People::write_for` if nobody has proven anything for it; else say here for whom it is written:",
    );
}
